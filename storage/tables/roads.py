"""Where Slack takes nothing any more."""

from sqlalchemy import Column, String, Table

from storage.metadata import metadata
from storage.tables.columns import moment, team

# `road`: a channel, a method, or "*" for the workspace; `code`: Slack's.
closed_roads = Table(
    "closed_roads",
    metadata,
    team(),
    Column("road", String(64), primary_key=True),
    Column("code", String(64), nullable=False),
    moment("since"),
    moment("tried_at"),
)
