"""Roles sign what stands; what changes afterwards makes their word stale, and the release goes when all hold."""

from datetime import datetime

import pytest

from bot.domain.decisions import DecisionKind, fault_in
from bot.domain.errors import (
    AlreadyShipped,
    Invalid,
    Missing,
    NotAllowed,
    NothingToSign,
    NotReady,
    NotShipped,
    NotSigned,
    OneRole,
    StaleSnapshot,
)
from bot.domain.gates import DEFAULT, Criterion, GatePolicy, Rule
from bot.domain.project import Policy
from bot.domain.turning import Signing
from bot.domain.values import Priority, Role, Severity, Status
from bot.services import gates
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from bot.services.readiness import ReleaseStatus, status
from bot.services.signing import signing_of
from tests.services.acting import ANA, DEVON, OMAR, RUTH, TESS, Shop

SIGNED = GatePolicy(DEFAULT.rules, {Role.TESTER: 2, Role.RELEASE_MANAGER: 1})


@pytest.fixture(autouse=True)
def _shop(shop: Shop) -> None:
    """2.4 is ready; two testers and a release manager sign it."""
    shop.plan("2.4", "2.5")
    shop.build("2.4.0-rc1")
    roles = {
        Role.TESTER: frozenset({TESS, OMAR, ANA}),
        Role.RELEASE_MANAGER: frozenset({RUTH, ANA}),
        Role.DEVELOPER: frozenset({DEVON}),
    }

    def agree(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        project.policy = Policy(roles=roles)
        uow.projects.save(project)

    shop.workspace.act(agree)
    apply(shop, SIGNED)
    shop.workspace.clock.forward(hours=1)


def apply(shop: Shop, policy: GatePolicy) -> gates.GatesApplied:
    return shop.workspace.act(lambda uow: gates.apply_gates(uow, ask.ApplyGates("DEF", policy)), RUTH)


def signs(shop: Shop, *people: str, go: bool = True, note: str = "", role: str | None = None) -> None:
    for person in people:
        shop.do(ask.SignOff("2.4", go, note, role), person)


def stands(shop: Shop, at: datetime | None = None) -> ReleaseStatus:
    return shop.workspace.ask(lambda q: status(q, q.release("2.4", q.project_for(None)), at))


def signing(shop: Shop) -> Signing:
    return shop.workspace.ask(lambda q: signing_of(q, status(q, q.release("2.4", q.project_for(None)))))


def decisions(shop: Shop) -> list[DecisionKind]:
    def made(uow: UnitOfWork) -> list[DecisionKind]:
        found = uow.decisions.of_release(uow.releases.find("2.4", uow.projects.default()).id)
        assert fault_in(found) is None
        return [each.kind for each in found]

    return shop.workspace.act(made)


def grave(shop: Shop) -> str:
    key = shop.file(severity=Severity.S1, release="2.4")
    shop.do(ask.Triage(key, Severity.S1, Priority.P1, "2.4"), RUTH)
    return key


def test_the_last_signature_of_the_quorum_decides_and_then_it_ships(shop: Shop) -> None:
    signs(shop, TESS, RUTH)
    assert decisions(shop) == []
    with pytest.raises(NotSigned) as refused:
        shop.do(ask.Ship("2.4"), RUTH)
    (tester,) = [role for role in refused.value.signatures.roles if role.missing]
    assert (tester.role, tester.missing, refused.value.holders[Role.TESTER]) == (Role.TESTER, 1, (ANA, OMAR, TESS))
    signs(shop, OMAR)
    assert decisions(shop) == [DecisionKind.GO]
    shop.do(ask.Ship("2.4"), RUTH)
    assert decisions(shop) == [DecisionKind.GO, DecisionKind.SHIP]


def test_where_people_sign_nobody_ships_past_them(shop: Shop) -> None:
    with pytest.raises(NotSigned):
        shop.do(ask.Ship("2.4", "the date"), RUTH)
    grave(shop)
    with pytest.raises(NotReady) as refused:
        shop.do(ask.Ship("2.4", "the date"), RUTH)
    assert refused.value.signing


def test_what_neither_passes_nor_is_waived_is_not_signed(shop: Shop) -> None:
    key = grave(shop)
    with pytest.raises(NotReady):
        signs(shop, TESS)
    shop.do(ask.Waive("2.4", key, "next", "the provider fixes it"), TESS)
    shop.do(ask.ApproveWaiver("2.4", 1), RUTH)
    signs(shop, TESS, OMAR, RUTH)
    assert decisions(shop) == [DecisionKind.GO]
    assert shop.do(ask.Ship("2.4"), RUTH).still_open == (key,)


def test_a_material_change_makes_signatures_stale_and_says_which_event_did(shop: Shop) -> None:
    signs(shop, TESS, OMAR, RUTH)
    shop.workspace.clock.forward(hours=1)
    key = grave(shop)
    now = signing(shop)
    assert [(role.missing, len(role.stale)) for role in now.signatures.roles] == [(2, 2), (1, 1)]
    assert now.drift is not None
    (turned,) = now.drift.turned
    assert turned.cause is not None
    assert (turned.gate.name, turned.cause.key, turned.cause.actor) == (Criterion.OPEN_S1_S2, key, TESS)
    with pytest.raises(NotReady):
        shop.do(ask.Ship("2.4"), RUTH)


def test_what_is_not_in_the_snapshot_changes_no_signature(shop: Shop) -> None:
    signs(shop, TESS, OMAR, RUTH)
    key = shop.file(severity=Severity.S4, release="2.5")
    shop.do(ask.Comment(key, "we see it too"), TESS)
    assert signing(shop).signatures.complete


@pytest.mark.parametrize("change", ["build", "waiver", "policy"])
def test_a_build_a_waiver_and_an_edit_of_the_gates_are_material(shop: Shop, change: str) -> None:
    if change == "waiver":
        shop.do(ask.Waive("2.4", "triaged", "next", "a demo"), TESS)
    signs(shop, TESS, OMAR, RUTH)
    shop.workspace.clock.forward(hours=1)
    if change == "build":
        shop.build("2.4.0-rc2")
    elif change == "waiver":
        shop.do(ask.ApproveWaiver("2.4", 1), RUTH)
    else:
        apply(shop, GatePolicy(DEFAULT.rules[:2], SIGNED.signoffs))
        for person in (TESS, OMAR, RUTH):
            shop.do(ask.SignGates(), person)
    found = signing(shop)
    assert len(found.signatures.stale) == 3
    assert found.drift is not None
    assert (found.drift.candidate, found.drift.waivers, found.drift.policy) == {
        "build": ("2.4.0-rc2", (), None),
        "waiver": (None, (1,), None),
        "policy": (None, (), 2),
    }[change]


def test_a_button_on_an_old_snapshot_signs_nothing_and_says_what_changed(shop: Shop) -> None:
    seen = stands(shop)
    shop.workspace.clock.forward(hours=1)
    shop.build("2.4.0-rc2")
    request = ask.SignOff("2.4", True, snapshot=seen.snapshot.hash, seen_at=seen.at)
    with pytest.raises(StaleSnapshot) as refused:
        shop.do(request, TESS)
    assert refused.value.drift.candidate == "2.4.0-rc2"
    assert not any(role.fresh or role.stale for role in signing(shop).signatures.roles)


def test_a_no_go_is_a_decision_until_its_author_says_go(shop: Shop) -> None:
    signs(shop, OMAR, RUTH)
    with pytest.raises(Missing):
        signs(shop, TESS, go=False, note=" ")
    signs(shop, TESS, go=False, note="refunds fail on phones")
    assert decisions(shop) == [DecisionKind.NO_GO]
    signs(shop, ANA, role="tester")
    with pytest.raises(NotSigned):
        shop.do(ask.Ship("2.4"), RUTH)
    signs(shop, TESS)
    assert decisions(shop) == [DecisionKind.NO_GO, DecisionKind.GO]


def test_one_person_signs_for_one_role(shop: Shop) -> None:
    with pytest.raises(Missing):
        signs(shop, ANA)
    with pytest.raises(NotAllowed):
        signs(shop, DEVON)
    with pytest.raises(NotAllowed):
        signs(shop, TESS, role="release_manager")
    with pytest.raises(Invalid):
        signs(shop, TESS, role="admin")
    signs(shop, ANA, role="tester")
    with pytest.raises(OneRole) as refused:
        signs(shop, ANA, role="release_manager")
    assert refused.value.role is Role.TESTER
    signs(shop, ANA)


def test_a_role_that_nobody_holds_is_never_passed(shop: Shop) -> None:
    apply(shop, GatePolicy(DEFAULT.rules, {Role.ADMIN: 1}))
    for person in (TESS, OMAR, RUTH):
        shop.do(ask.SignGates(), person)
    with pytest.raises(NotAllowed):
        signs(shop, RUTH)
    with pytest.raises(NotSigned) as refused:
        shop.do(ask.Ship("2.4"), RUTH)
    assert refused.value.holders == {Role.ADMIN: ()}


def test_an_edit_of_the_gates_waits_for_the_sign_offs_that_it_guards(shop: Shop) -> None:
    weaker = GatePolicy(DEFAULT.rules[:1], {})
    applied = apply(shop, weaker)
    assert dict(applied.waits_for) == dict(SIGNED.signoffs)
    assert stands(shop).policy.version == 1
    with pytest.raises(NotAllowed):
        shop.do(ask.SignGates(), DEVON)
    signed = [shop.do(ask.SignGates(version=2), person).missing for person in (TESS, TESS, RUTH)]
    assert signed == [{Role.TESTER: 1, Role.RELEASE_MANAGER: 1}] * 2 + [{Role.TESTER: 1}]
    before = shop.workspace.clock.at
    shop.workspace.clock.forward(minutes=1)
    assert shop.do(ask.SignGates(), OMAR).missing == {}
    assert (stands(shop).policy.version, stands(shop, before).policy.version) == (2, 1)
    with pytest.raises(NothingToSign):
        shop.do(ask.SignGates(version=2), ANA)


def test_a_newer_edit_takes_the_place_of_one_that_waits(shop: Shop) -> None:
    apply(shop, GatePolicy(DEFAULT.rules[:1], {}))
    apply(shop, GatePolicy((*DEFAULT.rules, Rule("bounced_twice", Criterion.BOUNCED_TWICE)), SIGNED.signoffs))
    with pytest.raises(NothingToSign):
        shop.do(ask.SignGates(version=2), TESS)
    for person in (TESS, OMAR, RUTH):
        shop.do(ask.SignGates(version=3), person)
    assert stands(shop).policy.version == 3


def test_where_no_roles_are_asked_a_release_manager_decides_over_what_is_waived(shop: Shop) -> None:
    apply(shop, GatePolicy(DEFAULT.rules, {}))
    for person in (TESS, OMAR, RUTH):
        shop.do(ask.SignGates(), person)
    key = grave(shop)
    shop.do(ask.Waive("2.4", key, "next", "the provider fixes it"), TESS)
    shop.do(ask.ApproveWaiver("2.4", 1), RUTH)
    with pytest.raises(NotSigned):
        shop.do(ask.Ship("2.4"), RUTH)
    with pytest.raises(NotAllowed):
        signs(shop, TESS)
    signs(shop, RUTH)
    shop.do(ask.Ship("2.4"), RUTH)
    assert decisions(shop) == [DecisionKind.GO, DecisionKind.SHIP]


def verified(shop: Shop) -> str:
    key = shop.fixed(release="2.4")
    shop.workspace.clock.forward(minutes=1)
    shop.build("2.4.0-rc2")
    shop.do(ask.VerifyPass(key), TESS)
    return key


def test_a_shipping_is_taken_back_with_what_it_closed(shop: Shop) -> None:
    closed, left = verified(shop), shop.file(severity=Severity.S3, release="2.4")
    shop.do(ask.Triage(left, Severity.S3, Priority.P2, "2.4"), RUTH)
    signs(shop, TESS, OMAR, RUTH)
    shop.workspace.clock.forward(hours=1)
    shop.do(ask.Ship("2.4"), RUTH)
    shipped_at = shop.workspace.clock.at
    assert shop.status(closed) == Status.CLOSED
    shop.workspace.clock.forward(hours=1)
    with pytest.raises(Missing):
        shop.do(ask.Unship("2.4", " "), RUTH)
    with pytest.raises(NotAllowed):
        shop.do(ask.Unship("2.4", "rejected"), DEVON)
    assert shop.do(ask.Unship("2.4", "the store rejected it"), RUTH).reopened == (closed,)
    assert (shop.status(closed), stands(shop).release.shipped_at) == (Status.VERIFIED, None)
    assert stands(shop, shipped_at).release.shipped_at == shipped_at
    with pytest.raises(NotShipped):
        shop.do(ask.Unship("2.4", "again"), RUTH)
    assert decisions(shop) == [DecisionKind.GO, DecisionKind.SHIP, DecisionKind.UNSHIP]


def test_what_is_left_open_moves_on_together(shop: Shop) -> None:
    left = [shop.file(severity=Severity.S3, release="2.4") for _ in range(3)]
    for key in left:
        shop.do(ask.Triage(key, Severity.S3, Priority.P2, "2.4"), RUTH)
    signs(shop, TESS, OMAR, RUTH)
    assert shop.do(ask.Ship("2.4"), RUTH).still_open == tuple(left)
    with pytest.raises(Invalid):
        shop.do(ask.MoveOpen("2.4", "2.4"), RUTH)
    assert shop.do(ask.MoveOpen("2.4", "2.5"), RUTH).keys == tuple(left)
    assert shop.do(ask.MoveOpen("2.4", "2.5"), RUTH).keys == ()
    with pytest.raises(AlreadyShipped):
        shop.do(ask.MoveOpen("2.5", "2.4"), RUTH)
