"""Somebody with the database's own tools changes the log behind Countersign's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text

from storage.chain import link
from storage.types import UtcDateTime
from tests.owner import as_owner

_TRIGGERS = {
    "sqlite": "SELECT name, '' FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, ' ON ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal",
}


def tamper(url: str, statements: Sequence[str], *, past_triggers: bool = True) -> None:
    with as_owner(url) as connection:
        if past_triggers:
            drop_triggers(connection)
        for statement in statements:
            connection.execute(text(statement))


def drop_triggers(connection: Connection) -> None:
    for name, table in connection.execute(text(_TRIGGERS[connection.dialect.name])).all():
        connection.execute(text(f"DROP TRIGGER {name}{table}"))


Draw = Callable[[st.SearchStrategy[Any]], Any]
COLUMNS = (
    *("team_id", "at", "actor", "surface", "channel", "message_ts"),
    *("kind", "subject", "subject_id", "body", "previous", "hash"),
)
ANYTHING = st.one_of(st.text(max_size=12), st.integers(-(2**60), 2**60), st.binary(max_size=6))


class Forger:
    """One act each on a SQLite copy without triggers; answers the first event at which it must be found."""

    def __init__(self, database: sqlite3.Connection, draw: Draw) -> None:
        self.database = database
        self.draw = draw
        self.last: int = database.execute("SELECT max(seq) FROM events").fetchone()[0]

    def any_event(self, first: int = 1) -> int:
        return int(self.draw(st.integers(first, self.last)))

    def run(self, statement: str, *values: object) -> int:
        return self.database.execute(statement, values).rowcount

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        return self.database.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()

    def changed(self, table: str, statement: str, *values: object) -> None:
        before = self.rows(table)
        self.run(statement, *values)
        assume(self.rows(table) != before)

    def edit(self) -> int:
        seq, column = self.any_event(), self.draw(st.sampled_from(COLUMNS))
        self.changed("events", f"UPDATE events SET {column} = ? WHERE seq = ?", self.draw(ANYTHING), seq)
        return seq

    def edit_as_another(self) -> int:
        """With a value that stands in the same column elsewhere."""
        seq, other, column = self.any_event(), self.any_event(), self.draw(st.sampled_from(COLUMNS))
        value = f"(SELECT {column} FROM events WHERE seq = ?)"
        self.changed("events", f"UPDATE events SET {column} = {value} WHERE seq = ?", other, seq)
        return seq

    def renumber(self) -> int:
        seq, new = self.any_event(), self.draw(st.integers(-5, 0) | st.integers(self.last + 1, self.last + 9))
        self.run("UPDATE events SET seq = ? WHERE seq = ?", new, seq)
        return min(seq, int(new))

    def delete(self) -> int:
        seq = self.any_event()
        self.run("DELETE FROM events WHERE seq = ?", seq)
        return seq

    def truncate(self) -> int:
        """Everything from there on, texts and head included."""
        seq = self.any_event()
        self.run("DELETE FROM event_texts WHERE seq >= ?", seq)
        self.run("DELETE FROM events WHERE seq >= ?", seq)
        if self.draw(st.booleans()):
            end = self.database.execute("SELECT hash FROM events WHERE seq = ?", (seq - 1,)).fetchone()
            self.run("UPDATE heads SET seq = ?, hash = ?", seq - 1, end[0] if end else "")
        return seq

    def swap(self) -> int:
        first = int(self.draw(st.integers(1, self.last - 1)))
        second = self.any_event(first + 1)
        for new, old in ((-1, first), (first, second), (second, -1)):
            self.run("UPDATE events SET seq = ? WHERE seq = ?", new, old)
        return first

    def insert(self) -> int:
        """A copy of an event, with room made for it or behind the last one."""
        seq, copied = int(self.draw(st.integers(1, self.last + 1))), self.any_event()
        self._keep_copy(copied)
        for old in range(self.last, seq - 1, -1):
            self.run("UPDATE events SET seq = ? WHERE seq = ?", old + 1, old)
        self.run("UPDATE copied SET seq = ?", seq)
        self.run("INSERT INTO events SELECT * FROM copied")
        return seq + (copied == seq)

    def _keep_copy(self, seq: int) -> None:
        self.run("CREATE TEMP TABLE copied AS SELECT * FROM events WHERE seq = ?", seq)

    def append(self) -> int:
        """An event that fits the chain, behind a head that does not know it."""
        self._keep_copy(self.last)
        self.run("UPDATE copied SET seq = ?", self.last + 1)
        self.run("INSERT INTO events SELECT * FROM copied")
        self._chain(self.last + 1)
        return self.last + 1

    def recompute(self) -> int:
        """The whole chain anew from a changed event on, head included: only what was printed gives it away."""
        seq = self.any_event()
        self.changed("events", "UPDATE events SET actor = ? WHERE seq = ?", self.draw(st.text(max_size=9)), seq)
        self._chain(seq)
        end = self.database.execute("SELECT hash FROM events WHERE seq = ?", (self.last,)).fetchone()
        self.run("UPDATE heads SET hash = ?", end[0])
        return self.last

    def _chain(self, first: int) -> None:
        for seq in range(first, self.last + 2):
            cursor = self.database.execute("SELECT * FROM events WHERE seq = ?", (seq,))
            found = cursor.fetchone()
            if found is None:
                return
            row = dict(zip([column[0] for column in cursor.description], found, strict=True))
            row["at"] = UtcDateTime().result_processor(_SQLITE, None)(row["at"])
            before = self.database.execute("SELECT hash FROM events WHERE seq = ?", (seq - 1,)).fetchone()
            previous = before[0] if before else ""
            new = link(row["team_id"], row, previous)
            self.run("UPDATE events SET previous = ?, hash = ? WHERE seq = ?", previous, new, seq)

    def edit_text(self) -> int:
        row, seq = self.draw(st.sampled_from(self.database.execute("SELECT rowid, seq FROM event_texts").fetchall()))
        column = self.draw(st.sampled_from(["name", "salt", "text"]))
        statement = f"UPDATE event_texts SET {column} = ? WHERE rowid = ?"
        self.changed("event_texts", statement, self.draw(ANYTHING), row)
        return int(seq)

    def insert_text(self) -> int:
        seq = int(self.draw(st.integers(-3, self.last + 5)))
        name = self.draw(st.text(min_size=1, max_size=5).map("new ".__add__))
        self.run("INSERT INTO event_texts VALUES ('T1', ?, ?, 'salt', 'never said')", seq, name)
        return seq

    def move_head(self) -> int:
        new = self.draw(st.integers(0, self.last + 5).filter(lambda seq: seq != self.last))
        self.run("UPDATE heads SET seq = ?", new)
        return min(int(new), self.last) + 1

    def rehash_head(self) -> int:
        self.changed("heads", "UPDATE heads SET hash = ?", self.draw(st.text(max_size=9)))
        return self.last


_SQLITE = create_engine("sqlite://").dialect
ACTS = (
    *("edit", "edit_as_another", "renumber", "delete", "truncate", "swap", "insert", "append", "recompute"),
    *("edit_text", "insert_text", "move_head", "rehash_head"),
)
