"""The event log: append-only, chained by hashes, its free words beside it."""

from sqlalchemy import DDL, BigInteger, Column, ExecutableDDLElement, ForeignKeyConstraint, String, Table, Text, event

from storage.metadata import metadata
from storage.tables.columns import Digest, Identifier, SlackId, Timestamp, Word, index, moment, team

# `body`: canonical JSON of changes, facts and the texts' salted digests (storage.log_body).
events = Table(
    "events",
    metadata,
    team(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    moment("at"),
    Column("actor", SlackId, nullable=False),
    Column("surface", Word, nullable=False),
    Column("channel", SlackId),
    Column("message_ts", Timestamp),
    Column("kind", Word, nullable=False),
    Column("subject", Word, nullable=False),
    Column("subject_id", Identifier, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Digest, nullable=False),
    Column("hash", Digest, nullable=False),
    index("events", "subject_id", "seq"),
    index("events", "actor", "seq"),
)

# Erasable: without salt and text the digest in the event says nothing any more.
event_texts = Table(
    "event_texts",
    metadata,
    team(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("text", Text, nullable=False),
    ForeignKeyConstraint(["team_id", "seq"], ["events.team_id", "events.seq"]),
)

_REFUSAL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
"""
# INSERT OR REPLACE deletes without asking the trigger on DELETE: https://sqlite.org/lang_conflict.html
_NO_REPLACEMENT = """
CREATE TRIGGER {table}_no_replace BEFORE insert ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
"""
_PLACE = "team_id = NEW.team_id AND seq = NEW.seq"
_SQLITE = (
    _REFUSAL.format(table="events", verb="update"),
    _REFUSAL.format(table="events", verb="delete"),
    _NO_REPLACEMENT.format(table="events", key=_PLACE),
    _REFUSAL.format(table="event_texts", verb="update"),
    _NO_REPLACEMENT.format(table="event_texts", key=f"{_PLACE} AND name = NEW.name"),
)
_POSTGRESQL = (
    """
CREATE OR REPLACE FUNCTION refuse_change_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$
""",
    """
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events()
""",
    """
CREATE TRIGGER event_texts_erasable BEFORE UPDATE OR TRUNCATE ON event_texts
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events()
""",
)
# A text may be erased, never reworded.
APPEND_ONLY = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}

for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        _ddl: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(event_texts, "after_create", _ddl.execute_if(dialect=_dialect))
