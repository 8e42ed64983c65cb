"""What is said around a defect, what it touches, and where its card stands."""

from sqlalchemy import Column, String, Table, Text

from storage.metadata import metadata
from storage.tables.columns import SlackId, Timestamp, identifier, index, moment, team, within_team
from storage.types import Json

# `text_key`: in small letters, as queries compare it.
comments = Table(
    "comments",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("defect_id"),
    Column("author", SlackId, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_key", Text, nullable=False),
    moment("created_at"),
    Column("channel", SlackId),
    Column("message_ts", Timestamp),
    Column("files", Json, nullable=False),
    within_team("defect_id", "defects"),
    index("comments", "defect_id"),
    index("comments", "channel", "message_ts"),
)

evidence = Table(
    "evidence",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("defect_id"),
    Column("added_by", SlackId, nullable=False),
    moment("created_at"),
    Column("channel", SlackId, nullable=False),
    Column("message_ts", Timestamp, nullable=False),
    Column("author", SlackId),
    Column("text", Text),
    Column("permalink", Text),
    Column("files", Json, nullable=False),
    within_team("defect_id", "defects"),
    index("evidence", "defect_id"),
)

# `target`: REQ-7, TC-3, SHOP-17; it need not exist.
links = Table(
    "links",
    metadata,
    team(),
    identifier("defect_id", key=True),
    Column("target", Text, primary_key=True),
    within_team("defect_id", "defects"),
    index("links", "target"),
)

# One live card per defect; `root_ts` is the message whose thread is the defect's; `lane` that of a card that has moved.
anchors = Table(
    "anchors",
    metadata,
    team(),
    identifier("defect_id", key=True),
    Column("channel", SlackId, nullable=False),
    Column("thread_ts", Timestamp),
    Column("ts", Timestamp),
    Column("source_ts", Timestamp),
    Column("root_ts", Timestamp),
    Column("lane", String(200)),
    within_team("defect_id", "defects"),
    index("anchors", "channel", "root_ts"),
)
