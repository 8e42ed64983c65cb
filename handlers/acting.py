"""The requests that change something: which use case each is for, and what is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bot.domain.events import Kind
from bot.services import (
    conversations,
    defects,
    digests,
    filing,
    gates,
    judgements,
    key_notes,
    lists,
    parting,
    releases,
    setup,
    shipping,
    sightings,
    signing,
    testing,
    undo,
    verification,
    waiving,
)
from bot.services import requests as ask
from bot.services.builds import awaits_build
from bot.services.input import checked
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork
from bot.slack.people import Person
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.references import plain

UseCase = Callable[[UnitOfWork, Any], Any]
Before = Callable[[UnitOfWork], None]

USE_CASES: Mapping[type, UseCase] = MappingProxyType(
    {
        ask.FileDefect: filing.file_defect,
        ask.SameAs: sightings.same_as,
        ask.PartFailures: parting.part_failures,
        ask.Triage: filing.triage,
        ask.Edit: filing.edit,
        ask.Claim: defects.claim,
        ask.Assign: defects.assign,
        ask.Unassign: defects.unassign,
        ask.Start: defects.start,
        ask.AskInfo: defects.ask_info,
        ask.MarkFixed: defects.mark_fixed,
        ask.NameBuild: defects.name_build,
        ask.Resolve: defects.resolve,
        ask.VerifyPass: verification.verify_pass,
        ask.VerifyFail: verification.verify_fail,
        ask.VerifyBlocked: verification.verify_blocked,
        ask.Reopen: defects.reopen,
        ask.Defer: defects.defer,
        ask.Resume: defects.resume,
        ask.Close: defects.close,
        ask.Comment: conversations.comment,
        ask.EditComment: conversations.edit_comment,
        ask.EraseComment: conversations.erase_comment,
        ask.AddEvidence: conversations.add_evidence,
        ask.Link: conversations.link,
        ask.NoteKeys: key_notes.note_keys,
        ask.Judge: judgements.judge,
        ask.Undo: undo.undo,
        ask.SetUp: setup.set_up,
        ask.ChooseSuggestions: setup.choose_suggestions,
        ask.SaveList: lists.save_list,
        ask.ForgetList: lists.forget_list,
        ask.PlanRelease: releases.plan_release,
        ask.RegisterBuild: releases.register_build,
        ask.PlanCases: testing.plan_cases,
        ask.RecordResult: testing.record_result,
        ask.HandOut: testing.hand_out,
        ask.RecordAndGoOn: testing.record_and_go_on,
        ask.Waive: waiving.ask_waiver,
        ask.ApproveWaiver: waiving.approve_waiver,
        ask.EndWaiver: waiving.end_waiver,
        ask.SignOff: signing.sign_off,
        ask.SignGates: gates.sign_gates,
        ask.Unship: shipping.unship,
        ask.MoveOpen: shipping.move_open,
        ask.Ship: shipping.ship,
        ask.ScheduleDigest: digests.schedule_digest,
        ask.StopDigest: digests.stop_digest,
        ask.SendDigest: digests.send_digest,
    }
)


@dataclass(frozen=True, slots=True)
class Done:
    """What the use case answered. `awaits_build`: a fix that no build holds yet."""

    result: object
    awaits_build: bool = False


@dataclass
class Stale(Exception):
    """The defect changed since the button was drawn."""

    key: str


async def perform(
    desk: Desk, incoming: Incoming, request: object, *, version: int | None = None, before: Before | None = None
) -> Done:
    """In one transaction. `version`: the defect must not have changed since then. `before` runs first.

    Raises Stale, AlreadyDone, DomainError, and what the store raises.
    """
    use_case = USE_CASES[type(request)]
    checked(request)

    def work(uow: UnitOfWork) -> Done:
        if version is not None:
            _unchanged(uow, getattr(request, "key", ""), version)
        if before is not None:
            before(uow)
        result = use_case(uow, request)
        fixed = isinstance(result, Outcome) and result.kind is Kind.DEFECT_FIXED
        return Done(result, fixed and awaits_build(uow, result.defect))

    return await desk.units.perform(incoming.context, work)


def _unchanged(uow: UnitOfWork, key: str, version: int) -> None:
    if uow.defects.get(key).version != version:
        raise Stale(key)


class WhoIsMeant(Exception):
    """Somebody was named by hand, and the name fits nobody whom we know, or several."""

    def __init__(self, name: str, request: object, candidates: tuple[Person, ...]) -> None:
        super().__init__(name)
        self.name, self.request, self.candidates = name, request, candidates


def with_people(desk: Desk, incoming: Incoming, request: Any) -> Any:
    """`@dana` typed by hand becomes the person whom it names, from memory: Slack is not asked on the way to an answer,
    but for the next time. Raises WhoIsMeant."""
    name = getattr(request, "person", "")
    if not isinstance(name, str) or not plain(name):
        return request
    if name == "@me":
        return replace(request, person=incoming.context.actor)
    known = desk.people.known_as(incoming.context.team_id, name[1:])
    if known is None:
        desk.later.start(desk.people.called(incoming.token, incoming.context.team_id, name[1:]))
    if known is not None and len(known) == 1:
        return replace(request, person=known[0].user_id)
    raise WhoIsMeant(name, request, known or ())
