"""Waivers: somebody asks with a reason and an end, somebody else whose role it is approves."""

import re
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.errors import AlreadyShipped, Invalid, Missing, NotFound
from bot.domain.events import Kind, Scalar
from bot.domain.gates import Rule, in_force
from bot.domain.local_time import today
from bot.domain.project import Project
from bot.domain.release import Release
from bot.domain.values import Status
from bot.domain.waivers import NEXT, OwnWaiver, Stage, Waiver, WaiverDone, called
from bot.services.guards import permitted_in
from bot.services.outgoing import Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.releases import LONGEST, named_release
from bot.services.requests import ApproveWaiver, EndWaiver, Waive

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]*-[0-9]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LONGEST_REASON = 3000  # characters, as many as a form takes
_TO_COME = "a day such as 2026-12-18, a build to come such as 2.4.0-rc4, or `next`"


@dataclass(frozen=True, slots=True)
class WaiverMoved:
    """`rule`: the gate that it excepts, as it is now. `holders`: who can approve it, where it waits for that."""

    waiver: Waiver
    release: Release
    kind: Kind
    rule: Rule | None
    untriaged_hours: int
    holders: tuple[str, ...] = ()


def ask_waiver(uow: UnitOfWork, request: Waive) -> WaiverMoved:
    """Anybody may ask. Raises NotFound, NotAllowed, AlreadyShipped, OwnWaiver, Missing, Invalid."""
    release, project = _undecided(uow, request.release, "ask waiver")
    if not request.reason.strip():
        raise Missing("reason", "waive")
    if len(request.reason) > _LONGEST_REASON:
        raise Invalid("reason", request.reason, f"at most {_LONGEST_REASON} characters")
    day, build = _until(uow, release, project, request.until.strip())
    gate, key, defect_id = _what(uow, release, project, request.what.strip())
    number = max((each.number for each in uow.waivers.of_release(release.id)), default=0) + 1
    by, at, reason = uow.context.actor, uow.now, request.reason.strip()
    holders = _others(project, by, gate or key or "")
    waiver = Waiver(uow.new_id(), release.id, number, gate, defect_id, key, reason, by, at, day, build)
    uow.waivers.add(waiver)
    _record(release, Kind.WAIVER_ASKED, waiver, {"reason": waiver.reason})
    moved = _moved(uow, project, release, waiver, Kind.WAIVER_ASKED, holders)
    _ask_for_approval(uow, project, moved)
    return moved


def approve_waiver(uow: UnitOfWork, request: ApproveWaiver) -> WaiverMoved:
    """By somebody whose role it is, not by who asked. Raises NotFound, NotAllowed, OwnWaiver, WaiverDone, Conflict."""
    release, project = _undecided(uow, request.release, "waive")
    seen = _numbered(uow, release, request.number)
    _must_be(uow, release, project, seen, Stage.ASKED)
    if seen.asked_by == uow.context.actor:
        raise OwnWaiver(seen.what, _others(project, seen.asked_by, seen.what))
    waiver = replace(seen, approved_by=uow.context.actor, approved_at=uow.now)
    uow.waivers.save(waiver, seen)
    _record(release, Kind.WAIVER_APPROVED, waiver, {})
    return _moved(uow, project, release, waiver, Kind.WAIVER_APPROVED)


def end_waiver(uow: UnitOfWork, request: EndWaiver) -> WaiverMoved:
    """Who asked may withdraw; else it is for those who approve. Raises NotFound, NotAllowed, WaiverDone, Conflict."""
    release, project = _undecided(uow, request.release, "ask waiver")
    seen = _numbered(uow, release, request.number)
    if seen.asked_by != uow.context.actor:
        permitted_in(uow, project, "waive")
    _must_be(uow, release, project, seen, Stage.ASKED, Stage.IN_FORCE)
    waiver = replace(seen, ended_by=uow.context.actor, ended_at=uow.now)
    uow.waivers.save(waiver, seen)
    _record(release, Kind.WAIVER_ENDED, waiver, {"note": request.note.strip()} if request.note.strip() else {})
    return _moved(uow, project, release, waiver, Kind.WAIVER_ENDED)


def _moved(
    uow: UnitOfWork, project: Project, release: Release, waiver: Waiver, kind: Kind, holders: tuple[str, ...] = ()
) -> WaiverMoved:
    rule = in_force(uow.gates.versions(project.id), uow.now).rule(waiver.what)
    return WaiverMoved(waiver, release, kind, rule, project.policy.untriaged_hours, holders)


def _others(project: Project, person: str, what: str) -> tuple[str, ...]:
    """Who else holds the role that approves. Raises OwnWaiver where they alone do: nobody could ever approve it."""
    holders = project.policy.holders(project.policy.needed("waive"))
    if holders == (person,):
        raise OwnWaiver(what, alone=True)
    return tuple(each for each in holders if each != person)


def _undecided(uow: UnitOfWork, name: str, verb: str) -> tuple[Release, Project]:
    release, project = named_release(uow, name, verb)
    if release.shipped_at is not None:
        raise AlreadyShipped(release.name, release.shipped_at)
    return release, project


def _until(uow: UnitOfWork, release: Release, project: Project, word: str) -> tuple[date | None, str | None]:
    """Raises Invalid on an end that has come already, and on a build of another release."""
    if _DAY.fullmatch(word):
        return _day(uow, project, word), None
    if word.casefold() != NEXT and (len(word) > 2 * LONGEST or not re.search(r"\d", word) or re.search(r"\s", word)):
        raise Invalid("until", word, _TO_COME)
    for build in uow.releases.project_builds(project.id):
        if not called(build.name, word):
            continue
        if build.release_id != release.id:
            other = uow.releases.by_id(build.release_id).name
            raise Invalid("until", word, f"{build.name} is a build of {other}; {_TO_COME}")
        raise Invalid("until", word, f"{build.name} has arrived already; {_TO_COME}")
    return None, word.casefold() if word.casefold() == NEXT else word


def _day(uow: UnitOfWork, project: Project, word: str) -> date:
    try:
        day = date.fromisoformat(word)
    except ValueError as error:
        raise Invalid("until", word, _TO_COME) from error
    if day < today(uow.now, ZoneInfo(project.timezone)):
        raise Invalid("until", word, f"that day is over; {_TO_COME}")
    return day


def _what(uow: UnitOfWork, release: Release, project: Project, word: str) -> tuple[str | None, str | None, str | None]:
    """A gate's name, or a defect's key and id. Raises NotFound, Invalid."""
    if _KEY.fullmatch(word):
        defect = uow.defects.get(word)
        counts = defect.release_id == release.id or (defect.release_id is None and defect.project_id == project.id)
        if not counts or defect.status is Status.CLOSED:
            raise Invalid("waiver", defect.key, f"a defect that counts in {release.name} and is not closed")
        return None, defect.key, defect.id
    return in_force(uow.gates.versions(project.id), uow.now).called(word).name, None, None


def _numbered(uow: UnitOfWork, release: Release, number: int) -> Waiver:
    known = uow.waivers.of_release(release.id)
    found = next((each for each in known if each.number == number), None)
    if found is None:
        raise NotFound("waiver", str(number), str(known[-1].number) if known else None)
    return found


def _must_be(uow: UnitOfWork, release: Release, project: Project, waiver: Waiver, *stages: Stage) -> None:
    stage = waiver.stage(uow.now, uow.releases.builds(release.id), ZoneInfo(project.timezone))
    if stage not in stages:
        by = {Stage.ENDED: waiver.ended_by, Stage.IN_FORCE: waiver.approved_by}.get(stage or Stage.ASKED)
        raise WaiverDone(waiver.what, (stage or Stage.ASKED).value, by)


def _record(release: Release, kind: Kind, waiver: Waiver, texts: dict[str, str]) -> None:
    facts: dict[str, Scalar] = {"number": waiver.number, "what": waiver.what, "until": waiver.until}
    release.record(kind, facts, texts)


def _ask_for_approval(uow: UnitOfWork, project: Project, moved: WaiverMoved) -> None:
    """Those whose role it is are asked alone; where nobody holds it, the home channel is."""
    waiver = moved.waiver
    facts: dict[str, Scalar] = {
        "actor": waiver.asked_by,
        "release": f"{project.prefix}/{moved.release.name}",
        "number": waiver.number,
        "what": waiver.what,
        "until": waiver.until,
        "reason": waiver.reason,
        **_sentence(moved),
    }
    for person in moved.holders:
        direct: Body = {"user": person, "template": "waiver_asked", "facts": facts}
        uow.outbox.put(Outgoing(Sort.DIRECT, f"direct:{person}", direct))
    channel = project.home_channel or uow.context.channel
    if not moved.holders and channel:
        notice: Body = {"channel": channel, "template": "waiver_asked", "facts": facts}
        uow.outbox.put(Outgoing(Sort.NOTICE, f"channel:{channel}", notice))


def _sentence(moved: WaiverMoved) -> dict[str, Scalar]:
    """What says which gate it is, as messages say it."""
    rule = moved.rule
    if rule is None:
        return {}
    hours = rule.number("hours") or moved.untriaged_hours
    told: dict[str, Scalar] = {"criterion": rule.criterion.value, "says": rule.says, "hours": hours}
    return told | {name: rule.number(name) for name in ("rate", "limit")}
