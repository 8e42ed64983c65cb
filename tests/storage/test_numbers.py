"""Every number that a release's status says is the length of the list behind it, now and at any instant."""

from datetime import datetime, timedelta
from random import Random

from bot.domain.gates import Criterion
from bot.domain.query import parse
from bot.services.numbers import numbers
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from tests.storage.acting import START, Workspace
from tests.storage.lives import live, many_deeds

STATES = {"open", "resolved", "verified", "deferred"}


def behind(questions: Questions, stands: ReleaseStatus, *, then: bool) -> dict[str, list[str]]:
    at = stands.at if then else None
    return {
        number.name: [
            view.defect.key for view in questions.matching(parse(number.query), None, limit=1000, at=at).items
        ]
        for number in numbers(stands)
    }


def counted(stands: ReleaseStatus) -> dict[str, int]:
    gates = {gate.name: len(gate.offenders) for gate in stands.readiness.gates}
    states = {"open": len(stands.open)} | {name: stands.count(name) for name in STATES - {"open"}}
    return {name: count for name, count in (states | gates).items() if count}


def test_each_number_opens_the_list_of_what_it_counts(workspace: Workspace) -> None:
    assert live(workspace, many_deeds(400)) > 60
    dice = Random(3)
    seen: set[str] = set()
    span = (workspace.clock.at - START).total_seconds()
    instants: list[datetime | None] = [None, *(START + timedelta(seconds=dice.uniform(0, span)) for _ in range(25))]
    for at in instants:

        def look_at(questions: Questions, at: datetime | None = at) -> None:
            for release in questions.releases(None):
                stands = status(questions, questions.release_by_id(release.id), at)
                lists = behind(questions, stands, then=at is not None)
                assert {name: len(keys) for name, keys in lists.items()} == counted(stands)
                for gate in stands.readiness.gates:
                    offenders = {offender.standing.key for offender in gate.offenders}
                    assert set(lists.get(gate.name, ())) == offenders
                seen.update(lists)

        workspace.ask(look_at)
    assert seen > {"open", "resolved", Criterion.OPEN_S1_S2, Criterion.FIXES_VERIFIED}
