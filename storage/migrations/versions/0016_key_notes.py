"""Channels in which keys are told about, and the threads in which one was."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0016"
down_revision = "0015"

ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "noting_channels",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "channel", name="pk_noting_channels"),
    )
    op.create_table(
        "key_notes",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("root_ts", sa.String(32), nullable=False),
        sa.Column("defect_id", ID, nullable=False),
        sa.Column("noted_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "defect_id"], ["defects.team_id", "defects.id"], name="fk_key_notes_team_id_defect_id_defects"
        ),
        sa.PrimaryKeyConstraint("team_id", "channel", "root_ts", "defect_id", name="pk_key_notes"),
    )
