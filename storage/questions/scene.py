"""Who asks a query, and of what: the shape of everything that compiles one of its terms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_

from bot.domain.query import Asker, Exact, Value
from storage.questions.standing_columns import Columns
from storage.questions.tied import Tied

Condition = ColumnElement[bool]
COMPARED: Mapping[str, Callable[[Any, Any], Condition]] = {
    "<": lambda column, limit: column < limit,
    "<=": lambda column, limit: column <= limit,
    ">": lambda column, limit: column > limit,
    ">=": lambda column, limit: column >= limit,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Who asks when, where the values of that instant stand, and what was tied to what."""

    asker: Asker
    columns: Columns
    tied: Tied


Reader = Callable[[Scene, Value], Condition]


def held(column: ColumnElement[Any], fits: Condition) -> Condition:
    """Never NULL, so that `not` turns it round."""
    return and_(column.isnot(None), fits)


def word(value: object) -> str:
    """As names and texts are kept for comparing; PostgreSQL keeps no NUL, so nothing has one."""
    return str(value).casefold().replace("\0", "\ufffd")


def exact(value: Value) -> str:
    if not isinstance(value, Exact):
        raise TypeError(f"{value!r} is no word")
    return word(value.value)
