"""What people are called in a workspace, so that no message waits for Slack to say it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from bot.services.context import Clock
from storage.database import Store
from storage.errors import StoreError
from storage.tables import people
from storage.tenant import TEAM, Tenant, Upsert, param

_NAMES = select(people.c.person, people.c.name).where(
    people.c.team_id == TEAM,
    people.c.person.in_(param("people", expanding=True)),
    people.c.seen_at >= param("after"),
)
_EVERYBODY = select(people.c.person, people.c.name).where(people.c.team_id == TEAM).order_by(people.c.person)
LONGEST = 200  # characters of a name that its column takes
_PUT = Upsert(people, ("team_id", "person"))


class SqlNames:
    """What Slack told of people, kept for those who read the store alone: digests, exports, decisions as files."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def keep(self, team: str, person: str, name: str) -> None:
        """Behind all that somebody waits for. What the store does not take now is told again within the hour."""
        at, called = self._clock.now(), {person: name[:LONGEST]}
        with suppress(StoreError):
            await self._store.run(lambda connection: remember(Tenant(connection, team, at), called), behind=True)


def names(tenant: Tenant, ids: Collection[str], after: datetime) -> dict[str, str]:
    """Id -> name, of those that Slack told since `after`."""
    rows = tenant.all(_NAMES, people=sorted(ids), after=after) if ids else []
    return {row.person: row.name for row in rows}


def remember(tenant: Tenant, known: Mapping[str, str]) -> None:
    for person, name in sorted(known.items()):
        tenant.put(_PUT, person=person, name=name, seen_at=tenant.now)


def every_name(team: str, ids: Collection[str]) -> Callable[[Connection], dict[str, str]]:
    """However long ago Slack told: for a reader who cannot ask it."""

    def reading(connection: Connection) -> dict[str, str]:
        return names(Tenant(connection, team, datetime.now(UTC)), ids, datetime.min.replace(tzinfo=UTC))

    return reading


def everybody(team: str) -> Callable[[Connection], dict[str, str]]:
    """Id -> name, of all whom Slack ever told of."""

    def reading(connection: Connection) -> dict[str, str]:
        rows = Tenant(connection, team, datetime.now(UTC)).all(_EVERYBODY)
        return {row.person: row.name for row in rows}

    return reading
