"""Who signed a release, which edits of gates were signed, when it shipped, and the sealed records of its decisions."""

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    ExecutableDDLElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from storage.metadata import metadata
from storage.tables.columns import Digest, SlackId, Word, identifier, index, moment, team, where, within_team
from storage.types import UtcDateTime

signoffs = Table(
    "signoffs",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("release_id"),
    Column("person", SlackId, nullable=False),
    Column("role", Word),
    Column("go", Boolean, nullable=False),
    moment("at"),
    Column("snapshot", String(64), nullable=False),
    Column("note", Text, nullable=False),
    # When its signer was told that it is stale.
    moment("told_at", required=False),
    within_team("release_id", "releases"),
    index("signoffs", "release_id", "at"),
)
_untold = signoffs.c.told_at.is_(None)
Index("ix_signoffs_told_at", signoffs.c.team_id, signoffs.c.release_id, **where(_untold))

# Of one person for one role, on one version of a project's gates.
gate_signatures = Table(
    "gate_signatures",
    metadata,
    team(),
    identifier("project_id", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("person", SlackId, primary_key=True),
    Column("role", Word, nullable=False),
    moment("at"),
    within_team("project_id", "projects"),
)

# Between the two instants the release was shipped; `unshipped_at` None: it still is.
shippings = Table(
    "shippings",
    metadata,
    team(),
    identifier("release_id", key=True),
    Column("shipped_at", UtcDateTime, primary_key=True),
    moment("unshipped_at", required=False),
    within_team("release_id", "releases"),
)

# `body`: canonical JSON; `hash`: its SHA-256; the hash of the release's decision before it is in it.
decisions = Table(
    "decisions",
    metadata,
    team(),
    identifier("release_id", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", Word, nullable=False),
    moment("at"),
    Column("body", Text, nullable=False),
    Column("hash", Digest, nullable=False),
    within_team("release_id", "releases"),
    UniqueConstraint("team_id", "hash"),
)

# Erasable: without salt and text the digest in the body says nothing any more.
decision_texts = Table(
    "decision_texts",
    metadata,
    team(),
    identifier("release_id", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(80), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("text", Text, nullable=False),
    ForeignKeyConstraint(
        ["team_id", "release_id", "number"],
        ["decisions.team_id", "decisions.release_id", "decisions.number"],
        name="fk_decision_texts_team_id_release_id_number_decisions",
    ),
)

_REFUSAL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
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
# With its whole workspace a decision goes; a text can be erased; neither is ever reworded.
SEALED = {
    "sqlite": tuple(_REFUSAL.format(table=name, verb="update") for name in ("decisions", "decision_texts")),
    "postgresql": (_FUNCTION, *(_TRIGGER.format(table=name) for name in ("decisions", "decision_texts"))),
}

for _dialect, _statements in SEALED.items():
    for _statement in _statements:
        _ddl: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(decision_texts, "after_create", _ddl.execute_if(dialect=_dialect))
