"""What is not waited for happens all the same, in its order, and what is wrong with it is heard before the COMMIT."""

from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage.database import Store
from storage.errors import KeyTaken, StoreUnavailable
from storage.tables import outbox
from storage.tenant import TEAM, Tenant
from tests.storage.acting import START
from tests.storage.test_prepared import ROW

OWN = select(outbox.c.id).where(outbox.c.team_id == TEAM).order_by(outbox.c.id)


def _row(name: str, **other: Any) -> dict[str, Any]:
    return ROW | {"id": name} | other


def _add_two(connection: Connection) -> None:
    """The first INSERT is SQLAlchemy's own, the next one is not waited for."""
    for name in ("first", "second"):
        Tenant(connection, "T1", START).add(outbox, _row(name))


def _kept(store: Store) -> list[str]:
    return store.read_sync(lambda connection: [row.id for row in Tenant(connection, "T1", START).all(OWN)])


def test_whoever_asks_next_finds_it_on_either_road(store: Store) -> None:
    def work(connection: Connection) -> list[list[str]]:
        _add_two(connection)
        tenant = Tenant(connection, "T1", START)
        # Asked once it is SQLAlchemy's statement, and the driver's from then on.
        asked = OWN.where(outbox.c.attempts == 0)
        found = []
        for name in ("third", "fourth", "fifth"):
            tenant.add(outbox, _row(name))
            found.append([row.id for row in tenant.all(asked)])
        return found

    three = ["first", "second", "third"]
    assert store.run_sync(work) == [three, sorted([*three, "fourth"]), sorted([*three, "fourth", "fifth"])]
    assert len(_kept(store)) == 5


def test_a_key_that_is_taken_is_told_though_nothing_is_asked_behind_it(store: Store) -> None:
    store.run_sync(_add_two)

    def work(connection: Connection) -> None:
        tenant = Tenant(connection, "T1", START)
        for name in ("new", "second", "newer"):
            tenant.add(outbox, _row(name))

    with pytest.raises(KeyTaken):
        store.run_sync(work)
    assert _kept(store) == ["first", "second"]


def test_the_first_that_failed_is_told_and_not_what_followed_from_it(store: Store) -> None:
    store.run_sync(_add_two)

    def work(connection: Connection) -> None:
        tenant = Tenant(connection, "T1", START)
        tenant.add(outbox, _row("second"))
        tenant.add(outbox, _row("third", lane=None))
        tenant.all(OWN)

    with pytest.raises(KeyTaken):
        store.run_sync(work)
    assert _kept(store) == ["first", "second"]


def test_work_that_raises_is_heard_whatever_else_was_wrong(store: Store) -> None:
    store.run_sync(_add_two)

    def work(connection: Connection) -> None:
        Tenant(connection, "T1", START).add(outbox, _row("third"))
        raise LookupError("of the work")

    with pytest.raises(LookupError, match="of the work"):
        store.run_sync(work)
    store.run_sync(lambda connection: Tenant(connection, "T1", START).add(outbox, _row("fourth")))
    assert _kept(store) == ["first", "fourth", "second"]


def test_what_no_column_takes_is_refused_and_the_store_goes_on(store: Store) -> None:
    store.run_sync(_add_two)
    with pytest.raises(StoreUnavailable):
        store.run_sync(lambda connection: Tenant(connection, "T1", START).add(outbox, _row("third", lane=None)))
    store.run_sync(lambda connection: Tenant(connection, "T1", START).add(outbox, _row("fourth")))
    assert _kept(store) == ["first", "fourth", "second"]
