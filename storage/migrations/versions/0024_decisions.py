"""Signatures, spans in which a release was shipped, and the sealed records of decisions."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier
from storage.types import UtcDateTime

revision = "0024"
down_revision = "0023"

_REFUSAL = """
CREATE TRIGGER {table}_no_update BEFORE update ON {table}
BEGIN SELECT RAISE(ABORT, 'a decision is never changed'); END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a decision is never changed'; END $$
"""
_TRIGGER = """
CREATE TRIGGER {table}_sealed BEFORE UPDATE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_decisions()
"""
_SEALED = ("decisions", "decision_texts")
# What shipped before there were spans.
_SHIPPED = """
INSERT INTO shippings (team_id, release_id, shipped_at, unshipped_at)
SELECT team_id, id, shipped_at, NULL FROM releases WHERE shipped_at IS NOT NULL
"""


def upgrade() -> None:
    _signatures()
    _shippings()
    _decisions()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
    trigger = _TRIGGER if op.get_bind().dialect.name == "postgresql" else _REFUSAL
    for table in _SEALED:
        op.execute(trigger.format(table=table))


def _team() -> sa.Column[str]:
    return sa.Column("team_id", sa.String(64), nullable=False)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_team_id_{column}_{other}"
    return sa.ForeignKeyConstraint(["team_id", column], [f"{other}.team_id", f"{other}.id"], name=name)


def _signatures() -> None:
    op.create_table(
        "signoffs",
        _team(),
        sa.Column("id", Identifier, nullable=False),
        sa.Column("release_id", Identifier, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32)),
        sa.Column("go", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("snapshot", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_signoffs"),
        _of("signoffs", "release_id", "releases"),
    )
    op.create_index("ix_signoffs_release_id_at", "signoffs", ["team_id", "release_id", "at"])
    op.create_table(
        "gate_signatures",
        _team(),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "project_id", "version", "person", name="pk_gate_signatures"),
        _of("gate_signatures", "project_id", "projects"),
    )


def _shippings() -> None:
    op.create_table(
        "shippings",
        _team(),
        sa.Column("release_id", Identifier, nullable=False),
        sa.Column("shipped_at", UtcDateTime(), nullable=False),
        sa.Column("unshipped_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("team_id", "release_id", "shipped_at", name="pk_shippings"),
        _of("shippings", "release_id", "releases"),
    )
    op.execute(_SHIPPED)


def _decisions() -> None:
    op.create_table(
        "decisions",
        _team(),
        sa.Column("release_id", Identifier, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "release_id", "number", name="pk_decisions"),
        _of("decisions", "release_id", "releases"),
        sa.UniqueConstraint("team_id", "hash", name="uq_decisions_team_id_hash"),
    )
    op.create_table(
        "decision_texts",
        _team(),
        sa.Column("release_id", Identifier, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "release_id", "number", "name", name="pk_decision_texts"),
        sa.ForeignKeyConstraint(
            ["team_id", "release_id", "number"],
            ["decisions.team_id", "decisions.release_id", "decisions.number"],
            name="fk_decision_texts_team_id_release_id_number_decisions",
        ),
    )
