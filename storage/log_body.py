"""An event as canonical JSON and back. Free words are not in it, only their salted SHA-256."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

from bot.domain.events import Change, Event, Kind, Scalar, Subject
from bot.domain.values import Priority, Resolution, Severity, Status

# The values of these fields are members of closed sets; everything else is what JSON says.
_MEMBERS: Mapping[str, Callable[[str], Scalar]] = {
    "status": Status,
    "resolution": Resolution,
    "severity": Severity,
    "priority": Priority,
}
_TIME = "time"
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class KeptText:
    """What stands beside the event and can be erased."""

    name: str
    salt: str
    text: str

    @property
    def digest(self) -> str:
        return sha256((self.salt + self.text).encode()).hexdigest()


def instant(at: datetime) -> str:
    """UTC to the microsecond, the same on every store."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _tagged(value: object) -> object:
    if isinstance(value, datetime):
        return {_TIME: instant(value)}
    raise TypeError(f"{type(value).__name__} cannot be logged")


canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_tagged).encode


def salted(texts: Mapping[str, str]) -> list[KeptText]:
    return [KeptText(name, os.urandom(16).hex(), text) for name, text in texts.items()]


def body_of(event: Event, texts: list[KeptText]) -> str:
    return canonical(
        {
            "changes": {name: [change.old, change.new] for name, change in event.changes.items()},
            "facts": dict(event.facts),
            "texts": {kept.name: kept.digest for kept in texts},
        }
    )


def event_from(kind: Kind, subject: Subject, subject_id: str, body: str, texts: Mapping[str, str]) -> Event:
    """`texts` are those that have not been erased. The body is read when somebody asks for what is in it: most of a
    release's events are only counted."""
    kept = _Body(body)
    return Event(kind, subject, subject_id, _Changes(kept), _Facts(kept), texts)


class _Body:
    """Read once, for whichever part is asked first."""

    __slots__ = ("_parts", "_words")

    def __init__(self, words: str) -> None:
        self._words = words
        self._parts: Mapping[str, Mapping[str, Any]] | None = None

    @property
    def parts(self) -> Mapping[str, Mapping[str, Any]]:
        if self._parts is None:
            self._parts = json.loads(self._words)
        return self._parts


class _Part(Mapping[str, V]):
    """One part of a body, as the domain knows its values."""

    __slots__ = ("_body",)
    name = ""

    def __init__(self, body: _Body) -> None:
        self._body = body

    def read(self, name: str, value: Any) -> V:
        raise NotImplementedError

    def __getitem__(self, name: str) -> V:
        return self.read(name, self._body.parts[self.name][name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._body.parts[self.name])

    def __len__(self) -> int:
        return len(self._body.parts[self.name])

    def __repr__(self) -> str:
        return repr(dict(self))


class _Changes(_Part[Change]):
    __slots__ = ()
    name = "changes"

    def read(self, name: str, value: Any) -> Change:
        return _change(name, *value)


class _Facts(_Part[Scalar]):
    __slots__ = ()
    name = "facts"

    def read(self, name: str, value: Any) -> Scalar:  # noqa: ARG002 - the signature of a part
        return _scalar(value)


def digests_in(body: str) -> dict[str, str]:
    return dict(json.loads(body)["texts"])


def _change(name: str, old: Any, new: Any) -> Change:
    member: Callable[[Any], Scalar] = _MEMBERS.get(name, _scalar)
    return Change(None if old is None else member(old), None if new is None else member(new))


def _scalar(value: Any) -> Scalar:
    if isinstance(value, dict):
        return datetime.fromisoformat(value[_TIME])
    return value  # type: ignore[no-any-return]
