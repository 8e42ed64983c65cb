"""Lists that somebody keeps under a name."""

from sqlalchemy import Column, String, Table, Text

from storage.metadata import metadata
from storage.tables.columns import SlackId, moment, team

# Of one person in one channel; `name_key` is the name as it is looked up.
saved_lists = Table(
    "saved_lists",
    metadata,
    team(),
    Column("person", SlackId, primary_key=True),
    Column("channel", SlackId, primary_key=True),
    Column("name_key", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("query", Text, nullable=False),
    moment("saved_at"),
)
