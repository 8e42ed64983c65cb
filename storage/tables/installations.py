"""Tokens of workspaces, as nobody can read them without a key."""

from sqlalchemy import Column, String, Table, Text

from storage.metadata import metadata
from storage.tables.columns import moment, team

# `sealed`: Fernet's text; `key_id`: which key of COUNTERSIGN_ENCRYPTION_KEYS sealed it (storage.installations).
installations = Table(
    "installations",
    metadata,
    team(),
    Column("sealed", Text, nullable=False),
    Column("key_id", String(16), nullable=False),
    moment("added_at"),
)
