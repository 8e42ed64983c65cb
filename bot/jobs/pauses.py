"""Roads that Slack has closed for good: nothing more is sent there until somebody has mended it, and one person hears.

A pause lives in memory: after a restart, or after PAUSE, one row finds out again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.events import Scalar
from bot.services.delivery import Claimed, Settled, State
from bot.services.outgoing import Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.slack.answers import FATES, Fate

PAUSE = timedelta(hours=6)
ALL = "*"
# These say that the token itself is no good; a missing scope concerns one method only.
TOKEN_IS_DEAD = frozenset(
    [
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "team_access_not_granted",
    ]
)


def reason_of(route: str, code: str) -> str:
    return f"{code} in {route}" if route != ALL else code


def reasons_of(route: str) -> frozenset[str]:
    """All that a row may have died of on that road, whoever was there to remember it."""
    codes = TOKEN_IS_DEAD if route == ALL else (code for code, fate in FATES.items() if fate is Fate.ROUTE)
    return frozenset(reason_of(route, code) for code in codes)


@dataclass
class Pauses:
    _closed: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)

    def of(self, team_id: str, route: str, now: datetime) -> str | None:
        """Slack's code, or None when the road is open."""
        code, until = self._closed.get((team_id, route), ("", now))
        return code if until > now else None

    def close(self, team_id: str, route: str, code: str, now: datetime) -> bool:
        """True when it was open until now."""
        new = self.of(team_id, route, now) is None
        self._closed[team_id, route] = (code, now + PAUSE)
        return new

    def lift(self, team_id: str, route: str) -> None:
        self._closed.pop((team_id, route), None)

    def end_of(self, row: Claimed, route: str, code: str, now: datetime) -> Settled:
        """The row's end, and for the first one on that road a direct message with the remedy."""
        new = self.close(row.team_id, route, code, now)
        tell = new and route != ALL and row.sort is not Sort.DIRECT
        return Settled(State.DEAD, reason_of(route, code), _Tell(row, route, code) if tell else None)


@dataclass(frozen=True, slots=True)
class _Tell:
    row: Claimed
    channel: str
    code: str

    def __call__(self, uow: UnitOfWork) -> None:
        facts: dict[str, Scalar] = {"channel": self.channel, "code": self.code, "key": None}
        person = self._person(uow, facts)
        if person:
            body: Body = {"user": person, "template": "route_paused", "facts": facts}
            uow.outbox.put(Outgoing(Sort.DIRECT, f"direct:{person}", body))

    def _person(self, uow: UnitOfWork, facts: dict[str, Scalar]) -> str | None:
        """Who did it, else who reported the defect; a digest belongs to nobody in particular."""
        known = self.row.body.get("facts")
        actor = known.get("actor") if isinstance(known, dict) else None
        defect_id = self.row.body.get("defect_id")
        if isinstance(defect_id, str):
            defect = uow.defects.by_id(defect_id)
            facts["key"] = defect.key
            return str(actor or defect.reporter)
        user = actor or self.row.body.get("user")
        return user if isinstance(user, str) else None
