"""What a duplicate brings to its original, an event each, and what leaves with it again.

Evidence is carried by reference: the words of a message stay with the duplicate alone, so that erasing them there
erases them. What several duplicates brought stays as long as one of them does.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.domain.defect import Defect
from bot.domain.events import Event, Kind, Logged, Scalar, Subject
from bot.domain.values import Severity, Status
from bot.services.ports import UnitOfWork
from bot.services.records import EvidenceRecord


def join(uow: UnitOfWork, original: Defect, duplicate: Defect) -> None:
    """`duplicate` follows `original` from now on."""
    _lifted(uow, original, lambda: _join(uow, original, duplicate, told=True))


def part(uow: UnitOfWork, original: Defect, duplicate: Defect) -> None:
    """It does no longer."""
    _lifted(uow, original, lambda: _part(uow, original, duplicate, told=True))


def met_by(uow: UnitOfWork, defect: Defect, *, but: str = "", taken_back: str = "") -> frozenset[str]:
    """Whom something names: those who said so themselves, and the reporters of all duplicates but the one of that id.
    `taken_back`: who takes one of their own words back just now."""
    said = Counter({taken_back: -1})
    for entry in uow.log.of_subject(defect.id):
        if entry.event.kind is Kind.DEFECT_SEEN:
            said[entry.actor] += 1
        elif entry.event.facts.get("undone") == Kind.DEFECT_SEEN.value:
            said[entry.actor] -= 1
    followers = [each for each in uow.defects.duplicates_of(defect.id) if each.id != but]
    return frozenset(+said) | {person for follower in followers for person in follower.reporters}


def _lifted(uow: UnitOfWork, original: Defect, change: Callable[[], None]) -> None:
    """What `original` gave to its own original, and that one on, is given anew; nobody is told of it once more."""
    pairs = list(pairwise(_chain(uow, original)))
    for below, above in reversed(pairs):
        _part(uow, above, below, told=False)
    change()
    for below, above in pairs:
        _join(uow, above, below, told=False)


def _chain(uow: UnitOfWork, defect: Defect) -> Iterator[Defect]:
    yield defect
    while defect.duplicate_of is not None:
        defect = uow.defects.by_id(defect.duplicate_of)
        yield defect


def _join(uow: UnitOfWork, original: Defect, duplicate: Defect, *, told: bool) -> None:
    evidence, targets = _bring(uow, original, duplicate)
    severity = _highest(original.severity, [duplicate])
    facts: dict[str, Scalar] = {"told": told, "evidence": evidence, "targets": targets or None}
    if severity != original.severity and original.status is not Status.CLOSED:
        facts["severity"] = severity
    original.gain(uow.now, duplicate, facts)
    if "severity" in facts:
        original.carry_severity(uow.now, severity, duplicate)


def _bring(uow: UnitOfWork, original: Defect, duplicate: Defect) -> tuple[int, str]:
    """How much evidence is new to the original, and which links."""
    places = {(item.channel, item.message_ts) for item in uow.conversations.evidence(original.id) if item.message_ts}
    new = [
        replace(item, id=uow.new_id(), defect_id=original.id, text=None)
        for item in uow.conversations.evidence(duplicate.id)
        if _is_carried(item) and (item.channel, item.message_ts) not in places
    ]
    for item in new:
        uow.conversations.add_evidence(item)
        facts = {"evidence_id": item.id, "channel": item.channel, "message_ts": item.message_ts}
        _log(uow, Kind.EVIDENCE_ADDED, original, duplicate, facts)
    links = [each for each in uow.conversations.links(duplicate.id) if uow.conversations.link(original.id, each)]
    targets = " ".join(links)
    if targets:
        _log(uow, Kind.LINKS_CARRIED, original, duplicate, {"targets": targets})
    return len(new), targets


def _is_carried(item: EvidenceRecord) -> bool:
    """Words that stand for no message are read where they were typed."""
    return bool(item.message_ts or item.files)


def _part(uow: UnitOfWork, original: Defect, duplicate: Defect, *, told: bool) -> None:
    log = uow.log.of_subject(original.id)
    brought = _brought(log, duplicate)
    _take_away(uow, original, duplicate, brought)
    met = met_by(uow, original, but=duplicate.id)
    original.lose(uow.now, duplicate, _occurrences(brought), met, told=told)
    followers = [each for each in uow.defects.duplicates_of(original.id) if each.id != duplicate.id]
    for follower in followers:  # what two of them had brought
        _bring(uow, original, follower)
    if (own := _own_severity(log)) is not None and original.status is not Status.CLOSED:
        original.carry_severity(uow.now, _highest(own, followers), duplicate)


def _brought(log: Sequence[Logged], duplicate: Defect) -> list[Event]:
    """Since it joined for the last time."""
    events = [entry.event for entry in log if entry.event.facts.get("cause") == duplicate.key]
    joined = [place for place, event in enumerate(events) if event.facts.get("joined")]
    return events[joined[-1] :] if joined else []


def _take_away(uow: UnitOfWork, original: Defect, duplicate: Defect, brought: Iterable[Event]) -> None:
    for event in brought:
        if event.kind is Kind.EVIDENCE_ADDED:
            evidence_id = str(event.facts["evidence_id"])
            uow.conversations.remove_evidence(evidence_id)
            _log(uow, Kind.EVIDENCE_REMOVED, original, duplicate, {"evidence_id": evidence_id})
        elif event.kind is Kind.LINKS_CARRIED and "targets" in event.facts:
            for target in str(event.facts["targets"]).split():
                uow.conversations.unlink(original.id, target)
            _log(uow, Kind.LINKS_CARRIED, original, duplicate, {"gone": event.facts["targets"]})


def _occurrences(brought: Iterable[Event]) -> int:
    changes = (event.changes["occurrences"] for event in brought if "occurrences" in event.changes)
    return sum(int(str(change.new)) - int(str(change.old)) for change in changes)


def _own_severity(log: Sequence[Logged]) -> Severity | None:
    """What it would be without duplicates; None where somebody has decided on it since."""
    changes = [
        (entry.event.kind, entry.event.changes["severity"]) for entry in log if "severity" in entry.event.changes
    ]
    if not changes or changes[-1][0] is not Kind.SEVERITY_CARRIED:
        return None
    own = [change.new for kind, change in changes if kind is not Kind.SEVERITY_CARRIED]
    return Severity(str(own[-1]))


def _highest(severity: Severity, of: Iterable[Defect]) -> Severity:
    return min([severity, *(defect.severity for defect in of)])


def _log(uow: UnitOfWork, kind: Kind, original: Defect, duplicate: Defect, facts: Mapping[str, Scalar]) -> None:
    uow.log.append(Event(kind, Subject.DEFECT, original.id, {}, {**facts, "cause": duplicate.key}))
