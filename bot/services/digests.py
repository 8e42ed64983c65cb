"""When and where the digest of a release is sent, and the rows that send it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.errors import AlreadyShipped, Invalid, Missing, NotFound
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.release import Release
from bot.domain.schedule import LATE, Slot, next_slot, too_late
from bot.services.guards import permitted_in
from bot.services.outgoing import DIGEST_LIFE, Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.records import DigestPlan, DigestRecord
from bot.services.releases import named_release
from bot.services.requests import ScheduleDigest, SendDigest, StopDigest

_DAYS = frozenset(range(1, 8))
_JUST_BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DigestScheduled:
    plan: DigestPlan
    release: Release


@dataclass(frozen=True, slots=True)
class DigestsStopped:
    """Names of the releases whose digest this channel got until now."""

    channel: str
    releases: tuple[str, ...]


def schedule_digest(uow: UnitOfWork, request: ScheduleDigest) -> DigestScheduled:
    """Replaces the plan of the same release and channel. The zone is the project's when none is named.

    Raises NotFound, NotAllowed, AlreadyShipped, Invalid on a time, a zone or days that cannot be, Missing a channel.
    """
    release, project = named_release(uow, request.release, "digest")
    _undecided(release)
    channel = _channel(uow, request.channel)
    zone = request.timezone or project.timezone
    slot = _first(uow.now, request.at, zone, request.days)
    plan = DigestPlan(uow.new_id(), release.id, channel, request.at, zone, request.days, slot.at)
    uow.digests.plan(plan)
    facts: dict[str, Scalar] = {
        "plan_id": plan.id,
        "channel": channel,
        "at": request.at,
        "timezone": zone,
        "days": " ".join(str(day) for day in sorted(request.days)),
        "next_at": plan.next_at,
    }
    uow.log.append(Event(Kind.DIGEST_SCHEDULED, Subject.RELEASE, release.id, {}, facts))
    return DigestScheduled(plan, release)


def stop_digest(uow: UnitOfWork, request: StopDigest) -> DigestsStopped:
    """In one channel: of one release, or of all. None left to stop is no error."""
    channel = _channel(uow, request.channel)
    if request.release is not None:
        plans = uow.digests.planned(named_release(uow, request.release, "digest")[0].id, channel)
    else:
        permitted_in(uow, uow.projects.for_channel(channel), "digest")
        plans = uow.digests.planned(None, channel)
    return DigestsStopped(channel, tuple(_drop(uow, plan) for plan in plans))


def send_digest(uow: UnitOfWork, request: SendDigest) -> DigestRecord:
    """Now, in addition to any plan. Raises NotFound, NotAllowed, AlreadyShipped, Missing a channel."""
    release = _asked_for(uow, request.release)
    _undecided(release)
    return issue(uow, release, _channel(uow, request.channel))


def send_planned(uow: UnitOfWork, plan_id: str) -> DigestRecord | None:
    """What a tick does for one due plan: claim its slot, move the plan on, write the rows, all in one transaction.

    None when there is nothing to send: another replica was first, the release has shipped, or it is too late, which
    the channel is told in one line.
    """
    plan = uow.digests.due(plan_id, uow.now)
    if plan is None:
        return None
    release = uow.releases.by_id(plan.release_id)
    if not release.undecided:
        uow.digests.drop(plan)
        return None
    zone, at = ZoneInfo(plan.timezone), time.fromisoformat(plan.at)
    slot = _due_slot(plan, zone, at)
    # After a long pause the slots that nobody wants any more are passed over; one that is still in time is not.
    following = next_slot(max(plan.next_at, uow.now - LATE - _JUST_BEFORE), at, zone, plan.days)
    if not uow.digests.claim(plan, slot.day, following.at):
        return None
    if too_late(plan.next_at, uow.now):
        _say_skipped(uow, plan, release, following)
        return None
    return issue(uow, release, plan.channel, slot.day)


def issue(uow: UnitOfWork, release: Release, channel: str, slot: date | None = None) -> DigestRecord:
    """Records the digest and writes its rows: the root message, its long lists, its picture, in this order."""
    last = uow.digests.last(release.id, channel)
    seq, hash_ = uow.log.head()
    since_seq, since_at = (last.seq, last.at) if last else (0, None)
    record = DigestRecord(uow.new_id(), release.id, channel, uow.now, seq, hash_, since_seq, since_at, slot)
    uow.digests.record(record)
    body: Body = {"digest_id": record.id, "channel": channel}
    for sort in (Sort.DIGEST, Sort.DIGEST_DETAIL, Sort.PICTURE):
        uow.outbox.put(Outgoing(sort, f"digest:{record.id}", body, life=DIGEST_LIFE, bulk=True))
    return record


def _due_slot(plan: DigestPlan, zone: ZoneInfo, at: time) -> Slot:
    """The local date that `next_at` was made for: asked again, since a gap may have moved it over midnight."""
    return next_slot(plan.next_at - _JUST_BEFORE, at, zone, plan.days)


def _say_skipped(uow: UnitOfWork, plan: DigestPlan, release: Release, following: Slot) -> None:
    facts: dict[str, Scalar] = {"release": release.name, "due": plan.next_at, "next": following.at}
    body: Body = {"channel": plan.channel, "template": "digest_skipped", "facts": facts}
    uow.outbox.put(Outgoing(Sort.NOTICE, f"channel:{plan.channel}", body, life=DIGEST_LIFE))


def _drop(uow: UnitOfWork, plan: DigestPlan) -> str:
    uow.digests.drop(plan)
    facts: dict[str, Scalar] = {"plan_id": plan.id, "channel": plan.channel}
    uow.log.append(Event(Kind.DIGEST_STOPPED, Subject.RELEASE, plan.release_id, {}, facts))
    return uow.releases.by_id(plan.release_id).name


def _asked_for(uow: UnitOfWork, name: str | None) -> Release:
    """Named, or the one that ships first."""
    if name is not None:
        return named_release(uow, name, "digest")[0]
    project = uow.projects.for_channel(uow.context.channel)
    permitted_in(uow, project, "digest")
    current = uow.releases.current(project.id)
    if current is None:
        raise NotFound("release", "", None)
    return current


def _undecided(release: Release) -> None:
    if release.shipped_at is not None:
        raise AlreadyShipped(release.name, release.shipped_at)


def _channel(uow: UnitOfWork, named: str | None) -> str:
    channel = named or uow.context.channel
    if channel is None:
        raise Missing("channel", "digest")
    return channel


def _first(now: datetime, at: str, zone: str, days: frozenset[int]) -> Slot:
    if not days or not days <= _DAYS:
        raise Invalid("days", " ".join(map(str, sorted(days))), "weekdays, daily, or days such as mon wed fri")
    return next_slot(now, _time(at), _zone(zone), days)


def _time(at: str) -> time:
    try:
        return time.fromisoformat(at if len(at) == len("09:00") else "")
    except ValueError as error:
        raise Invalid("at", at, "a time of day, such as 09:00") from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("timezone", name, "an IANA zone, such as Europe/Berlin") from error
