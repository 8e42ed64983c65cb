"""What is to be said, and when digests are due."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UtcDateTime

revision = "0006"
down_revision = "0005"

ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")


def upgrade() -> None:
    _outbox()
    _schedules()
    _slots()
    _digests()


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("after_seq", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.String(200), nullable=False),
        sa.Column("fold", sa.String(200)),
        sa.Column("sort", sa.String(32), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime()),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("settled_at", UtcDateTime()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_outbox"),
    )
    op.create_index(
        "ix_outbox_unsettled",
        "outbox",
        ["team_id", "lane", "after_seq", "id"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_unsettled_fold",
        "outbox",
        ["team_id", "fold"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def _schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("release_id", ID, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("days", Json(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "release_id"],
            ["releases.team_id", "releases.id"],
            name="fk_schedules_team_id_release_id_releases",
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_schedules"),
        sa.UniqueConstraint("team_id", "release_id", "channel", name="uq_schedules_team_id_release_id_channel"),
    )
    op.create_index("ix_schedules_due", "schedules", ["next_at", "team_id", "id"])


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("release_id", ID, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("slot", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "release_id"], ["releases.team_id", "releases.id"], name="fk_slots_team_id_release_id_releases"
        ),
        sa.PrimaryKeyConstraint("team_id", "release_id", "channel", "slot", name="pk_slots"),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("release_id", ID, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("since_seq", sa.BigInteger(), nullable=False),
        sa.Column("since_at", UtcDateTime()),
        sa.Column("slot", sa.Date()),
        sa.Column("ts", sa.String(32)),
        sa.Column("picture", sa.String(64)),
        sa.ForeignKeyConstraint(
            ["team_id", "release_id"],
            ["releases.team_id", "releases.id"],
            name="fk_digests_team_id_release_id_releases",
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_digests"),
    )
    op.create_index("ix_digests_release_id_channel", "digests", ["team_id", "release_id", "channel"])
