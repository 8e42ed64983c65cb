"""When digests are due, and what each that was decided on speaks of."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, update

from bot.domain.errors import NotFound
from bot.services.records import DigestPlan, DigestRecord
from storage.tables import digests, schedules, slots
from storage.tenant import TEAM, Tenant, param

_PLANS = select(schedules).where(schedules.c.team_id == TEAM).order_by(schedules.c.id)
_DUE = _PLANS.where(schedules.c.id == param("plan"), schedules.c.next_at <= param("now"))
_MOVE = (
    update(schedules)
    .where(schedules.c.team_id == TEAM, schedules.c.id == param("plan"), schedules.c.next_at == param("seen"))
    .values(next_at=param("next"))
)
_DROP = delete(schedules).where(schedules.c.team_id == TEAM, schedules.c.id == param("plan"))
_REPLACED = delete(schedules).where(
    schedules.c.team_id == TEAM, schedules.c.release_id == param("release"), schedules.c.channel == param("channel_")
)
_POSTED = update(digests).where(digests.c.team_id == TEAM, digests.c.id == param("digest")).values(ts=param("message"))
_PICTURED = (
    update(digests).where(digests.c.team_id == TEAM, digests.c.id == param("digest")).values(picture=param("file"))
)
_DIGESTS = select(digests).where(digests.c.team_id == TEAM)
_DIGEST = _DIGESTS.where(digests.c.id == param("digest"))
# What never reached its channel was read by nobody.
_LAST = (
    _DIGESTS.where(digests.c.release_id == param("release"), digests.c.ts.is_not(None))
    .order_by(digests.c.seq.desc(), digests.c.at.desc(), digests.c.id.desc())
    .limit(1)
)
_LAST_IN_CHANNEL = _LAST.where(digests.c.channel == param("channel_"))


def plan_from(row: Row[Any]) -> DigestPlan:
    return DigestPlan(row.id, row.release_id, row.channel, row.at, row.timezone, frozenset(row.days), row.next_at)


def plan_values(plan: DigestPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in plan.__dataclass_fields__} | {"days": sorted(plan.days)}


def digest_from(row: Row[Any]) -> DigestRecord:
    return DigestRecord(
        row.id,
        row.release_id,
        row.channel,
        row.at,
        row.seq,
        row.hash,
        row.since_seq,
        row.since_at,
        row.slot,
        row.ts,
        row.picture,
    )


def digest_values(digest: DigestRecord) -> dict[str, Any]:
    return {name: getattr(digest, name) for name in digest.__dataclass_fields__}


class DigestReader:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def planned(self, release_id: str | None, channel: str | None) -> list[DigestPlan]:
        statement: Select[Any] = _PLANS
        if release_id is not None:
            statement = statement.where(schedules.c.release_id == release_id)
        if channel is not None:
            statement = statement.where(schedules.c.channel == channel)
        return [plan_from(row) for row in self._tenant.all(statement)]

    def by_id(self, digest_id: str) -> DigestRecord:
        row = self._tenant.first(_DIGEST, digest=digest_id)
        if row is None:
            raise NotFound("digest", digest_id)
        return digest_from(row)

    def last(self, release_id: str, channel: str | None) -> DigestRecord | None:
        statement = _LAST if channel is None else _LAST_IN_CHANNEL
        row = self._tenant.first(statement, release=release_id, **({} if channel is None else {"channel_": channel}))
        return digest_from(row) if row else None


class SqlDigests(DigestReader):
    def plan(self, plan: DigestPlan) -> None:
        self._tenant.change(_REPLACED, release=plan.release_id, channel_=plan.channel)
        self._tenant.add(schedules, plan_values(plan))

    def drop(self, plan: DigestPlan) -> None:
        self._tenant.change(_DROP, plan=plan.id)

    def due(self, plan_id: str, now: datetime) -> DigestPlan | None:
        row = self._tenant.first(_DUE, plan=plan_id, now=now)
        return plan_from(row) if row else None

    def claim(self, plan: DigestPlan, slot: date, next_at: datetime) -> bool:
        if not self._tenant.change(_MOVE, plan=plan.id, seen=plan.next_at, next=next_at):
            return False
        row = {"release_id": plan.release_id, "channel": plan.channel, "slot": slot, "created_at": self._tenant.now}
        return self._tenant.add_unless_known(slots, row)

    def record(self, digest: DigestRecord) -> None:
        self._tenant.add(digests, digest_values(digest))

    def posted(self, digest_id: str, ts: str) -> None:
        self._tenant.change(_POSTED, digest=digest_id, message=ts)

    def pictured(self, digest_id: str, file_id: str) -> None:
        self._tenant.change(_PICTURED, digest=digest_id, file=file_id)
