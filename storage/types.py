"""Column types that mean the same on both stores."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Stands in the place of an instant, which JSON does not know.
_TIME = "$time"
# An instant is read again and again: of a row, its version, its event, and by everybody who asks.
INSTANTS = 4096
M = TypeVar("M", bound=StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """UTC-aware in and out; refuses naive datetimes with ValueError.

    Microseconds since 1970 on SQLite, which has no such type and compares integers right; timestamptz on PostgreSQL.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a datetime without a zone: {value!r}")
        return (value - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:  # noqa: ARG002
        """One call for each value, where `process_result_value` would take two."""
        return _since_epoch if dialect.name == "sqlite" else _in_utc


@lru_cache(INSTANTS)
def _since_epoch(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + value * _MICROSECOND


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class Member(TypeDecorator[M]):
    """A member of a closed vocabulary, kept as its word. Raises KeyError of a word that is none of it."""

    impl = String
    cache_ok = True

    def __init__(self, vocabulary: type[M]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: M | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value.value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], M | None]:  # noqa: ARG002
        """Looked up, since calling the enumeration for each of some hundred rows takes longer than the statement."""
        members: dict[str | None, M | None] = {member.value: member for member in self.vocabulary}
        return {**members, None: None}.__getitem__


class Json(TypeDecorator[Any]):
    """Canonical JSON as text on both stores: sorted keys, no spaces, so that equal values are equal bytes. Aware
    datetimes come back as UTC."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else json.loads(value, object_hook=_untagged)


def _tagged(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return {_TIME: value.astimezone(UTC).isoformat(timespec="microseconds")}
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_tagged).encode


def _untagged(found: dict[str, Any]) -> Any:
    return datetime.fromisoformat(found[_TIME]) if found.keys() == {_TIME} else found
