"""What commits say of defects: a fix arrives with the first build that holds it, a revert takes it back.

Nobody's right is asked here: whoever may report (a CI system, a code host, a checkout) was checked at the door.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from bot.domain.builds import Build, same_commit
from bot.domain.defect import Defect
from bot.domain.errors import NotFound
from bot.domain.events import Kind
from bot.domain.lifecycle import TRANSITIONS, Action
from bot.domain.project import Project
from bot.domain.release import Release
from bot.domain.values import Resolution, Status
from bot.services.commit_net import Net, Reverted, net_of
from bot.services.defects import awaits_triage, reopen_for
from bot.services.ports import UnitOfWork
from bot.services.releases import registered
from bot.services.requests import Commit, RegisterBuild, ReportBuild, ReportCommits

REASON = 300  # characters of a commit's first line


@dataclass(frozen=True, slots=True)
class Told:
    """Keys by what became of them. `unchanged`: there was nothing to do, or it is not a time for that."""

    fixed: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildTold:
    """`known`: it had been registered before, so nothing was done. `bound`: fixes that waited for this build."""

    build: Build
    release: Release
    known: bool = False
    bound: tuple[str, ...] = ()
    told: Told = Told()


def report_build(uow: UnitOfWork, request: ReportBuild) -> BuildTold:
    """A build that is reported again changes nothing, whatever is told with it: it is immutable.

    Raises NotFound with the nearest release, Invalid on a name that another release of the project has.
    """
    release = uow.releases.find(request.release, uow.projects.for_channel(uow.context.channel))
    project = uow.projects.by_id(release.project_id)
    known = next((b for b in uow.releases.builds(release.id) if b.name.casefold() == request.name.casefold()), None)
    if known is not None:
        return BuildTold(known, release, known=True)
    net = net_of(_new_ones(uow, [project], request.commits), _told_before(uow, [project]))
    _by_their_keys(uow, [project], net)
    new = registered(uow, _registering(request, net), release, project)
    return BuildTold(new.build, release, False, new.bound, _apply(uow, [project], net, new.build))


def _registering(request: ReportBuild, net: Net) -> RegisterBuild:
    """What a reverted revert had taken out, the build holds again."""
    shas = dict.fromkeys([*(commit.sha for commit in request.commits), *net.restored])
    by = tuple((sha, commit.sha) for sha, commit in net.reverted.items())
    return RegisterBuild(request.release, request.name, tuple(shas), tuple(net.reverted), by)


def _by_their_keys(uow: UnitOfWork, projects: Sequence[Project], net: Net) -> None:
    """`Reverts: SHOP-42` takes back the commit that fixed it."""
    known = {project.id for project in projects}
    for key, commit in net.reverts.items():
        defect = _found(uow, known, key)
        if defect is not None and defect.fix_commit:
            net.take_back(defect.fix_commit, commit)


def _told_before(uow: UnitOfWork, projects: Sequence[Project]) -> list[Reverted]:
    builds = chain.from_iterable(uow.releases.project_builds(project.id) for project in projects)
    return [pair for build in builds for pair in sorted(build.reverted_by)]


def report_commits(uow: UnitOfWork, request: ReportCommits) -> Told:
    """What they fix, in whichever project, is fixed in the next build of its release."""
    projects = uow.projects.all()
    net = net_of(_new_ones(uow, projects, request.commits), _told_before(uow, projects))
    return _apply(uow, projects, net, None)


def _new_ones(uow: UnitOfWork, projects: Sequence[Project], commits: Iterable[Commit]) -> list[Commit]:
    """Reports overlap: what an earlier build held says nothing new."""
    builds = chain.from_iterable(uow.releases.project_builds(project.id) for project in projects)
    held = set(chain.from_iterable(build.commits for build in builds))
    return [commit for commit in commits if commit.sha.lower() not in held]


def _apply(uow: UnitOfWork, projects: Sequence[Project], net: Net, build: Build | None) -> Told:
    outcome: dict[str, list[str]] = {"fixed": [], "reopened": [], "unchanged": [], "unknown": []}
    known = {project.id: project for project in projects}
    for key, commit in net.reverts.items():
        defect = _found(uow, known, key)
        outcome["unknown" if defect is None else _revert(uow, defect, commit)].append(key)
    for defect in chain.from_iterable(uow.defects.fixed_by(project_id, net.reverted) for project_id in known):
        commit = next(by for sha, by in net.reverted.items() if same_commit(sha, str(defect.fix_commit)))
        outcome[_revert(uow, defect, commit)].append(defect.key)
    for defect in chain.from_iterable(uow.defects.once_fixed_by(project_id, net.restored) for project_id in known):
        if _restored(uow, defect, net, build):
            outcome["fixed"].append(defect.key)
    for key, commit in net.fixes.items():
        defect = _found(uow, known, key)
        said = "unknown" if defect is None else _fix(uow, known[defect.project_id], defect, commit, build)
        outcome[said].append(key)
    return Told(**{name: tuple(dict.fromkeys(keys)) for name, keys in outcome.items()})


def _found(uow: UnitOfWork, projects: Collection[str], key: str) -> Defect | None:
    """A build speaks of its own project, by the ids in `projects`."""
    try:
        defect = uow.defects.get(key)
    except NotFound:
        return None
    return defect if defect.project_id in projects else None


def _revert(uow: UnitOfWork, defect: Defect, commit: Commit) -> str:
    if defect.resolution is not Resolution.FIXED or defect.status not in TRANSITIONS[Action.REOPEN].sources:
        return "unchanged"
    reopen_for(uow, defect, _reason(commit), {"taken_back": defect.fix_commit, "by": commit.sha})
    return "reopened"


def _restored(uow: UnitOfWork, defect: Defect, net: Net, build: Build | None) -> bool:
    """Fixed once more by the same commit, if nothing but its revert said that it is not."""
    told = [entry.event for entry in uow.log.of_subject(defect.id) if "fix_commit" in entry.event.changes]
    if not told or not (taken_back := told[-1].facts.get("taken_back")):
        return False
    if not any(same_commit(sha, str(taken_back)) for sha in net.restored):
        return False
    defect.fix(uow.now, uow.context.actor, build.id if build else None, str(taken_back), None)
    return True


def _reason(commit: Commit) -> str:
    first = next(iter(commit.text.strip().splitlines()), "")[:REASON]
    return f"{first} ({commit.sha[:7]})".strip()


def _fix(uow: UnitOfWork, project: Project, defect: Defect, commit: Commit, build: Build | None) -> str:
    if _awaits_build(defect) and build is not None:
        defect.bind_fix(uow.now, build.id)
        return "fixed"
    possible = defect.status in TRANSITIONS[Action.FIXED].sources and not awaits_triage(project, defect)
    if not possible or _fixed_it_before(uow, defect, commit):
        return "unchanged"
    defect.fix(uow.now, uow.context.actor, build.id if build else None, commit.sha, commit.link)
    return "fixed"


def _awaits_build(defect: Defect) -> bool:
    fixed = defect.status is Status.RESOLVED and defect.resolution is Resolution.FIXED
    return fixed and defect.fixed_in is None


def _fixed_it_before(uow: UnitOfWork, defect: Defect, commit: Commit) -> bool:
    """One commit fixes a defect once: told again after a failed verification, it is no new fix."""
    fixes = (entry.event for entry in uow.log.of_subject(defect.id) if entry.event.kind is Kind.DEFECT_FIXED)
    named = (str(fix.changes["fix_commit"].new) for fix in fixes if "fix_commit" in fix.changes)
    return any(same_commit(sha, commit.sha) for sha in named)
