"""What became of a release between two instants: how it stood at each, and the events between them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import Kind, Logged, Scalar
from bot.domain.readiness import Verdict
from bot.domain.standing import Standing
from bot.services.changes import keys_behind
from bot.services.composing import between
from bot.services.digest_facts import Since
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from bot.services.views import ReleaseView


@dataclass(frozen=True, slots=True)
class Moved:
    """A defect that stands differently. `before` None: it came in; `after` None: it no longer counts, `left` says as
    what: a status, or "" where it went to another release."""

    before: Standing | None
    after: Standing | None
    left: str = ""

    @property
    def known(self) -> Standing:
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    then: ReleaseStatus
    now: ReleaseStatus
    since: Since
    moved: tuple[Moved, ...]

    @property
    def verdict(self) -> Verdict:
        return self.now.readiness.verdict

    @property
    def same(self) -> bool:
        return not self.moved and self.since.quiet and self.then.readiness.verdict is self.verdict


def compare(questions: Questions, view: ReleaseView, since: datetime, until: datetime | None) -> Comparison:
    """`until` None is now. What happened at `since` itself had happened."""
    then, now = status(questions, view, since), status(questions, view, until)
    last = questions.seq_at(until) if until else None
    events = questions.events_since(view.release, questions.seq_at(since), last)
    keys = keys_behind(questions, (entry.event for entry in events), now.standings)
    return Comparison(then, now, between(then, now, events, keys), tuple(_moved(then.standings, now.standings, events)))


def _moved(then: Iterable[Standing], now: Iterable[Standing], events: Iterable[Logged]) -> Iterator[Moved]:
    """The most severe first."""
    before, after = {each.id: each for each in then}, {each.id: each for each in now}
    ends = dict(_statuses(events))
    known = {**before, **after}
    for each in sorted(known.values(), key=lambda standing: (standing.severity, standing.created_at, standing.key)):
        old, new = before.get(each.id), after.get(each.id)
        if _said(old) != _said(new):
            yield Moved(old, new, "" if new else str(ends.get(each.id, "")))


def _statuses(events: Iterable[Logged]) -> Iterator[tuple[str, Scalar]]:
    """Where each defect ended; one that went to another release last has none."""
    for entry in events:
        changes = entry.event.changes
        if "status" in changes:
            yield entry.event.subject_id, changes["status"].new
        elif "release_id" in changes and entry.event.kind is not Kind.DEFECT_FILED:
            yield entry.event.subject_id, ""


def _said(standing: Standing | None) -> tuple[object, ...] | None:
    """What the comparison speaks of."""
    if standing is None:
        return None
    return (standing.status, standing.resolution, standing.severity, standing.priority, standing.owner)
