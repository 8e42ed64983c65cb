"""What people said of suggestions."""

from sqlalchemy import Boolean, Column, Table, Text

from storage.metadata import metadata
from storage.tables.columns import SlackId, identifier, index, moment, team, within_team

# The words are those of a report that was never filed; of a filed one they stand with it.
judgements = Table(
    "judgements",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("project_id"),
    identifier("suggested_id"),
    Column("same", Boolean, nullable=False),
    Column("by", SlackId, nullable=False),
    moment("at"),
    identifier("defect_id", required=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("component", Text),
    within_team("project_id", "projects"),
    within_team("suggested_id", "defects"),
    within_team("defect_id", "defects"),
    index("judgements", "project_id"),
    index("judgements", "defect_id"),
    index("judgements", "suggested_id"),
)
