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

_SQLITE = """
CREATE TRIGGER events_no_{verb} BEFORE {verb} ON events
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$
"""
_TRIGGER = """
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events()
"""
APPEND_ONLY = {
    "sqlite": (_SQLITE.format(verb="update"), _SQLITE.format(verb="delete")),
    "postgresql": (_FUNCTION, _TRIGGER),
}

for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        _ddl: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(events, "after_create", _ddl.execute_if(dialect=_dialect))
