"""Exceptions to a gate or a defect of a release."""

from sqlalchemy import Column, Date, Integer, String, Table, Text, UniqueConstraint

from storage.metadata import metadata
from storage.tables.columns import SlackId, identifier, moment, team, within_team

# One of `gate` and `defect_id`, and one of `until_day` and `until_build`, is set.
waivers = Table(
    "waivers",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("release_id"),
    Column("number", Integer, nullable=False),
    Column("gate", String(64)),
    identifier("defect_id", required=False),
    Column("key", String(32)),
    Column("reason", Text, nullable=False),
    Column("asked_by", SlackId, nullable=False),
    moment("asked_at"),
    Column("until_day", Date),
    Column("until_build", String(200)),
    Column("approved_by", SlackId),
    moment("approved_at", required=False),
    Column("ended_by", SlackId),
    moment("ended_at", required=False),
    within_team("release_id", "releases"),
    within_team("defect_id", "defects"),
    UniqueConstraint("team_id", "release_id", "number"),
)
