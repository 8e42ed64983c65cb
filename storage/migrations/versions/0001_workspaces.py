"""Workspaces, their projects, channels, people and receipts."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UtcDateTime

revision = "0001"
down_revision = None

ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")


def upgrade() -> None:
    _workspaces()
    _heads()
    _projects()
    _channels()
    _people()
    _receipts()


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name="pk_workspaces"),
    )


def _heads() -> None:
    op.create_table(
        "heads",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name="pk_heads"),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "prefix", sa.String(32).with_variant(sa.String(length=32, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("home_channel", sa.String(64)),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("policy", Json(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_projects"),
        sa.UniqueConstraint("team_id", "prefix", name="uq_projects_team_id_prefix"),
    )


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "project_id"],
            ["projects.team_id", "projects.id"],
            name="fk_channels_team_id_project_id_projects",
        ),
        sa.PrimaryKeyConstraint("team_id", "channel", name="pk_channels"),
    )
    op.create_index("ix_channels_project_id", "channels", ["team_id", "project_id"])


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "person", name="pk_people"),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "source", "key", name="pk_receipts"),
    )
