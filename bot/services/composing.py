"""From the store to the facts of a digest. Everything is asked as of the digest's own instant, so its root message,
its thread and its picture agree, whenever they are delivered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.attention import Next, NextAct
from bot.domain.events import Logged
from bot.domain.readiness import Why
from bot.domain.standing import Standing
from bot.domain.traceability import Gap
from bot.domain.turning import Signing
from bot.domain.values import Status
from bot.domain.waivers import Stage, Waiver
from bot.services.changes import builds, counted_keys, keys_behind, noted, turned
from bot.services.digest_facts import Blocker, Counted, DigestFacts, PersonNext, Queued, Section, Since
from bot.services.quality import account, trend
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from bot.services.records import DigestRecord
from bot.services.signing import signing_of
from bot.services.traceability import gap_counts
from bot.services.views import ReleaseView

# A waiver's last days, in which somebody can still do what it was for.
SOON = timedelta(days=2)
_VERIFYING = frozenset({NextAct.VERIFY, NextAct.CONFIRM})
_NO_MOVE = frozenset({NextAct.NOTHING, NextAct.SHIP})
# What stands in the way of the release itself, whatever else is unfinished.
_BLOCKING = frozenset({Why.OPEN, Why.BLOCKED, Why.LACKS_FIX})


def compose(questions: Questions, record: DigestRecord) -> DigestFacts:
    """Raises NotFound when the release is gone."""
    view = questions.release_by_id(record.release_id)
    now = status(questions, view, record.at if record.at < questions.now else None)
    facts = DigestFacts(
        record.id,
        now,
        _since(questions, view, record, now),
        blockers(now),
        queue(now),
        next_acts(now),
        record.seq,
        record.hash,
        ending(now),
        _unsigned(questions, now),
    )
    return facts if facts.quiet else _with_the_rest(questions, facts)


def _with_the_rest(questions: Questions, facts: DigestFacts) -> DigestFacts:
    """What a quiet day does not tell is not asked for on one."""
    now = facts.status
    before = trend(questions, now.view, now.at)
    own = account(questions, now.view, now.at) if before else None
    return replace(facts, gaps=_gaps(questions, now), trend=before, account=own)


def ending(now: ReleaseStatus) -> tuple[Waiver, ...]:
    """Waivers in force whose last day is near, the nearest first; one that ends with a build ends with a reason."""
    last = now.today + SOON
    near = [each for each in now.waivers_at(Stage.IN_FORCE) if each.until_day and each.until_day <= last]
    return tuple(sorted(near, key=lambda each: (each.until, each.number)))


def _unsigned(questions: Questions, now: ReleaseStatus) -> Signing | None:
    if not now.policy.signoffs or now.release.shipped_at is not None:
        return None
    signing = signing_of(questions, now)
    return None if signing.signatures.complete else signing


def _gaps(questions: Questions, now: ReleaseStatus) -> Mapping[Gap, int]:
    """Without the kinds of which there is none. A project without requirements and plan is asked for neither."""
    traces, view = questions.traces, now.view
    if not (traces.requirement_count(view.project.id, now.at) or traces.planned_count(view.release.id, now.at)):
        return {}
    return {gap: count for gap, count in gap_counts(questions, view, now.at).items() if count}


def draft(questions: Questions, view: ReleaseView, channel: str | None = None) -> DigestRecord:
    """A digest of this instant that nobody records: since the last one in the channel, or in any."""
    seq, hash_ = questions.head()
    last = questions.last_digest(view.release.id, channel)
    record = DigestRecord("", view.release.id, channel or "", questions.now, seq, hash_)
    return replace(record, since_seq=last.seq, since_at=last.at) if last else record


def keys_of_section(facts: DigestFacts, section: Section, what: Counted | None = None) -> tuple[str, ...]:
    """The defects behind a number of the digest."""
    if section is Section.SINCE:
        return facts.since.keys(what) if what else ()
    if section is Section.GATES:
        offenders = (o for gate in facts.status.readiness.gates for o in gate.offenders)
        return tuple(dict.fromkeys(offender.standing.key for offender in offenders))
    if section is Section.NEXT:
        return tuple(key for person in facts.next for key in person.keys)
    return tuple(entry.standing.key for entry in (facts.blockers if section is Section.BLOCKERS else facts.queue))


def keys_of_number(facts: DigestFacts, number: str) -> tuple[str, ...]:
    """The same by the number's name: what is counted, or a section; nothing for any other word."""
    if number in set(Counted):
        return keys_of_section(facts, Section.SINCE, Counted(number))
    return keys_of_section(facts, Section(number)) if number in set(Section) else ()


def _since(questions: Questions, view: ReleaseView, record: DigestRecord, now: ReleaseStatus) -> Since:
    if record.since_at is None:
        life = questions.life(view.release, record.seq)
        keys = keys_behind(questions, life, now.standings)
        return Since(None, counted_keys(life, keys), builds(life), noted=noted(life))
    events = questions.events_since(view.release, record.since_seq, record.seq)
    keys = keys_behind(questions, (entry.event for entry in events), now.standings)
    # Where nothing happened, what counted then is what counts now; only the clock has moved.
    standings = None if events else now.standings
    then = status(questions, view, record.since_at, standings)
    return between(then, now, events, keys)


def between(then: ReleaseStatus, now: ReleaseStatus, events: Sequence[Logged], keys: Mapping[str, str]) -> Since:
    """`events` are those between the two."""
    told = [entry.event for entry in events]
    gates = turned(then.readiness, now.readiness, events, keys)
    edited = now.policy.version if now.policy.version != then.policy.version else None
    verdict = then.readiness.verdict
    return Since(then.at, counted_keys(told, keys), builds(told), gates, verdict, noted(told), edited)


def blockers(now: ReleaseStatus) -> tuple[Blocker, ...]:
    offenders = [o for gate in now.readiness.gates for o in gate.offenders if o.why in _BLOCKING]
    ordered = sorted(offenders, key=lambda o: _urgency(o.standing))
    return tuple(
        Blocker(s, now.at - s.created_at, now.next_of(s), s.blocked if s.status is Status.RESOLVED else None)
        for s in (offender.standing for offender in ordered)
    )


def queue(now: ReleaseStatus) -> tuple[Queued, ...]:
    """The longest wait first."""
    names = {build.id: build.name for build in now.view.builds}
    moves = ((standing, now.next_of(standing)) for standing in now.standings if standing.status is Status.RESOLVED)
    waiting = [(s, move) for s, move in moves if move.act in _VERIFYING]
    waiting.sort(key=lambda pair: (pair[0].since, pair[0].key))
    return tuple(Queued(s, now.at - s.since, move, _build(s, names)) for s, move in waiting)


def _build(standing: Standing, names: Mapping[str, str]) -> str | None:
    return names.get(standing.fixed_in) if standing.fixed_in else None


def next_acts(now: ReleaseStatus) -> tuple[PersonNext, ...]:
    """For each person the act on what is most urgent of theirs; what is nobody's, by act."""
    mine: dict[str, list[tuple[Standing, Next]]] = defaultdict(list)
    nobodys: dict[NextAct, list[Standing]] = defaultdict(list)
    for standing in sorted(now.standings, key=_urgency):
        move = now.next_of(standing)
        if move.act in _NO_MOVE:
            continue
        if move.person is None:
            nobodys[move.act].append(standing)
        else:
            mine[move.person].append((standing, move))
    people = [_of_person(person, moves) for person, moves in mine.items()]
    return (*people, *(PersonNext(None, act, _keys(standings)) for act, standings in nobodys.items()))


def _of_person(person: str, moves: list[tuple[Standing, Next]]) -> PersonNext:
    act = moves[0][1].act
    return PersonNext(person, act, _keys([standing for standing, move in moves if move.act is act]))


def _keys(standings: list[Standing]) -> tuple[str, ...]:
    return tuple(standing.key for standing in standings)


def _urgency(standing: Standing) -> tuple[str, str, datetime]:
    return (standing.severity, standing.priority or "P9", standing.since)
