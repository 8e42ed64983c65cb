"""Comments, evidence, links and cards."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UtcDateTime

revision = "0004"
down_revision = "0003"

ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")


def upgrade() -> None:
    _comments()
    _evidence()
    _links()
    _anchors()


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("defect_id", ID, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("channel", sa.String(64)),
        sa.Column("message_ts", sa.String(32)),
        sa.Column("files", Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "defect_id"], ["defects.team_id", "defects.id"], name="fk_comments_team_id_defect_id_defects"
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_comments"),
    )
    op.create_index("ix_comments_channel_message_ts", "comments", ["team_id", "channel", "message_ts"])
    op.create_index("ix_comments_defect_id", "comments", ["team_id", "defect_id"])


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("defect_id", ID, nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("message_ts", sa.String(32), nullable=False),
        sa.Column("author", sa.String(64)),
        sa.Column("text", sa.Text()),
        sa.Column("permalink", sa.Text()),
        sa.Column("files", Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "defect_id"], ["defects.team_id", "defects.id"], name="fk_evidence_team_id_defect_id_defects"
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_defect_id", "evidence", ["team_id", "defect_id"])


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("defect_id", ID, nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "defect_id"], ["defects.team_id", "defects.id"], name="fk_links_team_id_defect_id_defects"
        ),
        sa.PrimaryKeyConstraint("team_id", "defect_id", "target", name="pk_links"),
    )
    op.create_index("ix_links_target", "links", ["team_id", "target"])


def _anchors() -> None:
    op.create_table(
        "anchors",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("defect_id", ID, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("thread_ts", sa.String(32)),
        sa.Column("ts", sa.String(32)),
        sa.Column("source_ts", sa.String(32)),
        sa.Column("root_ts", sa.String(32)),
        sa.ForeignKeyConstraint(
            ["team_id", "defect_id"], ["defects.team_id", "defects.id"], name="fk_anchors_team_id_defect_id_defects"
        ),
        sa.PrimaryKeyConstraint("team_id", "defect_id", name="pk_anchors"),
    )
    op.create_index("ix_anchors_channel_root_ts", "anchors", ["team_id", "channel", "root_ts"])
