"""Planned deliveries and the builds registered in them."""

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, UniqueConstraint

from storage.metadata import metadata
from storage.tables.columns import identifier, index, moment, team, within_team

# `name_key` is the name as it is compared: people type `RC3` for `rc3`.
releases = Table(
    "releases",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("project_id"),
    Column("name", String(100), nullable=False),
    Column("name_key", String(100), nullable=False),
    moment("created_at"),
    Column("ships_on", Date),
    moment("shipped_at", required=False),
    Column("version", Integer, nullable=False),
    within_team("project_id", "projects"),
    UniqueConstraint("team_id", "project_id", "name_key"),
    index("releases", "name_key"),
)

builds = Table(
    "builds",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("release_id"),
    identifier("project_id"),
    Column("name", String(200), nullable=False),
    Column("name_key", String(200), nullable=False),
    Column("ordinal", Integer, nullable=False),
    moment("registered_at"),
    within_team("release_id", "releases"),
    UniqueConstraint("team_id", "release_id", "ordinal"),
    UniqueConstraint("team_id", "project_id", "name_key"),
)

# `reverts`: the build takes this commit back, because commit `by` says so, where one does.
build_commits = Table(
    "build_commits",
    metadata,
    team(),
    identifier("build_id", key=True),
    Column("sha", String(64), primary_key=True),
    Column("reverts", Boolean, primary_key=True),
    Column("by", String(64)),
    within_team("build_id", "builds"),
)
