"""Column types that mean the same on both stores."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Stands in the place of an instant, which JSON does not know.
_TIME = "$time"


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

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = _EPOCH + value * _MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)
        return moment


class Json(TypeDecorator[Any]):
    """Canonical JSON as text on both stores: sorted keys, no spaces, so that equal values are equal bytes. Aware
    datetimes come back as UTC."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else json.loads(value, object_hook=_untagged)


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_tagged)


def _tagged(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return {_TIME: value.astimezone(UTC).isoformat(timespec="microseconds")}
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _untagged(found: dict[str, Any]) -> Any:
    return datetime.fromisoformat(found[_TIME]) if found.keys() == {_TIME} else found
