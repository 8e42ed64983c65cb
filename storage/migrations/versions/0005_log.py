"""The event log, append-only, and the texts beside it."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0005"
down_revision = "0004"

ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")

_APPEND_ONLY = {
    "sqlite": (
        """
CREATE TRIGGER events_no_update BEFORE update ON events
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
""",
        """
CREATE TRIGGER events_no_delete BEFORE delete ON events
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
""",
    ),
    "postgresql": (
        """
CREATE OR REPLACE FUNCTION refuse_change_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$
""",
        """
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events()
""",
    ),
}


def upgrade() -> None:
    _events()
    _event_texts()
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("surface", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(64)),
        sa.Column("message_ts", sa.String(32)),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "seq", name="pk_events"),
    )
    op.create_index("ix_events_actor_seq", "events", ["team_id", "actor", "seq"])
    op.create_index("ix_events_subject_id_seq", "events", ["team_id", "subject_id", "seq"])


def _event_texts() -> None:
    op.create_table(
        "event_texts",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "seq"], ["events.team_id", "events.seq"], name="fk_event_texts_team_id_seq_events"
        ),
        sa.PrimaryKeyConstraint("team_id", "seq", "name", name="pk_event_texts"),
    )
