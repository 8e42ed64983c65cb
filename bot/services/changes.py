"""What happened to a release between two digests, read from its events."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain.events import Event, Kind, Logged, Scalar, Subject
from bot.domain.gates import Criterion
from bot.domain.readiness import Gate, Readiness, Value, Why
from bot.domain.standing import Standing
from bot.domain.turning import Cause, Turned
from bot.domain.values import OPEN
from bot.services.digest_facts import Counted, Noted
from bot.services.questions import Questions

_COUNTED: Mapping[Kind, Counted] = {
    Kind.DEFECT_FILED: Counted.FILED,
    Kind.DEFECT_FIXED: Counted.FIXED,
    Kind.VERIFICATION_PASSED: Counted.VERIFIED,
}
# Only these move a gate; a new title or owner never does.
_DECISIVE = frozenset(
    {"status", "resolution", "severity", "release_id", "fixed_in", "verified_on", "blocked", "duplicate_of"}
)
_CONFIRMED = frozenset({"severity_confirmed", "release_confirmed"})

_WAIVING = frozenset({Kind.WAIVER_APPROVED, Kind.WAIVER_ENDED})
_NOTED: Mapping[Kind, Noted] = {
    Kind.RESULTS_IMPORTED: Noted.REPORTS,
    Kind.RESULT_RECORDED: Noted.RECORDED,
    Kind.SIGNOFF_GIVEN: Noted.SIGNED,
}
# What moves a gate that reads tests: the newest of these made it what it is.
_TESTED = frozenset({Kind.RESULTS_IMPORTED, Kind.RESULT_RECORDED, Kind.TESTS_PLANNED, Kind.BUILD_REGISTERED})
_READ_TESTS = frozenset(
    {Criterion.EVIDENCE_FRESH, Criterion.TESTS_PASSED, Criterion.REQUIREMENTS_COVERED, Criterion.PLAN_EXECUTED}
)


def counted(events: Iterable[Event]) -> dict[Counted, tuple[str, ...]]:
    """Ids of defects, each once, in the order of what happened; what was taken back did not happen."""
    happened: list[tuple[Counted, Kind, str]] = []
    for event in events:
        kind, subject = event.kind, event.subject_id
        if kind is Kind.CHANGE_UNDONE:
            happened = _without_last(happened, str(event.facts.get("undone")), subject)
        if (what := _COUNTED.get(kind)) is not None:
            happened.append((what, kind, subject))
        if _bounced(event):
            happened.append((Counted.BOUNCED, kind, subject))
    found: dict[Counted, dict[str, None]] = {what: {} for what in Counted}
    for what, _, subject in happened:
        found[what][subject] = None
    return {what: tuple(subjects) for what, subjects in found.items()}


def counted_keys(events: Iterable[Event], keys: Mapping[str, str]) -> dict[Counted, tuple[str, ...]]:
    """The same by key, of those whose key is known."""
    return {what: tuple(keys[i] for i in ids if i in keys) for what, ids in counted(events).items()}


def _bounced(event: Event) -> bool:
    if event.kind is Kind.DEFECT_FILED:  # its first number is no bounce
        return False
    change = event.changes.get("bounces")
    return change is not None and _number(change.new) > _number(change.old)


def _number(value: Scalar) -> int:
    return value if isinstance(value, int) else 0


def _without_last(
    happened: list[tuple[Counted, Kind, str]], kind: str, subject: str
) -> list[tuple[Counted, Kind, str]]:
    for place in range(len(happened) - 1, -1, -1):
        if happened[place][1] == kind and happened[place][2] == subject:
            return happened[:place] + happened[place + 1 :]
    return happened


def builds(events: Iterable[Event]) -> tuple[str, ...]:
    return tuple(str(event.facts["name"]) for event in events if event.kind is Kind.BUILD_REGISTERED)


def noted(events: Iterable[Event]) -> dict[Noted, int]:
    """Without what did not happen."""
    kinds = Counter(_NOTED[event.kind] for event in events if event.kind in _NOTED)
    return {what: kinds[what] for what in Noted if kinds[what]}


def turned(
    before: Readiness, after: Readiness, events: Sequence[Logged], keys: Mapping[str, str]
) -> tuple[Turned, ...]:
    """The gates whose value changed, each with the event that did it; a gate that a policy brought is not compared."""
    known = {gate.name: gate for gate in before.gates}
    return tuple(
        _turned(then, now, events, keys)
        for then, now in ((known[gate.name], gate) for gate in after.gates if gate.name in known)
        if (then.value, then.waived) != (now.value, now.waived)
    )


def _turned(then: Gate, now: Gate, events: Sequence[Logged], keys: Mapping[str, str]) -> Turned:
    lapsed, edited = then.waived and not now.waived, then.rule != now.rule
    cause = _waiving(then, now, events, keys) if now.waived or lapsed else _cause(then, now, events, keys)
    return Turned(now.rule, then.value, now.value, cause, now.waived, lapsed, edited)


def _waiving(then: Gate, now: Gate, events: Sequence[Logged], keys: Mapping[str, str]) -> Cause | None:
    """A waiver that came, or what it was there for already; one that went, unless the gate passes without it or what it
    does not cover came."""
    moved = _waiver_moved(then, now, events)
    if now.waived:
        return moved or _cause(then, now, events, keys)
    if now.value is Value.PASS:
        return _cause(then, now, events, keys) or moved
    return _entered(then, now, events, keys) or moved


def _waiver_moved(then: Gate, now: Gate, events: Sequence[Logged]) -> Cause | None:
    """None where nobody moved one: it expired."""
    numbers = {waiver.number for waiver in (*then.waivers, *now.waivers)}
    moved = [e for e in events if e.event.kind in _WAIVING and e.event.facts.get("number") in numbers]
    return _said(moved[-1], {}) if moved else None


def _cause(then: Gate, now: Gate, events: Sequence[Logged], keys: Mapping[str, str]) -> Cause | None:
    """What newly holds the gate back was done by the first such event; what no longer does, by the last one."""
    moved = _entered(then, now, events, keys) or _left(then, now, events, keys)
    if moved:
        return moved
    if now.criterion in _READ_TESTS:
        return None if now.why is Why.STALE else _newest(_TESTED, events)
    return _build_that_came(then, now, events)


def _entered(then: Gate, now: Gate, events: Sequence[Logged], keys: Mapping[str, str]) -> Cause | None:
    came = _decisive(events, now, _held_by(now) - _held_by(then))
    return _said(came[0], keys) if came else None


def _left(then: Gate, now: Gate, events: Sequence[Logged], keys: Mapping[str, str]) -> Cause | None:
    went = _decisive(events, then, _held_by(then) - _held_by(now))
    return _said(went[-1], keys) if went else None


def _build_that_came(then: Gate, now: Gate, events: Sequence[Logged]) -> Cause | None:
    if Why.NO_BUILDS not in (then.why, now.why):
        return None
    arrived = [entry for entry in events if entry.event.kind is Kind.BUILD_REGISTERED]
    return _said(arrived[0], {}) if arrived else None


def _newest(kinds: Collection[Kind], events: Sequence[Logged]) -> Cause | None:
    found = next((entry for entry in reversed(events) if entry.event.kind in kinds), None)
    return _said(found, {}) if found else None


def _held_by(gate: Gate) -> frozenset[tuple[str, Why | None]]:
    """Each with its reason: what could have been grave may have turned out to be."""
    return frozenset((offender.standing.id, offender.why) for offender in gate.offenders)


def _decisive(events: Sequence[Logged], gate: Gate, held: Collection[tuple[str, Why | None]]) -> list[Logged]:
    """The last decisive event of each defect in `held`, in the order of the log."""
    subjects = {subject for subject, _ in held}
    last = {e.event.subject_id: e for e in events if e.event.subject_id in subjects and _decides(e, gate)}
    return sorted(last.values(), key=lambda entry: entry.seq)


def _decides(entry: Logged, gate: Gate) -> bool:
    """Whether that could bring a defect among those that hold the gate back, or take it away. What is open stays so
    when it is triaged or started, and that it was triaged is asked only where it could be worse than it seems."""
    read = _DECISIVE
    if gate.criterion is Criterion.TRIAGED or gate.value is Value.UNDEFINED:
        read |= _CONFIRMED
    changed = read & entry.event.changes.keys()
    if changed != {"status"} or gate.criterion is Criterion.QUERY:
        return bool(changed)
    status = entry.event.changes["status"]
    return not (status.old in OPEN and status.new in OPEN)


def _said(entry: Logged, keys: Mapping[str, str]) -> Cause:
    named = {Kind.BUILD_REGISTERED: "name", Kind.RESULTS_IMPORTED: "build", Kind.RESULT_RECORDED: "build"}
    build = entry.event.facts.get(named.get(entry.event.kind, ""))
    return Cause(
        entry.event.kind, entry.actor, entry.at, keys.get(entry.event.subject_id), str(build) if build else None
    )


def keys_behind(questions: Questions, events: Iterable[Event], standings: Iterable[Standing]) -> dict[str, str]:
    """Id -> key of every defect that the events speak of; asked for where it is not among the standings."""
    known = {standing.id: standing.key for standing in standings}
    spoken_of = {event.subject_id for event in events if event.subject is Subject.DEFECT}
    return known | questions.keys_of(spoken_of - known.keys())
