"""The query language as SQL: the same answer as bot.domain.query.matches, with every word a bound parameter."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

from bot.domain.project import Project
from bot.domain.query import (
    FIELDS,
    GROUPS,
    Age,
    Between,
    Compare,
    Exact,
    Kind,
    Me,
    Missing,
    Person,
    Query,
    Sort,
    Term,
    UnresolvedPerson,
    Value,
)
from bot.services.views import Page
from storage.defect_rows import COLUMNS
from storage.questions.views import views
from storage.tables import builds, comments, defects, projects, releases
from storage.tenant import TEAM, Tenant

Condition = ColumnElement[bool]
# `<` in age is `>` in the instant of filing.
_COMPARED: Mapping[str, Callable[[Any, Any], Condition]] = {
    "<": lambda column, limit: column < limit,
    "<=": lambda column, limit: column <= limit,
    ">": lambda column, limit: column > limit,
    ">=": lambda column, limit: column >= limit,
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "status": defects.c.status,
    "resolution": defects.c.resolution,
    "severity": defects.c.severity,
    "priority": defects.c.priority,
    "component": defects.c.component_key,
    "environment": defects.c.environment_key,
    "release": defects.c.release_id,
    "build": defects.c.found_build_id,
    "owner": defects.c.owner,
    "reporter": defects.c.reporter,
    "bounce": defects.c.bounces,
}
_PRIORITY = func.coalesce(defects.c.priority, "P9")
_SORTED: Mapping[str, tuple[tuple[ColumnElement[Any], bool], ...]] = {
    "age": ((defects.c.created_at, False),),
    "severity": ((defects.c.severity, False),),
    "priority": ((_PRIORITY, False),),
    "bounce": ((defects.c.bounces, True),),
    "key": ((projects.c.prefix, False), (func.length(defects.c.key), False), (defects.c.key, False)),
}


def matching(tenant: Tenant, query: Query, me: str | None, project: Project | None, offset: int, limit: int) -> Page:
    """Without a sort the most severe come first, of those the oldest. Raises UnresolvedPerson."""
    conditions = [defects.c.team_id == TEAM, *(_term(term, me, tenant.now) for term in query.terms)]
    if project is not None:
        conditions.append(defects.c.project_id == project.id)
    counted = tenant.first(select(func.count()).select_from(defects).where(*conditions))
    statement = (
        select(*COLUMNS)
        .join(projects, and_(projects.c.team_id == defects.c.team_id, projects.c.id == defects.c.project_id))
        .where(*conditions)
        .order_by(*_order(query.sorts), defects.c.severity, defects.c.created_at, defects.c.id)
        .offset(offset)
        .limit(limit)
    )
    return Page(tuple(views(tenant, tenant.all(statement))), counted[0] if counted else 0, offset)


def _order(sorts: tuple[Sort, ...]) -> list[ColumnElement[Any]]:
    return [
        column.desc() if descending != sort.reverse else column.asc()
        for sort in sorts
        for column, descending in _SORTED[sort.field]
    ]


def _term(term: Term, me: str | None, now: datetime) -> Condition:
    read = _READERS.get(term.field, _plain)
    any_of = or_(false(), *(read(term.field, value, me, now) for value in term.values))
    return not_(any_of) if term.negated else any_of


def _plain(field: str, value: Value, me: str | None, _now: datetime) -> Condition:
    column = _COLUMNS[field]
    return column.is_(None) if isinstance(value, Missing) else _held(column, _fits(field, value, me))


def _held(column: ColumnElement[Any], fits: Condition) -> Condition:
    """Never NULL, so that `not` turns it round."""
    return and_(column.isnot(None), fits)


def _fits(field: str, value: Value, me: str | None) -> Condition:
    column = _COLUMNS[field]
    match value:
        case Me():
            return false() if me is None else column == me
        case Person(user_id=None):
            raise UnresolvedPerson(value.name)
        case Person():
            return column == value.user_id
        case Exact(exact):
            return _equal(field, exact)
        case Between(low, high):
            return column.between(low, high)
        case Compare(operator=sign, limit=limit):
            return _COMPARED[sign](column, limit)
        case _:
            raise TypeError(f"{value!r} is no value of {field}")


def _equal(field: str, value: str | int) -> Condition:
    column = _COLUMNS[field]
    if field == "status" and value in GROUPS:
        return column.in_(sorted(GROUPS[str(value)]))
    # The parser has put a choice into the vocabulary's own spelling; a name is compared as it is kept.
    return column == (_word(value) if FIELDS[field].kind is Kind.NAME else value)


def _name_of(table: Any) -> Callable[[str, Value, str | None, datetime], Condition]:
    def named(field: str, value: Value, _me: str | None, _now: datetime) -> Condition:
        column = _COLUMNS[field]
        if isinstance(value, Missing):
            return column.is_(None)
        if not isinstance(value, Exact):
            raise TypeError(f"{value!r} is no value of {field}")
        ids = select(table.c.id).where(table.c.team_id == TEAM, table.c.name_key == _word(value.value))
        return _held(column, column.in_(ids))

    return named


def _age(_field: str, value: Value, _me: str | None, now: datetime) -> Condition:
    """Older means filed earlier."""
    filed = defects.c.created_at
    match value:
        case Between(Age() as low, Age() as high):
            return filed.between(now - high.length, now - low.length)
        case Compare(operator=sign, limit=Age() as limit):
            return _COMPARED[_TURNED[sign]](filed, now - limit.length)
        case _:
            raise TypeError(f"{value!r} is no age")


def _text(_field: str, value: Value, _me: str | None, _now: datetime) -> Condition:
    if not isinstance(value, Exact):
        raise TypeError(f"{value!r} is no text")
    words = _word(value.value)
    said = exists().where(
        comments.c.team_id == defects.c.team_id,
        comments.c.defect_id == defects.c.id,
        comments.c.text_key.contains(words, autoescape=True),
    )
    return or_(defects.c.title_key.contains(words, autoescape=True), said)


def _word(value: str | int) -> str:
    """As names and texts are kept for comparing; PostgreSQL keeps no NUL, so nothing has one."""
    return str(value).casefold().replace("\0", "\ufffd")


def _label(_field: str, value: Value, _me: str | None, _now: datetime) -> Condition:
    """Nobody can put a label on a defect."""
    return true() if isinstance(value, Missing) else false()


_READERS: Mapping[str, Callable[[str, Value, str | None, datetime], Condition]] = {
    "release": _name_of(releases),
    "build": _name_of(builds),
    "age": _age,
    "text": _text,
    "label": _label,
}
