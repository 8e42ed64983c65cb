"""Ages and dates of a query in SQL."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_

from bot.domain.query import Age, Between, Compare, Exact, Moment, Value
from storage.questions.scene import COMPARED, Condition, Reader, Scene

# `<` in age is `>` in the instant it began.
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def age(name: str) -> Reader:
    """Older means that it began earlier."""

    def read(scene: Scene, value: Value) -> Condition:
        began, now = scene.columns[name], scene.asker.now
        match value:
            case Between(Age() as low, Age() as high):
                return began.between(now - high.length, now - low.length)
            case Compare(operator=sign, limit=Age() as limit):
                return COMPARED[_TURNED[sign]](began, now - limit.length)
            case _:
                raise TypeError(f"{value!r} is no age")

    return read


def date(name: str) -> Reader:
    def read(scene: Scene, value: Value) -> Condition:
        at = scene.columns[name]
        match value:
            case Exact(Moment() as day):
                return _within(at, *_edges(scene, day, day))
            case Between(Moment() as low, Moment() as high):
                return _within(at, *_edges(scene, low, high))
            case Compare(operator=sign, limit=Moment() as limit):
                begins, ends = _edges(scene, limit, limit)
                return _DATED[sign](at, begins, ends)
            case _:
                raise TypeError(f"{value!r} is no date")

    return read


def _edges(scene: Scene, first: Moment, last: Moment) -> tuple[datetime, datetime]:
    return first.begins(scene.asker.now, scene.asker.zone), last.ends(scene.asker.now, scene.asker.zone)


def _within(at: ColumnElement[Any], begins: datetime, ends: datetime) -> Condition:
    return and_(at >= begins, at < ends)


_DATED: Mapping[str, Callable[[Any, datetime, datetime], Condition]] = {
    "<": lambda at, begins, _: at < begins,
    "<=": lambda at, _, ends: at < ends,
    ">": lambda at, _, ends: at >= ends,
    ">=": lambda at, begins, _: at >= begins,
}
