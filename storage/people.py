"""What people are called in a workspace, so that no message waits for Slack to say it."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from storage.tables import people
from storage.tenant import TEAM, Tenant, param, upsert

_NAMES = select(people.c.person, people.c.name).where(
    people.c.team_id == TEAM,
    people.c.person.in_(param("people", expanding=True)),
    people.c.seen_at >= param("after"),
)
_EVERYBODY = select(people.c.person, people.c.name).where(people.c.team_id == TEAM).order_by(people.c.person)
_PUT = upsert(people, "team_id", "person")


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
