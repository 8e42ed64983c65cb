"""From what a use case answered to the words for whoever asked."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from bot.domain.errors import DomainError
from bot.domain.project import Suggesting
from bot.domain.release import Release
from bot.domain.span import point_at
from bot.services import digests, gates, lists, releases, setup, shipping, signing, testing, waiving
from bot.services.outcome import Outcome
from bot.services.records import DigestRecord, SavedList
from bot.slack import replies
from bot.slack.acts import act_button
from bot.slack.blocks import Json, actions, button, users_select
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import BLOCK_ID, Act, action_id, encode
from bot.slack.mrkdwn import render, render_plain
from bot.slack.people import Person
from bot.slack.refusals import refusal
from bot.slack.releases import move_buttons
from bot.slack.traces import outcome_word
from handlers.acting import Done, WhoIsMeant
from handlers.buttons import act_of
from handlers.context import Incoming
from handlers.parsing import UsageError
from handlers.replies import Reply, reply
from handlers.understanding import NoVerb
from handlers.verbs.slash import FILING, HINTED, ON_THE_COMMAND_LINE

COMMANDS = "replies/commands"
CHOOSE = "choose"
TITLE_WORDS = 2
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SPANS = MappingProxyType({frozenset(range(1, 6)): "weekdays", frozenset(range(1, 8)): "every day"})


def done(incoming: Incoming, found: Done) -> Reply:
    """The receipt, for the eyes of whoever acted."""
    result = found.result
    if isinstance(result, Outcome):
        return Reply(replies.receipt(result, me=incoming.context.actor, awaits_build=found.awaits_build))
    words = OTHERS[type(result)](incoming, result)
    buttons = NEXT[type(result)](result) if type(result) in NEXT else []
    return reply(words, *([actions(*buttons)] if buttons else []))


def _set_up(incoming: Incoming, result: setup.ChannelSetUp) -> str:
    words = _said("set_up", project=result.project, channel=incoming.context.channel or "")
    if result.digest is None:
        return words
    return Mrkdwn(f"{words}\n{OTHERS[type(result.digest)](incoming, result.digest)}")


def _suggesting(_: Incoming, result: Suggesting) -> str:
    return _said("suggesting", when=result)


def _planned(_: Incoming, release: Release) -> str:
    return _said("planned", release=release)


def _registered(_: Incoming, result: releases.BuildRegistered) -> str:
    return _said("registered", build=result.build, release=result.release, bound=result.bound)


def _shipped(_: Incoming, result: shipping.Shipped) -> str:
    return _said("shipped", release=result.release, closed=result.closed, still_open=result.still_open)


def _signed(_: Incoming, result: signing.SignedOff) -> str:
    return _said("signed", result=result, s=result.signatures, project=result.project)


def _gates_signed(_: Incoming, result: gates.GatesSigned) -> str:
    return _said("gates_signed", result=result)


def _unshipped(_: Incoming, result: shipping.Unshipped) -> str:
    return _said("unshipped", release=result.release, reopened=result.reopened)


def _moved(_: Incoming, result: shipping.Moved) -> str:
    return _said("moved", release=result.release, to=result.to, keys=result.keys)


def _move_on(result: shipping.Shipped) -> list[Json]:
    return move_buttons(f"{result.project.prefix}/{result.release.name}") if result.still_open else []


def _ship_it(result: signing.SignedOff) -> list[Json]:
    decided = result.decision is not None and result.signoff.go
    return [act_button(Act("ship", f"{result.project.prefix}/{result.release.name}"))] if decided else []


def _waiver(_: Incoming, result: waiving.WaiverMoved) -> str:
    facts = {"w": result.waiver, "release": result.release, "holders": result.holders, "rule": result.rule}
    return _said(result.kind.value, **facts, hours=result.untriaged_hours)


def _scheduled(_: Incoming, result: digests.DigestScheduled) -> str:
    on = frozenset(result.plan.days)
    days = [_SPANS[on]] if on in _SPANS else [_DAYS[day - 1] for day in sorted(on)]
    return _said("scheduled", release=result.release, plan=result.plan, days=days)


def _stopped(_: Incoming, result: digests.DigestsStopped) -> str:
    return _said("stopped", releases=result.releases, channel=result.channel)


def _sent(_: Incoming, result: DigestRecord) -> str:
    return _said("sent", channel=result.channel)


def _list_saved(_: Incoming, kept: SavedList) -> str:
    return _said("list_saved", name=kept.name, query=kept.query)


def _list_forgotten(_: Incoming, result: lists.ListForgotten) -> str:
    return _said("list_forgotten", name=result.kept.name, query=result.kept.query)


def _cases_planned(_: Incoming, result: testing.PlanChanged) -> str:
    return _said("cases_planned", **{name: getattr(result, name) for name in ("release", "keys", "planned", "out")})


def _recorded(_: Incoming, result: testing.ResultRecorded) -> str:
    words = outcome_word(result.outcome)
    return _said("recorded", case=result.case, outcome=words, build=result.build, met=result.met)


OTHERS: Mapping[type, Callable[[Incoming, Any], str]] = MappingProxyType(
    {
        setup.ChannelSetUp: _set_up,
        Suggesting: _suggesting,
        Release: _planned,
        testing.PlanChanged: _cases_planned,
        testing.ResultRecorded: _recorded,
        releases.BuildRegistered: _registered,
        waiving.WaiverMoved: _waiver,
        signing.SignedOff: _signed,
        gates.GatesSigned: _gates_signed,
        shipping.Unshipped: _unshipped,
        shipping.Moved: _moved,
        shipping.Shipped: _shipped,
        digests.DigestScheduled: _scheduled,
        digests.DigestsStopped: _stopped,
        DigestRecord: _sent,
        SavedList: _list_saved,
        lists.ListForgotten: _list_forgotten,
    }
)


# What can be done at once after it.
NEXT: Mapping[type, Callable[[Any], list[Json]]] = MappingProxyType(
    {shipping.Shipped: _move_on, signing.SignedOff: _ship_it}
)


def _said(block: str, **facts: object) -> str:
    return render(COMMANDS, block, **facts)


def refused(incoming: Incoming, error: DomainError, act: Act | None = None) -> Reply:
    return Reply(refusal(error, me=incoming.context.actor, act=act))


def usage(error: UsageError) -> Reply:
    pointed = point_at(error.text, error.span) if error.span else None
    facts = {
        "line": pointed.line if pointed else None,
        "carets": pointed.carets if pointed else None,
        "problem": error.problem,
        "word": error.word,
        "near": error.near,
        "expected": error.expected,
        "example": error.example,
    }
    message = replies.said(Mrkdwn(_said("usage", **facts)))
    return Reply(_also(message, replies.offer(error.text)) if _may_be_a_title(error) else message)


def _may_be_a_title(error: UsageError) -> bool:
    """Sentences that happen to begin with a verb: "close button does nothing"."""
    return error.problem == "no_key" and len(error.text.split()) > TITLE_WORDS


def _also(first: Json, second: Json) -> Json:
    return {"text": f"{first['text']}\n{second['text']}", "blocks": [*first["blocks"], *second["blocks"]]}


def no_verb(error: NoVerb) -> Reply:
    """A verb mistyped gets the nearest; whatever has more words than one may be a defect, where defects are filed."""
    word, near = error.typed or error.text, error.near.slug if error.near else None
    if error.family not in FILING:
        near = near.removeprefix(f"{error.family} ") if near else None
        hints = HINTED[error.family].hints
        return Reply(replies.unknown_there(word, near, error.family, hints, ON_THE_COMMAND_LINE.get(word.casefold())))
    unknown = replies.unknown_verb(word, near)
    if " " not in error.text.strip() or (error.near and error.keyed):
        return Reply(unknown)
    offered = replies.offer(error.text)
    if error.near is None:
        return Reply(offered)
    return Reply(_also(unknown, offered))


def who_is_meant(error: WhoIsMeant) -> Reply:
    """One button for each who may be meant, else Slack's own list of people."""
    act = act_of(error.request)
    words = _said("who", word=error.name, candidates=error.candidates)
    if act is None:
        return reply(words)
    if not error.candidates:
        placeholder = render_plain(COMMANDS, "who_placeholder")
        block_id = encode(replace(act, extra={**act.extra, "person": "?"}), BLOCK_ID)
        return reply(words, actions(users_select(CHOOSE, placeholder), block_id=block_id))
    return reply(words, actions(*(_candidate(act, who, place) for place, who in enumerate(error.candidates[:5]))))


def _candidate(act: Act, who: Person, place: int) -> Json:
    meant = replace(act, extra={**act.extra, "person": who.user_id})
    return button(f"{who.name} (@{who.handle})"[:75], action_id("act", place), encode(meant))


def fill_in(verb: str, key: str) -> Reply:
    """What could not be done without more; its form is one press away."""
    words = _said("incomplete", verb=verb.replace("_", " "))
    return reply(words, actions(act_button(Act(verb, key), label="fill_in")))


def simple(block: str, **facts: object) -> Reply:
    return reply(_said(block, **facts))
