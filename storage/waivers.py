"""Waivers as rows and back."""

from dataclasses import asdict

from sqlalchemy import select, update

from bot.domain.errors import Conflict
from bot.domain.waivers import Waiver
from storage.tables import waivers
from storage.tenant import TEAM, Tenant, param

_FIELDS = tuple(Waiver.__dataclass_fields__)
_OF_RELEASE = (
    select(*(waivers.c[name] for name in _FIELDS))
    .where(waivers.c.team_id == TEAM, waivers.c.release_id == param("release"))
    .order_by(waivers.c.number)
)
# Of two who decide at once the second finds it decided.
_DECIDE = update(waivers).where(
    waivers.c.team_id == TEAM,
    waivers.c.id == param("waiver"),
    waivers.c.approved_at.is_not_distinct_from(param("approved_before")),
    waivers.c.ended_at.is_(None),
)


def waivers_of(tenant: Tenant, release_id: str) -> list[Waiver]:
    return [Waiver(**row._mapping) for row in tenant.all(_OF_RELEASE, release=release_id)]


class SqlWaivers:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def of_release(self, release_id: str) -> list[Waiver]:
        return waivers_of(self._tenant, release_id)

    def add(self, waiver: Waiver) -> None:
        """Raises Conflict when somebody else has just taken its number."""
        if not self._tenant.add_unless_known(waivers, asdict(waiver)):
            raise Conflict(waiver.what)

    def save(self, waiver: Waiver, seen: Waiver) -> None:
        """Raises Conflict when it is not as it was `seen` any more."""
        values = {name: getattr(waiver, name) for name in ("approved_by", "approved_at", "ended_by", "ended_at")}
        if not self._tenant.change(_DECIDE.values(values), waiver=waiver.id, approved_before=seen.approved_at):
            raise Conflict(waiver.what)
