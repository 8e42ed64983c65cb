"""Releases and builds."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0002"
down_revision = "0001"

ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")


def upgrade() -> None:
    _releases()
    _builds()
    _build_commits()


def _releases() -> None:
    op.create_table(
        "releases",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(100), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("ships_on", sa.Date()),
        sa.Column("shipped_at", UtcDateTime()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "project_id"],
            ["projects.team_id", "projects.id"],
            name="fk_releases_team_id_project_id_projects",
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_releases"),
        sa.UniqueConstraint("team_id", "project_id", "name_key", name="uq_releases_team_id_project_id_name_key"),
    )
    op.create_index("ix_releases_name_key", "releases", ["team_id", "name_key"])


def _builds() -> None:
    op.create_table(
        "builds",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("release_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "release_id"], ["releases.team_id", "releases.id"], name="fk_builds_team_id_release_id_releases"
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_builds"),
        sa.UniqueConstraint("team_id", "project_id", "name_key", name="uq_builds_team_id_project_id_name_key"),
        sa.UniqueConstraint("team_id", "release_id", "ordinal", name="uq_builds_team_id_release_id_ordinal"),
    )


def _build_commits() -> None:
    op.create_table(
        "build_commits",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("build_id", ID, nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("reverts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "build_id"], ["builds.team_id", "builds.id"], name="fk_build_commits_team_id_build_id_builds"
        ),
        sa.PrimaryKeyConstraint("team_id", "build_id", "sha", "reverts", name="pk_build_commits"),
    )
