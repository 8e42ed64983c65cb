"""Whatever happened: how a release stands at an instant, asked later, is how it stood when that instant was now."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.domain.errors import DomainError
from bot.domain.gates import DEFAULT, Criterion, GatePolicy, Rule
from bot.domain.values import Role
from bot.services import gates, shipping, signing, waiving
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from bot.services.signing import signed_now
from tests.services.acting import RUTH, TESS, Shop
from tests.storage.lives import DEEDS, RELEASES, Deed, many_deeds

STEPS = 300
PEOPLE = (TESS, RUTH, "UDEVON")
# Nobody approves what they asked for.
ACTORS = {"waive": TESS, "approve": RUTH, "approve soon": "UDEVON"}
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
    GatePolicy((Rule("bounced_twice", Criterion.BOUNCED_TWICE),), {Role.TESTER: 1, Role.RELEASE_MANAGER: 1}),
)


def _gates(uow: UnitOfWork, dice: Random) -> None:
    gates.apply_gates(uow, ask.ApplyGates("DEF", replace(dice.choice(POLICIES), version=0)))


def _waive(uow: UnitOfWork, dice: Random) -> None:
    what = dice.choice(("open_s1_s2", "triaged", "fixes_verified", *(f"DEF-{n}" for n in range(1, 12))))
    day = (uow.now + timedelta(days=dice.randint(0, 3))).date().isoformat()
    until = dice.choice(("next", day, day, f"rc{dice.randint(0, 9)}"))
    waiving.ask_waiver(uow, ask.Waive(dice.choice(RELEASES), what, until, "it is small"))


def _approve(uow: UnitOfWork, dice: Random) -> None:
    name = dice.choice(RELEASES)
    waiving.approve_waiver(uow, ask.ApproveWaiver(name, _one_of(uow, name, dice)))


def _unwaive(uow: UnitOfWork, dice: Random) -> None:
    name = dice.choice(RELEASES)
    waiving.end_waiver(uow, ask.EndWaiver(name, _one_of(uow, name, dice)))


def _one_of(uow: UnitOfWork, release: str, dice: Random) -> int:
    """The number of a waiver that was asked for lately, if there is one."""
    known = uow.waivers.of_release(uow.releases.find(release, uow.projects.default()).id)
    return dice.choice([each.number for each in known[-3:]] or [0])


def _sign(uow: UnitOfWork, dice: Random) -> None:
    signing.sign_off(uow, ask.SignOff(dice.choice(RELEASES), dice.random() < 0.8, "as it stands"))


def _sign_gates(uow: UnitOfWork, dice: Random) -> None:
    gates.sign_gates(uow, ask.SignGates())


def _ship(uow: UnitOfWork, dice: Random) -> None:
    shipping.ship(uow, ask.Ship(dice.choice(RELEASES), "the date"))


def _unship(uow: UnitOfWork, dice: Random) -> None:
    for name in RELEASES:
        if uow.releases.find(name, uow.projects.default()).shipped_at is not None:
            shipping.unship(uow, ask.Unship(name, "not so soon"))


CONTROL: Mapping[str, Callable[[UnitOfWork, Random], None]] = {
    "gates": _gates,
    "waive": _waive,
    "approve": _approve,
    "approve soon": _approve,
    "unwaive": _unwaive,
    "sign": _sign,
    "sign gates": _sign_gates,
    "ship": _ship,
    "unship": _unship,
    "unship soon": _unship,
}


def told(questions: Questions, stands: ReleaseStatus) -> tuple[object, ...]:
    """All that a reader is told of it."""
    signed = [(role.role, role.missing, role.stale, role.against) for role in signed_now(questions, stands).roles]
    judged = tuple(
        (gate.name, gate.value, gate.waived, gate.number, sorted(o.standing.key for o in gate.offenders))
        for gate in stands.readiness.gates
    )
    release = stands.release.shipped_at, stands.candidate, stands.snapshot
    return stands.readiness.verdict, stands.policy.version, release, judged, signed


def _appoint(uow: UnitOfWork) -> None:
    project = uow.projects.default()
    everybody = {Role.TESTER: frozenset({TESS}), Role.RELEASE_MANAGER: frozenset({RUTH, "UDEVON"})}
    project.policy = replace(project.policy, roles=everybody)
    uow.projects.save(project)


def seen(questions: Questions, at: datetime | None) -> dict[str, tuple[object, ...]]:
    known = questions.releases(None)
    return {each.name: told(questions, status(questions, questions.release_by_id(each.id), at)) for each in known}


def test_the_verdict_of_an_instant_is_the_verdict_that_was_told_at_it(shop: Shop) -> None:
    dice, workspace = Random(1), shop.workspace
    shop.plan(*RELEASES)
    workspace.act(_appoint)
    record: list[tuple[datetime, dict[str, tuple[object, ...]]]] = []
    done: set[str] = set()
    for deed in many_deeds(STEPS):
        workspace.clock.forward(seconds=dice.choice((1, 600, 4000)))
        name = dice.choice([*CONTROL, *[deed.name] * len(CONTROL)])
        if _did(shop, name, deed, dice):
            done.add(name)
        workspace.clock.forward(seconds=dice.choice((0, 0, 5400)))
        record.append((workspace.clock.at, workspace.ask(lambda q: seen(q, None))))
    assert {CONTROL[name] for name in done & CONTROL.keys()} == set(CONTROL.values())
    verdicts = {values[0] for _, releases in record for values in releases.values()}
    waived = [gate for _, releases in record for values in releases.values() for gate in _of(values) if gate[2]]
    assert len(verdicts) == 4
    assert waived
    signed = [role for _, releases in record for values in releases.values() for role in _signed(values)]
    assert any(not missing for _, missing, _, _ in signed)
    assert any(stale for _, _, stale, _ in signed)
    workspace.clock.forward(days=40)
    for at, then in dice.sample(record, 200):
        assert workspace.ask(lambda q, at=at: seen(q, at)) == then  # type: ignore[misc]


def _of(values: Any) -> list[Any]:
    return list(values[3])


def _signed(values: Any) -> list[Any]:
    return list(values[4])


def _did(shop: Shop, name: str, deed: Deed, dice: Random) -> bool:
    def act(uow: UnitOfWork) -> None:
        if name in CONTROL:
            CONTROL[name](uow, dice)
        else:
            DEEDS[deed.name](uow, deed)

    try:
        shop.workspace.act(act, ACTORS.get(name, dice.choice(PEOPLE)) if name in CONTROL else deed.actor)
    except DomainError:
        return False
    return True
