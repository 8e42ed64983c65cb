"""Which build is meant, and does it hold the fix?"""

from bot.domain.builds import Build, Contains, Fix, contains, match, may_hold
from bot.domain.defect import Defect
from bot.domain.errors import BuildLacksFix, FixUnbound, NotSure, UnknownBuild
from bot.domain.nearest import nearest
from bot.domain.values import Resolution
from bot.services.ports import UnitOfWork

NEXT = "next"


def named_build(uow: UnitOfWork, project_id: str, name: str, release_id: str | None) -> Build:
    """By whole name or unique suffix: first in the defect's release, then in the project. Raises UnknownBuild."""
    own = uow.releases.builds(release_id) if release_id else []
    everywhere = uow.releases.project_builds(project_id)
    found = match(name, own) or match(name, everywhere)
    if found is None:
        release = uow.releases.by_id(release_id) if release_id else uow.releases.current(project_id)
        near = _nearest(name, [b.name for b in own or everywhere])
        raise UnknownBuild("build", name, near, release.name if release else None)
    return found


def _nearest(name: str, known: list[str]) -> str | None:
    """Also by what people call it: `rc33` is near `2.4.0-rc3`."""
    short = {each.rpartition("-")[2]: each for each in known}
    near = nearest(name, known)
    return near or short.get(nearest(name, short) or "")


def fixing_build(uow: UnitOfWork, defect: Defect, name: str | None) -> Build | None:
    """None is the next build. Raises UnknownBuild."""
    if not name or name.lower() == NEXT:
        return None
    return named_build(uow, defect.project_id, name, defect.release_id)


def verification_build(
    uow: UnitOfWork, defect: Defect, name: str | None, *, sure: bool
) -> tuple[Build | None, Contains]:
    """The build that a pass is given on: the named one, else the newest that can hold the fix.

    Raises UnknownBuild, FixUnbound, BuildLacksFix, and NotSure unless the verifier looked.
    A project that registers no builds is never asked for one, nor is a resolution other than `fixed`.
    """
    release_id = _fix_release(uow, defect)
    named = named_build(uow, defect.project_id, name, release_id) if name else None
    if defect.resolution is not Resolution.FIXED or not _registers_builds(uow, defect, release_id):
        return named, Contains.UNKNOWN
    return _judge(uow, defect, named or _newest(uow, defect, release_id), sure=sure)


def awaits_build(uow: UnitOfWork, defect: Defect) -> bool:
    """Its fix is in no build that it could be verified on; never so where the project registers none."""
    release_id = _fix_release(uow, defect)
    if not _registers_builds(uow, defect, release_id):
        return False
    builds = uow.releases.builds(release_id) if release_id else uow.releases.project_builds(defect.project_id)
    return not may_hold(builds, _fix(uow, defect))


def holds_fix(uow: UnitOfWork, defect: Defect, build: Build) -> Contains:
    return contains(build, _fix(uow, defect), uow.releases.builds(build.release_id))


def _fix(uow: UnitOfWork, defect: Defect) -> Fix:
    fixed_in = uow.releases.build(defect.fixed_in) if defect.fixed_in else None
    return Fix(fixed_in, defect.fix_commit, defect.release_id)


def _registers_builds(uow: UnitOfWork, defect: Defect, release_id: str | None) -> bool:
    # A release may be another project's.
    return bool(uow.releases.project_builds(defect.project_id) or (release_id and uow.releases.builds(release_id)))


def _fix_release(uow: UnitOfWork, defect: Defect) -> str | None:
    return uow.releases.build(defect.fixed_in).release_id if defect.fixed_in else defect.release_id


def _newest(uow: UnitOfWork, defect: Defect, release_id: str | None) -> Build:
    builds = uow.releases.builds(release_id) if release_id else uow.releases.project_builds(defect.project_id)
    if not builds:
        raise FixUnbound(defect.key, uow.releases.by_id(release_id).name if release_id else None)
    return builds[-1]


def _judge(uow: UnitOfWork, defect: Defect, build: Build, *, sure: bool) -> tuple[Build, Contains]:
    fix = _fix(uow, defect)
    siblings = uow.releases.builds(build.release_id)
    answer = contains(build, fix, siblings)
    if answer is Contains.NO:
        first = next((each.name for each in siblings if contains(each, fix, siblings) is Contains.YES), None)
        if first is None and fix.fixed_in is None:
            raise FixUnbound(defect.key, uow.releases.by_id(defect.release_id).name if defect.release_id else None)
        raise BuildLacksFix(defect.key, build.name, first)
    if answer is Contains.UNKNOWN and not sure:
        raise NotSure(defect.key, build.name)
    return build, answer
