"""The big tables of a PostgreSQL store as partitions: what a table holds becomes its first partition as it stands, and
what comes goes into later ones. No statement of the bot changes.

The log and the versions are cut by event number, the outbox by the instant in its UUIDv7. Receipts, which have neither
in their key, are spread by hash; they alone are copied. https://www.postgresql.org/docs/current/ddl-partitioning.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, MetaData, Table, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateIndex, CreateTable

from storage.errors import MayNotMigrate, StoreUnavailable
from storage.metadata import metadata
from storage.migrations import INSUFFICIENT_PRIVILEGE
from storage.protection import grant, protect, withdraw
from storage.tables import defect_versions, event_texts, events, outbox, receipts

EVENTS_EACH = 10_000_000
AHEAD = 3  # partitions that stand ready; a last one takes what goes beyond them
HASHED = 8
_PARTITIONED = text("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(:name)")
_INDEXES = text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :name")
_ALL = text("SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r'")
# A partition can also be named directly, past the triggers of its table.
_CLOSED = {"events": "UPDATE OR DELETE OR TRUNCATE", "event_texts": "UPDATE OR TRUNCATE"}
_REFUSING = """
CREATE OR REPLACE TRIGGER {table}_closed BEFORE {verbs} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events()
"""
_FK = "fk_event_texts_team_id_seq_events"
_REFERENCE = f"""
ALTER TABLE event_texts ADD CONSTRAINT {_FK} FOREIGN KEY (team_id, seq) REFERENCES events (team_id, seq)
"""
Bound = tuple[str, str]  # what a partition's name ends with, and where it begins


@dataclass(frozen=True, slots=True)
class Cut:
    """`kind`: `number`, `month` (in a UUIDv7) or `hash`."""

    table: Table
    column: str
    kind: str


CUTS = (
    Cut(event_texts, "seq", "number"),
    Cut(events, "seq", "number"),
    Cut(defect_versions, "valid_from_seq", "number"),
    Cut(outbox, "id", "month"),
    Cut(receipts, "key", "hash"),
)


def partition_store(url: str, now: datetime, *, serving: str) -> list[str]:
    """`url` of the tables' owner, `serving` the address that the bot uses. Raises MayNotMigrate, StoreUnavailable."""
    owner, role = make_url(url).username, make_url(serving).username
    try:
        with create_engine(url, poolclass=NullPool).begin() as connection:
            return partition(connection, now, role if role != owner else None)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == INSUFFICIENT_PRIVILEGE:
            raise MayNotMigrate(owner) from error
        raise StoreUnavailable(str(error.orig)) from error


def partition(connection: Connection, now: datetime, serving: str | None = None) -> list[str]:
    """In one transaction, as the owner of the tables, while nobody serves the first time; later calls only add what is
    ahead by then. Answers the partitions that it made. `serving`: the role that serves, where it is another one."""
    before = set(connection.scalars(_ALL))
    withdraw(connection)
    fresh = [cut for cut in CUTS if not connection.scalar(_PARTITIONED, {"name": cut.table.name})]
    if fresh:
        connection.execute(text(f"ALTER TABLE event_texts DROP CONSTRAINT {_FK}"))
    for cut in fresh:
        _split(connection, cut, now)
    for cut in CUTS:
        for statement in _ahead(cut.table.name, _bounds(connection, cut, now)) if cut.kind != "hash" else ():
            connection.execute(text(statement))
    if fresh:
        connection.execute(text(_REFERENCE))
    for name, verbs in _CLOSED.items():
        for table in (name, *_parts(connection, name)):
            connection.execute(text(_REFUSING.format(table=table, verbs=verbs)))
    protect(connection)
    if serving is not None:
        # On the tables alone: their policies do not bind who reads a partition by its name.
        grant(connection, serving)
    return sorted(set(connection.scalars(_ALL)) - before)


def _parts(connection: Connection, name: str) -> list[str]:
    asked = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(:name)")
    return list(connection.scalars(asked, {"name": name}))


def _split(connection: Connection, cut: Cut, now: datetime) -> None:
    """The table as it stands steps aside, and a partitioned one of its name takes its place."""
    name = cut.table.name
    first = f"{name}_first"
    upper = _bounds(connection, cut, now)[0][1] if cut.kind != "hash" else ""
    connection.execute(text(f"ALTER TABLE {name} RENAME TO {first}"))
    for index in connection.scalars(_INDEXES, {"name": first}).all():
        connection.execute(text(f"ALTER INDEX {index} RENAME TO {index}_first"))
    method = f"{'HASH' if cut.kind == 'hash' else 'RANGE'} ({cut.column})"
    copy = cut.table.to_metadata(MetaData(naming_convention=metadata.naming_convention))
    copy.dialect_options["postgresql"]["partition_by"] = method
    connection.execute(CreateTable(copy, include_foreign_key_constraints=[]))
    for each in copy.indexes:
        connection.execute(CreateIndex(each))
    statements = _hashed(name, first) if cut.kind == "hash" else _attached(name, first, upper)
    for statement in statements:
        connection.execute(text(statement))


def _attached(name: str, first: str, upper: str) -> Iterator[str]:
    yield f"ALTER TABLE {name} ATTACH PARTITION {first} FOR VALUES FROM (MINVALUE) TO ('{upper}')"


def _hashed(name: str, first: str) -> Iterator[str]:
    for part in range(HASHED):
        values = f"FOR VALUES WITH (MODULUS {HASHED}, REMAINDER {part})"
        yield f"CREATE TABLE {name}_{part} PARTITION OF {name} {values}"
    yield f"INSERT INTO {name} SELECT * FROM {first}"
    yield f"DROP TABLE {first}"


def _ahead(name: str, bounds: Sequence[Bound]) -> Iterator[str]:
    for (label, lower), (_, upper) in pairwise(bounds):
        values = f"FOR VALUES FROM ('{lower}') TO ('{upper}')"
        yield f"CREATE TABLE IF NOT EXISTS {name}_{label} PARTITION OF {name} {values}"
    yield f"CREATE TABLE IF NOT EXISTS {name}_rest PARTITION OF {name} DEFAULT"


def _bounds(connection: Connection, cut: Cut, now: datetime) -> list[Bound]:
    """Where the partitions ahead begin, and where the last of them ends."""
    if cut.kind == "month":
        months = [divmod(now.year * 12 + now.month + n, 12) for n in range(AHEAD + 1)]
        starts = [datetime(year, month + 1, 1, tzinfo=now.tzinfo) for year, month in months]
        return [(f"{start:%Y_%m}", _identifier(start)) for start in starts]
    newest = connection.scalar(text(f"SELECT max({cut.column}) FROM {cut.table.name}")) or 0
    first = (newest // EVENTS_EACH + 1) * EVENTS_EACH
    numbers = [first + n * EVENTS_EACH for n in range(AHEAD + 1)]
    return [(str(number), str(number)) for number in numbers]


def _identifier(instant: datetime) -> str:
    """Where the UUIDv7 of that instant begin (RFC 9562, 5.7: 48 bits of milliseconds)."""
    digits = f"{int(instant.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"
