"""Which words stand in which defect's title; every look-up names team and project."""

from sqlalchemy import Column, Float, String, Table

from storage.metadata import metadata
from storage.tables.columns import identifier, index, team, within_team

# `weight`: the share of the title that this word makes up.
postings = Table(
    "postings",
    metadata,
    team(),
    identifier("project_id", key=True),
    Column("term", String(64), primary_key=True),
    identifier("defect_id", key=True),
    Column("weight", Float, nullable=False),
    within_team("defect_id", "defects"),
    index("postings", "defect_id"),
)
