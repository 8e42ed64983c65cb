"""Where a defect's key in a message is told about, and where it was."""

from sqlalchemy import Column, Table

from storage.metadata import metadata
from storage.tables.columns import SlackId, Timestamp, identifier, moment, team, within_team

# A row switches it on.
noting_channels = Table("noting_channels", metadata, team(), Column("channel", SlackId, primary_key=True))

# Once per thread and defect, whoever delivers the message again.
key_notes = Table(
    "key_notes",
    metadata,
    team(),
    Column("channel", SlackId, primary_key=True),
    Column("root_ts", Timestamp, primary_key=True),
    identifier("defect_id", key=True),
    moment("noted_at"),
    within_team("defect_id", "defects"),
)
