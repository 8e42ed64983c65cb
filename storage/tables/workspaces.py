"""A Slack team, its projects and the channels bound to them."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, UniqueConstraint

from storage.metadata import metadata
from storage.tables.columns import Digest, Plain, SlackId, identifier, index, moment, team, within_team
from storage.types import Json

# `suggestions`: when possible duplicates are shown to who did not ask.
workspaces = Table(
    "workspaces", metadata, team(), moment("created_at"), Column("suggestions", String(10), nullable=False)
)

# The newest event's place and hash; locked by the last statements before COMMIT.
heads = Table(
    "heads",
    metadata,
    team(),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Digest, nullable=False),
)

# `counter` is the number of the newest key; `is_default` marks the one project that serves unbound channels.
projects = Table(
    "projects",
    metadata,
    team(),
    identifier("id", key=True),
    Column("prefix", Plain, nullable=False),
    Column("name", String(200), nullable=False),
    Column("home_channel", SlackId),
    Column("timezone", String(64), nullable=False),
    Column("policy", Json, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("counter", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("team_id", "prefix"),
)

channels = Table(
    "channels",
    metadata,
    team(),
    Column("channel", SlackId, primary_key=True),
    identifier("project_id"),
    within_team("project_id", "projects"),
    index("channels", "project_id"),
)

# What people are called, so that no message waits for users.info.
people = Table(
    "people",
    metadata,
    team(),
    Column("person", SlackId, primary_key=True),
    Column("name", String(200), nullable=False),
    moment("seen_at"),
)

# One row per delivery from Slack that was acted on.
receipts = Table(
    "receipts",
    metadata,
    team(),
    Column("source", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    moment("created_at"),
)
