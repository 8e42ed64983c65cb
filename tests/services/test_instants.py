"""Whatever happened: how a release stands at an instant, asked later, is how it stood when that instant was now."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from bot.domain.errors import DomainError
from bot.domain.gates import DEFAULT, Criterion, GatePolicy, Rule
from bot.services import requests as ask
from bot.services import waiving
from bot.services.gates import apply_gates
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from tests.services.acting import RUTH, TESS, Shop
from tests.storage.lives import DEEDS, RELEASES, Deed, many_deeds

STEPS = 220
PEOPLE = (TESS, RUTH, "UDEVON")
POLICIES = (
    DEFAULT,
    GatePolicy((*DEFAULT.rules, Rule("bounced_twice", Criterion.BOUNCED_TWICE))),
    GatePolicy(
        (
            replace(DEFAULT.rules[0], stops=False),
            Rule("old", Criterion.TRIAGED, {"hours": 2}),
            Rule("cart", Criterion.QUERY, {"query": "status:open comp:cart age>1h", "limit": 1}, stops=True),
            Rule("tested", Criterion.TESTS_PASSED, {"rate": 90}),
            Rule("fresh", Criterion.EVIDENCE_FRESH, {"hours": 4}),
        ),
    ),
)


def _gates(uow: UnitOfWork, dice: Random) -> None:
    apply_gates(uow, ask.ApplyGates("DEF", replace(dice.choice(POLICIES), version=0)))


def _waive(uow: UnitOfWork, dice: Random) -> None:
    what = dice.choice(("open_s1_s2", "triaged", "fixes_verified", *(f"DEF-{n}" for n in range(1, 12))))
    until = dice.choice(("next", "2026-11-23", "2026-11-24", "2026-11-26", f"rc{dice.randint(0, 9)}"))
    waiving.ask_waiver(uow, ask.Waive(dice.choice(RELEASES), what, until, "it is small"))


def _approve(uow: UnitOfWork, dice: Random) -> None:
    waiving.approve_waiver(uow, ask.ApproveWaiver(dice.choice(RELEASES), dice.randint(1, 9)))


def _unwaive(uow: UnitOfWork, dice: Random) -> None:
    waiving.end_waiver(uow, ask.EndWaiver(dice.choice(RELEASES), dice.randint(1, 9)))


CONTROL: Mapping[str, Callable[[UnitOfWork, Random], None]] = {
    "gates": _gates,
    "waive": _waive,
    "approve": _approve,
    "unwaive": _unwaive,
}


def told(stands: ReleaseStatus) -> tuple[object, ...]:
    """All that a reader is told of it."""
    gates = tuple(
        (gate.name, gate.value, gate.waived, gate.number, sorted(o.standing.key for o in gate.offenders))
        for gate in stands.readiness.gates
    )
    return stands.readiness.verdict, stands.policy.version, stands.candidate, gates


def seen(questions: Questions, at: datetime | None) -> dict[str, tuple[object, ...]]:
    known = questions.releases(None)
    return {each.name: told(status(questions, questions.release_by_id(each.id), at)) for each in known}


def test_the_verdict_of_an_instant_is_the_verdict_that_was_told_at_it(shop: Shop) -> None:
    dice, workspace = Random(11), shop.workspace
    shop.plan(*RELEASES)
    record: list[tuple[datetime, dict[str, tuple[object, ...]]]] = []
    done: set[str] = set()
    for deed in many_deeds(STEPS):
        workspace.clock.forward(seconds=dice.choice((1, 600, 4000)))
        name = dice.choice([*CONTROL, *[deed.name] * len(CONTROL)])
        if _did(shop, name, deed, dice):
            done.add(name)
        workspace.clock.forward(seconds=dice.choice((0, 0, 5400)))
        record.append((workspace.clock.at, workspace.ask(lambda q: seen(q, None))))
    assert done >= CONTROL.keys()
    verdicts = {values[0] for _, releases in record for values in releases.values()}
    waived = [gate for _, releases in record for values in releases.values() for gate in _of(values) if gate[2]]
    assert len(verdicts) == 4
    assert waived
    workspace.clock.forward(days=40)
    for at, then in dice.sample(record, 200):
        assert workspace.ask(lambda q, at=at: seen(q, at)) == then  # type: ignore[misc]


def _of(values: Any) -> list[Any]:
    return list(values[3])


def _did(shop: Shop, name: str, deed: Deed, dice: Random) -> bool:
    if name == "ship":  # for good: two of them would leave nothing to be judged
        return False

    def act(uow: UnitOfWork) -> None:
        if name in CONTROL:
            CONTROL[name](uow, dice)
        else:
            DEEDS[deed.name](uow, deed)

    try:
        shop.workspace.act(act, dice.choice(PEOPLE) if name in CONTROL else deed.actor)
    except DomainError:
        return False
    return True
