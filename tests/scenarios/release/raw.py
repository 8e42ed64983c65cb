"""The event log as it lies in its table, row by row. Nothing of the bot reads it here, so that nothing of the bot can
be wrong here in the same way."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """`changes`: field -> what it is from then on. `texts`: the free words beside the event, by name."""

    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    changes: Mapping[str, Any]
    before: Mapping[str, Any]
    facts: Mapping[str, Any]
    texts: Mapping[str, str]
    hash: str


@dataclass(frozen=True)
class Sent:
    """A digest as it was recorded. `since`: place and instant of the one before it."""

    release: str
    seq: int
    at: datetime
    since_seq: int
    since_at: datetime | None


def rows(path: str) -> list[Row]:
    with sqlite3.connect(path) as store:
        texts: dict[int, dict[str, str]] = {}
        for seq, name, text in store.execute("select seq, name, text from event_texts"):
            texts.setdefault(seq, {})[name] = text
        found = store.execute("select seq, at, actor, kind, subject_id, body, hash from events order by seq").fetchall()
    return [_row(each, texts.get(each[0], {})) for each in found]


def digests(path: str) -> list[Sent]:
    with sqlite3.connect(path) as store:
        found = store.execute("select release_id, seq, at, since_seq, since_at from digests order by at").fetchall()
    return [
        Sent(release, seq, moment(at), since, moment(then) if then else None) for release, seq, at, since, then in found
    ]


def moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def _row(columns: tuple[Any, ...], texts: Mapping[str, str]) -> Row:
    seq, at, actor, kind, subject, body, hash_ = columns
    told = json.loads(body)
    changes = {name: _value(new) for name, (_, new) in told["changes"].items()}
    before = {name: _value(old) for name, (old, _) in told["changes"].items()}
    return Row(seq, moment(at), actor, kind, subject, changes, before, told["facts"], texts, hash_)


def _value(value: Any) -> Any:
    return datetime.fromisoformat(value["time"]) if isinstance(value, dict) else value
