"""Failures of a test run that say the same, and the messages that tell of them."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    _clusters()
    op.create_table(
        "failure_messages",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("run_id", Identifier, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("ts", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "run_id", "part", name="pk_failure_messages"),
        _within("failure_messages", "run_id", "test_runs"),
    )


def _clusters() -> None:
    op.create_table(
        "clusters",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", Identifier, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("run_id", Identifier, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("defect_id", Identifier),
        sa.Column("fate", sa.String(32)),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_clusters"),
        _within("clusters", "run_id", "test_runs"),
        _within("clusters", "defect_id", "defects"),
    )
    op.create_index("ix_clusters_run_id_place", "clusters", ["team_id", "run_id", "place"])
    op.create_index("ix_clusters_project_id_fingerprint", "clusters", ["team_id", "project_id", "fingerprint"])


def _within(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_team_id_{column}_{other}"
    return sa.ForeignKeyConstraint(["team_id", column], [f"{other}.team_id", f"{other}.id"], name=name)
