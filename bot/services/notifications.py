"""Who hears what: the one table from an event to what is said about it.

Nobody is told of their own act, a change speaks once, and what the card shows needs no line.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.defect import Defect
from bot.domain.events import Event, Kind, Logged, Scalar, Subject
from bot.domain.values import Status, Surface
from bot.services.outgoing import ANSWER_LIFE, Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.records import Anchor
from bot.services.resigning import looked_after

Mention = Callable[[Defect, Event], str | None]


def _nobody(_: Defect, __: Event) -> str | None:
    return None


def _owner(defect: Defect, _: Event) -> str | None:
    return defect.owner


def _owner_else_fixer(defect: Defect, event: Event) -> str | None:
    """Where nobody owns it, whoever said that it was done hears that it is not."""
    resolver = event.changes.get("resolver")
    return defect.owner or (str(resolver.old) if resolver and resolver.old else None)


def _asked(defect: Defect, _: Event) -> str | None:
    return defect.asked


def _who_had_asked(_: Defect, event: Event) -> str | None:
    """Of a comment that answers; the defect itself no longer knows."""
    asker = event.facts.get("answers")
    return asker if isinstance(asker, str) else None


def _reporter_unless_fixer(defect: Defect, _: Event) -> str | None:
    return None if defect.reporter in defect.fixers else defect.reporter


@dataclass(frozen=True, slots=True)
class Line:
    """`template` names the words; `said`: typed in the thread, the act itself tells that person; `elsewhere`: what was
    done to another defect is told here, if its event says so."""

    template: str
    mention: Mention = _nobody
    said: bool = False
    elsewhere: bool = False


LINES: Mapping[Kind, Line] = MappingProxyType(
    {
        Kind.COMMENT_ADDED: Line("commented", _who_had_asked, said=True),
        Kind.DEFECT_ASSIGNED: Line("assigned", _owner, said=True),
        Kind.DEFECT_FIXED: Line("fixed", _reporter_unless_fixer),
        Kind.DEFECT_RESOLVED: Line("resolved", _reporter_unless_fixer),
        Kind.FIX_BOUND: Line("fix_bound"),
        Kind.VERIFICATION_FAILED: Line("failed", _owner_else_fixer),
        Kind.DEFECT_REOPENED: Line("reopened", _owner),
        Kind.VERIFICATION_PASSED: Line("passed"),
        Kind.DEFECT_CLOSED: Line("closed"),
        Kind.DEFECT_DEFERRED: Line("deferred"),
        Kind.VERIFICATION_BLOCKED: Line("blocked", _owner),
        Kind.INFO_REQUESTED: Line("needs_info", _asked, said=True),
        Kind.CHANGE_UNDONE: Line("undone"),
        Kind.FOLLOWERS_CHANGED: Line("followers", elsewhere=True),
    }
)

# What a line says of the change itself.
SAID = ("fixed_in", "resolution", "bounces")
# In a thread these are talk or what follows from an act, so nobody gets a receipt for them.
SILENT = frozenset({Kind.COMMENT_ADDED, Kind.COMMENT_EDITED, Kind.COMMENT_ERASED, Kind.INFO_GIVEN, Kind.FIX_BOUND})
# The card counts comments; their words are not on it, nor how often a test case failed again.
_NOT_ON_CARD = frozenset({Kind.COMMENT_EDITED, Kind.FAILURE_SEEN})
# Of several waiting changes of one card only one is sent.
CARD = "card:"
RECEIPT = "ballot_box_with_check"
_FILED, _RESOLVED, _VERIFIED = "memo", "wrench", "white_check_mark"
MOMENTS: Mapping[Status, frozenset[str]] = MappingProxyType(
    {
        Status.RESOLVED: frozenset({_FILED, _RESOLVED}),
        Status.VERIFIED: frozenset({_FILED, _RESOLVED, _VERIFIED}),
        Status.CLOSED: frozenset({_FILED, _RESOLVED, _VERIFIED}),
    }
)


def lane(anchor: Anchor) -> str:
    """One thread, one order; a root card's thread is its defect's own."""
    if anchor.lane:
        return anchor.lane
    return f"thread:{anchor.channel}:{anchor.thread_ts}" if anchor.thread_ts else f"defect:{anchor.defect_id}"


def notify(uow: UnitOfWork, logged: Sequence[Logged]) -> Iterable[Outgoing]:
    """What is said about the events of one unit of work."""
    shown: set[str] = set()
    for entry in logged:
        if entry.event.subject is not Subject.DEFECT:
            continue
        anchor = uow.conversations.anchor(entry.event.subject_id)
        if anchor is not None:
            yield from _about(uow, entry, anchor, shown)
    if logged:
        yield from looked_after(uow)


def _about(uow: UnitOfWork, entry: Logged, anchor: Anchor, shown: set[str]) -> Iterator[Outgoing]:
    """`shown`: the defects whose cards this unit of work brings up to date already."""
    defect = uow.defects.by_id(entry.event.subject_id)
    bulk = _is_consequence(entry)
    if entry.event.kind not in _NOT_ON_CARD and defect.id not in shown:
        shown.add(defect.id)
        yield Outgoing(Sort.CARD, lane(anchor), {"defect_id": defect.id}, fold=f"{CARD}{defect.id}", bulk=bulk)
    yield from _reactions(uow, entry, anchor, bulk)
    yield from _line(defect, entry, anchor, bulk)
    if entry.surface == Surface.THREAD and entry.event.kind not in SILENT and not _moved_along(entry):
        yield from _receipt(defect, entry, anchor)


def _moved_along(entry: Logged) -> bool:
    """What happens because something else happened (a release shipped, an original was closed) is said there, once."""
    return "cause" in entry.event.facts


def _is_consequence(entry: Logged) -> bool:
    """One act may have hundreds; nobody who is waiting for an answer waits for them."""
    return _moved_along(entry) or entry.event.kind is Kind.FIX_BOUND


def _line(defect: Defect, entry: Logged, anchor: Anchor, bulk: bool) -> Iterator[Outgoing]:
    line = LINES.get(entry.event.kind)
    if line is None or not _is_told(entry, line) or not _worth_undoing(entry):
        return
    person = line.mention(defect, entry.event)
    person = person if person != entry.actor else None
    if entry.surface == Surface.THREAD and not line.elsewhere and (person is None or line.said):
        return
    facts = _as_it_was(entry) | {
        "actor": entry.actor,
        "note": entry.event.texts.get("note") or entry.event.texts.get("blocked") or entry.event.texts.get("text"),
        "question": entry.event.texts.get("question"),
    }
    body: Body = {"defect_id": defect.id, "line": line.template, "mention": person, "facts": facts}
    yield Outgoing(Sort.LINE, lane(anchor), body, bulk=bulk)


def _is_told(entry: Logged, line: Line) -> bool:
    return bool(entry.event.facts.get("told")) if line.elsewhere else not _moved_along(entry)


def _as_it_was(entry: Logged) -> dict[str, Scalar]:
    """When a line or a receipt is delivered the defect may have moved on."""
    new = {name: change.new for name in SAID if (change := entry.event.changes.get(name)) and change.new is not None}
    return {**entry.event.facts, **new}


def _worth_undoing(entry: Logged) -> bool:
    """What was said aloud is taken back aloud; what only the card showed, the card takes back."""
    return entry.event.kind is not Kind.CHANGE_UNDONE or Kind(str(entry.event.facts["undone"])) in LINES


def _reactions(uow: UnitOfWork, entry: Logged, anchor: Anchor, bulk: bool) -> Iterator[Outgoing]:
    """The message that it was filed from mirrors three moments: filed, resolved, verified. Where several defects were
    filed from it, it shows what all of them have reached."""
    change = entry.event.changes.get("status")
    if change is None or anchor.source_ts is None:
        return
    others = _of_the_others(uow, entry.event.subject_id, anchor)
    before = _all_reached([*others, _moments(change.old)] if change.old else others)
    after = _all_reached([*others, _moments(change.new)])
    for name in sorted(before ^ after):
        body: Body = {"channel": anchor.channel, "ts": anchor.source_ts, "name": name, "remove": name in before}
        yield Outgoing(Sort.REACTION, lane(anchor), body, bulk=bulk)


def _of_the_others(uow: UnitOfWork, defect_id: str, anchor: Anchor) -> list[frozenset[str]]:
    """What every other defect of that message has reached."""
    sharing = uow.conversations.filed_beside(anchor)
    return [_moments(uow.defects.by_id(other).status) for other in sharing if other != defect_id]


def _all_reached(each: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset.intersection(*each) if each else frozenset()


def _moments(status: Scalar) -> frozenset[str]:
    return MOMENTS.get(Status(status), frozenset({_FILED})) if isinstance(status, str) else frozenset()


def _receipt(defect: Defect, entry: Logged, anchor: Anchor) -> Iterator[Outgoing]:
    """An act typed in the thread is its own line: it gets a reaction, its author an Undo."""
    if entry.channel is None or entry.message_ts is None:
        return
    reaction: Body = {"channel": entry.channel, "ts": entry.message_ts, "name": RECEIPT, "remove": False}
    yield Outgoing(Sort.REACTION, lane(anchor), reaction)
    facts: dict[str, Scalar] = {"key": defect.key, "kind": entry.event.kind.value, **_as_it_was(entry)}
    answer: Body = {
        "channel": entry.channel,
        "user": entry.actor,
        "thread_ts": anchor.root_ts,
        "template": "receipt",
        "facts": facts,
    }
    yield Outgoing(Sort.EPHEMERAL, lane(anchor), answer, life=ANSWER_LIFE)
