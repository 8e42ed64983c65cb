"""Which exit criteria the releases of a project are held to, version by version."""

from sqlalchemy import Column, Integer, Table, Text

from storage.metadata import metadata
from storage.tables.columns import SlackId, identifier, moment, team, within_team
from storage.types import Json

# `since` None: the edit waits for signatures.
gate_policies = Table(
    "gate_policies",
    metadata,
    team(),
    identifier("project_id", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rules", Json, nullable=False),
    Column("signoffs", Json, nullable=False),
    Column("text", Text, nullable=False),
    Column("written_by", SlackId, nullable=False),
    moment("written_at"),
    moment("since", required=False),
    within_team("project_id", "projects"),
)
