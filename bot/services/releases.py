"""Planning a release, registering its builds, listing them all."""

import re
from dataclasses import dataclass

from bot.domain.builds import Build, Contains, Fix, contains
from bot.domain.errors import Invalid
from bot.domain.project import Project
from bot.domain.release import Release
from bot.services.guards import permitted_in
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from bot.services.requests import PlanRelease, RegisterBuild

# Characters of a release's name, half as many as of a build's; in small letters a letter may become several.
LONGEST = 100
# A slash would read as a project, a space would end the name; these words are verbs where a release may stand.
_NAME = re.compile(r"[A-Za-z0-9][\w.+-]{0,99}")
_TAKEN = frozenset({"off", "now", "next", "none"})
_SHA = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True)
class BuildRegistered:
    """`bound`: keys of the fixes that waited for this build."""

    build: Build
    release: Release
    bound: tuple[str, ...] = ()


def plan_release(uow: UnitOfWork, request: PlanRelease) -> Release:
    """In the channel's project. Raises Invalid on a name that cannot be or is taken, NotAllowed."""
    project = uow.projects.for_channel(uow.context.channel)
    permitted_in(uow, project, "release new")
    name = request.name.strip()
    if not _NAME.fullmatch(name) or len(name.casefold()) > LONGEST or name.lower() in _TAKEN:
        raise Invalid("release", request.name, "a name of letters, digits, dots and dashes, such as 2.4")
    if any(known.name.casefold() == name.casefold() for known in uow.releases.of_project(project.id)):
        raise Invalid("release", name, f"{project.prefix} has it already")
    release = Release(uow.new_id(), project.id, name, uow.now, request.ships_on)
    release.plan()
    uow.releases.add(release)
    return release


def register_build(uow: UnitOfWork, request: RegisterBuild) -> BuildRegistered:
    """Raises NotFound with the nearest release, Invalid on a name that the project knows, NotAllowed."""
    release, project = named_release(uow, request.release, "build")
    return registered(uow, request, release, project)


def registered(uow: UnitOfWork, request: RegisterBuild, release: Release, project: Project) -> BuildRegistered:
    """Raises Invalid."""
    build = _new_build(uow, request, release, project)
    release.register(build)
    uow.releases.add_build(build)
    return BuildRegistered(build, release, _bind(uow, release, build))


def listed(questions: Questions, project: Project) -> tuple[ReleaseStatus, ...]:
    """The undecided ones with their verdicts, the next to ship first; then the shipped ones, the newest first."""
    known = questions.releases(project)
    undecided = sorted((r for r in known if r.undecided), key=_next_first)
    shipped = sorted((r for r in known if not r.undecided), key=lambda r: str(r.shipped_at), reverse=True)
    return tuple(status(questions, questions.release_by_id(r.id)) for r in [*undecided, *shipped])


def _next_first(release: Release) -> tuple[bool, str, str]:
    return (release.ships_on is None, str(release.ships_on), str(release.created_at))


def named_release(uow: UnitOfWork, name: str, verb: str) -> tuple[Release, Project]:
    """The channel's project wins; what is allowed is asked of the project that the release belongs to."""
    release = uow.releases.find(name, uow.projects.for_channel(uow.context.channel))
    project = uow.projects.by_id(release.project_id)
    permitted_in(uow, project, verb)
    return release, project


def _new_build(uow: UnitOfWork, request: RegisterBuild, release: Release, project: Project) -> Build:
    name = request.name.strip()
    if not name or len(name.casefold()) > 2 * LONGEST or any(char.isspace() for char in name) or name.lower() in _TAKEN:
        raise Invalid("build", request.name, "one word, such as 2.4.0-rc3")
    known = next((b for b in uow.releases.project_builds(project.id) if b.name.casefold() == name.casefold()), None)
    if known is not None:
        other = uow.releases.by_id(known.release_id).name
        raise Invalid("build", name, f"it is registered in {other} already, and a build is registered once")
    ordinal = max((build.ordinal for build in uow.releases.builds(release.id)), default=0) + 1
    commits, reverts = _shas(request.commits), _shas(request.reverts)
    by = frozenset((sha.lower(), own.lower()) for sha, own in request.reverted_by)
    return Build(uow.new_id(), release.id, name, ordinal, uow.now, commits, reverts, by)


def _shas(given: tuple[str, ...]) -> frozenset[str]:
    for sha in given:
        if not _SHA.fullmatch(sha.lower()):
            raise Invalid("commits", sha, "commit hashes of 6 to 64 hexadecimal digits, separated by commas")
    return frozenset(sha.lower() for sha in given)


def _bind(uow: UnitOfWork, release: Release, build: Build) -> tuple[str, ...]:
    """Fixes of this release, and of none while it can still take them, are in the first build that comes after them;
    not the fix whose commit this very build takes back."""
    earlier = uow.releases.builds(release.id)
    bound = []
    for defect in uow.defects.awaiting_build(release.project_id, release.id):
        of_none = defect.release_id is None and not release.undecided
        if of_none or contains(build, Fix(build, defect.fix_commit), earlier) is Contains.NO:
            continue
        defect.bind_fix(uow.now, build.id)
        bound.append(defect.key)
    return tuple(bound)
