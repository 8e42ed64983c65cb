"""Exceptions to a gate or a defect of a release."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier
from storage.types import UtcDateTime

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "waivers",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", Identifier, nullable=False),
        sa.Column("release_id", Identifier, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("gate", sa.String(64)),
        sa.Column("defect_id", Identifier),
        sa.Column("key", sa.String(32)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("until_day", sa.Date()),
        sa.Column("until_build", sa.String(200)),
        sa.Column("approved_by", sa.String(64)),
        sa.Column("approved_at", UtcDateTime()),
        sa.Column("ended_by", sa.String(64)),
        sa.Column("ended_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_waivers"),
        _within("release_id", "releases"),
        _within("defect_id", "defects"),
        sa.UniqueConstraint("team_id", "release_id", "number", name="uq_waivers_team_id_release_id_number"),
    )


def _within(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_waivers_team_id_{column}_{table}"
    return sa.ForeignKeyConstraint(["team_id", column], [f"{table}.team_id", f"{table}.id"], name=name)
