"""Testing by hand: what must run in a release, one case's result, the next case for whoever has time."""

from dataclasses import dataclass, replace

from bot.domain.builds import Build
from bot.domain.errors import Missing, NotFound
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.nearest import nearest
from bot.domain.policy import authorize
from bot.domain.project import Project
from bot.domain.release import Release
from bot.domain.results import BAD, Execution, Outcome
from bot.domain.traceability import Case, case_key, in_order, requirement_key
from bot.services.builds import named_build
from bot.services.failing import NOTHING_MET, Met
from bot.services.meeting import failed_by_hand
from bot.services.ports import UnitOfWork
from bot.services.records import TestRun
from bot.services.requests import HandOut, PlanCases, RecordAndGoOn, RecordResult

BY_HAND = "by hand"
# What somebody else must be able to understand.
_EXPLAINED = frozenset({Outcome.FAILED, Outcome.BLOCKED})


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """`keys` of what came or went; `planned`: how many are in it now."""

    release: Release
    keys: tuple[str, ...]
    planned: int
    out: bool = False


@dataclass(frozen=True, slots=True)
class ResultRecorded:
    """`met`: the defects that a failing case is linked to."""

    case: Case
    outcome: Outcome
    build: Build
    release: Release
    met: Met = NOTHING_MET


@dataclass(frozen=True, slots=True)
class Handed:
    """`case` None: none is left that nobody has in hand. `left`: planned, without a result on the build, this one
    too. `recorded`: what was said just before; `again`: the case that was put off, as there is no other."""

    project: Project
    release: Release
    build: Build
    case: Case | None
    planned: int
    left: int
    recorded: ResultRecorded | None = None
    again: bool = False


def plan_cases(uow: UnitOfWork, request: PlanCases) -> PlanChanged:
    """Raises NotFound at the first key that is not known, Missing without any."""
    release = _release(uow, request.release)
    project = _permitted(uow, release, "plan")
    if not request.keys:
        raise Missing("case", "plan")
    meant = _meant(uow, project, request.keys)
    before = uow.catalogue.planned(release.id)
    moved = {id_: key for id_, key in meant.items() if (id_ in before) is request.out}
    (uow.catalogue.unplan if request.out else uow.catalogue.plan)(release.id, list(moved))
    keys = tuple(in_order(moved.values()))
    if moved:
        facts: dict[str, Scalar] = {"cases": " ".join(keys), "out": request.out}
        uow.log.append(Event(Kind.TESTS_PLANNED, Subject.RELEASE, release.id, {}, facts))
    planned = len(before) + (-len(moved) if request.out else len(moved))
    return PlanChanged(release, keys, planned, request.out)


def record_result(uow: UnitOfWork, request: RecordResult) -> ResultRecorded:
    """A test run of one case, published at once; one that fails meets its defects as in a report. Raises NotFound,
    UnknownBuild, and Missing: no build at all, or no note on what failed or stands in the way."""
    named = uow.releases.find(request.release, _project(uow)) if request.release else None
    project = uow.projects.by_id(named.project_id) if named else _project(uow)
    authorize(project, "verify", uow.context.actor, guest_team=uow.context.guest_team)
    case = _case(uow, project, request.case)
    build = _build(uow, project, named, request.build)
    if request.outcome in _EXPLAINED and not request.note.strip():
        raise Missing("note", f"verify {request.case}")
    run = TestRun(uow.new_id(), project.id, build.id, BY_HAND, "", uow.context.actor)
    uow.results.record(run, case.id, Execution(case.name, request.outcome, message=request.note))
    facts: dict[str, Scalar] = {"case": case.key, "build": build.name, "outcome": request.outcome, "run_id": run.id}
    texts = {"note": request.note} if request.note else {}
    uow.log.append(Event(Kind.RESULT_RECORDED, Subject.RELEASE, build.release_id, {}, facts, texts))
    uow.hands.put_back(build.id, case.id)
    failed = request.outcome in BAD
    met = failed_by_hand(uow, run, build, case.key, request.note.strip()) if failed else NOTHING_MET
    return ResultRecorded(case, request.outcome, build, uow.releases.by_id(build.release_id), met)


def hand_out(uow: UnitOfWork, request: HandOut) -> Handed:
    """Raises NotFound, Missing where the release has no build."""
    release = _release(uow, request.release)
    project = _permitted(uow, release, "verify")
    build = _build(uow, project, release, None)
    after = _case(uow, project, request.after) if request.after else None
    if after is not None:
        uow.hands.put_back(build.id, after.id)
    case = uow.hands.take(release.id, build.id, uow.context.actor, after)
    planned, left = uow.hands.left(release.id, build.id)
    return Handed(project, release, build, case, planned, left, again=case is not None and case == after)


def record_and_go_on(uow: UnitOfWork, request: RecordAndGoOn) -> Handed:
    """On from that case: what was put off comes back at the end."""
    recorded = record_result(uow, request.result)
    return replace(hand_out(uow, HandOut(request.result.release, recorded.case.key)), recorded=recorded)


def _project(uow: UnitOfWork) -> Project:
    return uow.projects.for_channel(uow.context.channel)


def _release(uow: UnitOfWork, name: str | None) -> Release:
    project = _project(uow)
    found = uow.releases.find(name, project) if name else uow.releases.current(project.id)
    if found is None:
        raise NotFound("release", "")
    return found


def _permitted(uow: UnitOfWork, release: Release, verb: str) -> Project:
    project = uow.projects.by_id(release.project_id)
    authorize(project, verb, uow.context.actor, guest_team=uow.context.guest_team)
    return project


def _case(uow: UnitOfWork, project: Project, key: str) -> Case:
    case = uow.catalogue.case(project.id, key.upper())
    if case is None:
        raise NotFound("test case", key.upper(), nearest(key.upper(), uow.catalogue.cases(project.id)))
    return case


def _build(uow: UnitOfWork, project: Project, release: Release | None, name: str | None) -> Build:
    """The named one, else the newest of the release, else of the current one."""
    release = release or uow.releases.current(project.id)
    if name:
        return named_build(uow, project.id, name, release.id if release else None)
    builds = uow.releases.builds(release.id) if release else uow.releases.project_builds(project.id)
    if not builds:
        raise Missing("build", "verify")
    return builds[-1]


def _meant(uow: UnitOfWork, project: Project, keys: tuple[str, ...]) -> dict[str, str]:
    """Id -> key, of the cases that are named, and of those that show the named requirements."""
    cases, needed = uow.catalogue.cases(project.id), uow.catalogue.requirements(project.id)
    by_id = {case.id: key for key, case in cases.items()}
    meant: dict[str, str] = {}
    for key in dict.fromkeys(map(str.upper, keys)):
        if case_key(key) and key in cases:
            meant[cases[key].id] = key
        elif requirement_key(key) and key in needed:
            shown = {case for requirement, case in uow.catalogue.pairs(project.id) if requirement == key}
            meant |= {case: by_id[case] for case in shown}
        else:
            kind = "requirement" if key.startswith("REQ-") else "test case"
            raise NotFound(kind, key, nearest(key, [*cases, *needed]))
    return meant
