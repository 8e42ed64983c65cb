"""Rows that hold for a time: what is true now, and what was true at any instant, is one range predicate."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table, and_, delete, update

from storage.ids import new_id
from storage.tenant import TEAM, Tenant, param
from storage.versions import FOREVER

_IDS = param("ids", expanding=True)


def holds(table: Any) -> ColumnElement[bool]:
    """At the instant `:at`, of one workspace."""
    return and_(table.c.team_id == TEAM, table.c.valid_from <= param("at"), table.c.valid_to > param("at"))


def live(table: Any) -> ColumnElement[bool]:
    """What nobody has ended yet."""
    return and_(table.c.team_id == TEAM, table.c.valid_to == FOREVER)


def begin(tenant: Tenant, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    span = {"valid_from": tenant.now, "valid_to": FOREVER}
    tenant.add(table, *({"id": new_id(), **row, **span} for row in rows))


def end(tenant: Tenant, table: Table, ids: Sequence[str]) -> None:
    """What began at this same instant was never there."""
    for at in range(0, len(ids), _PORTION):
        portion = list(ids[at : at + _PORTION])
        for statement in _ending(table):
            tenant.change(statement, ids=portion, ended=tenant.now)


_PORTION = 5_000


@cache
def _ending(table: Table) -> tuple[Executable, Executable]:
    named = and_(table.c.team_id == TEAM, table.c.id.in_(_IDS))
    never = delete(table).where(named, table.c.valid_from == param("ended"))
    return never, update(table).where(named).values(valid_to=param("ended"))
