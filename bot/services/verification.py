"""Somebody else confirms a resolution, on a build that contains it."""

from bot.domain.builds import Contains
from bot.domain.defect import Defect
from bot.domain.errors import FollowsOriginal, Missing, SamePerson
from bot.domain.events import Kind, Scalar
from bot.domain.lifecycle import Action
from bot.domain.project import Project
from bot.domain.values import Resolution, Role
from bot.services import requests as ask
from bot.services.builds import named_build, verification_build
from bot.services.guards import permitted
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork


def verify_pass(uow: UnitOfWork, request: ask.VerifyPass) -> Outcome:
    """Raises SamePerson, WrongState, BuildLacksFix, FixUnbound, NotSure, UnknownBuild, FollowsOriginal."""
    defect, project = permitted(uow, request.key, "verify", Action.VERIFY_PASS)
    _somebody_else(uow, defect, project)
    build, answer = verification_build(uow, defect, request.build, sure=request.sure)
    facts = _facts(defect, build.name if build else None, request.environment)
    if answer is Contains.UNKNOWN and build is not None and request.sure:
        facts["sure"] = True
    defect.pass_verification(
        uow.now,
        uow.context.actor,
        build.id if build else None,
        four_eyes=project.policy.four_eyes,
        facts=facts,
        note=request.note,
    )
    return Outcome(defect, Kind.VERIFICATION_PASSED, facts)


def verify_fail(uow: UnitOfWork, request: ask.VerifyFail) -> Outcome:
    defect, project = permitted(uow, request.key, "verify", Action.VERIFY_FAIL)
    _somebody_else(uow, defect, project)
    if not request.note.strip():
        raise Missing("note", "verify fail")
    facts = _facts(defect, _build_name(uow, defect, request.build), request.environment)
    before = defect.bounces
    defect.fail_verification(
        uow.now, uow.context.actor, four_eyes=project.policy.four_eyes, facts=facts, note=request.note
    )
    bounced: dict[str, Scalar] = {"bounces": defect.bounces} if defect.bounces > before else {}
    return Outcome(defect, Kind.VERIFICATION_FAILED, {**facts, "owner": defect.owner, **bounced})


def verify_blocked(uow: UnitOfWork, request: ask.VerifyBlocked) -> Outcome:
    defect, _ = permitted(uow, request.key, "verify", Action.VERIFY_BLOCKED)
    _follows_none(uow, defect)
    if not request.note.strip():
        raise Missing("note", "verify blocked")
    facts = _facts(defect, _build_name(uow, defect, request.build), request.environment)
    defect.block_verification(uow.now, uow.context.actor, facts=facts, note=request.note)
    return Outcome(defect, Kind.VERIFICATION_BLOCKED, facts)


def _follows_none(uow: UnitOfWork, defect: Defect) -> None:
    if defect.duplicate_of is not None:
        raise FollowsOriginal(defect.key, uow.defects.by_id(defect.duplicate_of).key)


def _somebody_else(uow: UnitOfWork, defect: Defect, project: Project) -> None:
    _follows_none(uow, defect)
    actor = uow.context.actor
    if project.policy.four_eyes and actor in defect.fixers:
        candidates = (*project.policy.holders(frozenset({Role.TESTER})), defect.reporter)
        others = tuple(dict.fromkeys(person for person in candidates if person not in defect.fixers))
        raise SamePerson(defect.key, actor, others)


def _build_name(uow: UnitOfWork, defect: Defect, name: str | None) -> str | None:
    """A failure may be seen on any registered build; without one it was seen on the newest."""
    if name:
        return named_build(uow, defect.project_id, name, defect.release_id).name
    builds = uow.releases.builds(defect.release_id) if defect.release_id else []
    return builds[-1].name if builds else None


def _facts(defect: Defect, build: str | None, environment: str | None) -> dict[str, Scalar]:
    """`confirming`: the resolution that the word is about, where it is none of a fix on a build."""
    other = defect.resolution if defect.resolution is not Resolution.FIXED else None
    named = (("build", None if other else build), ("environment", environment), ("confirming", other))
    return {name: value for name, value in named if value}
