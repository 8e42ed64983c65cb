"""The hour a release goes: what lets it, what it closes, who is told."""

import pytest
from sqlalchemy import select

from bot.domain.errors import AlreadyShipped, NotAllowed, NotReady
from bot.domain.events import Kind
from bot.domain.project import Policy
from bot.domain.values import Priority, Resolution, Role, Severity, Status
from bot.services import requests as ask
from bot.services.defects import defer, mark_fixed, resolve
from bot.services.digests import schedule_digest
from bot.services.outgoing import Sort
from bot.services.ports import UnitOfWork
from bot.services.shipping import Shipped, ship
from bot.services.verification import verify_pass
from storage import tables
from storage.database import Store
from tests.looking import look
from tests.services.test_releases import build, file, fix, plan
from tests.storage.acting import DEVON, RUTH, TESS, Workspace


@pytest.fixture
def workspace(store: Store) -> Workspace:
    made = Workspace(store)
    plan(made)
    build(made, "2.4.0-rc1")
    return made


def triage(workspace: Workspace, key: str, severity: Severity = Severity.S3) -> None:
    def act(uow: UnitOfWork) -> None:
        defect = uow.defects.get(key)
        defect.triage(uow.now, severity=severity, priority=Priority.P2, release_id=defect.release_id)

    workspace.act(act)


def verified(workspace: Workspace, release: str | None = "2.4") -> str:
    key = file(workspace, release=release)
    workspace.act(lambda uow: mark_fixed(uow, ask.MarkFixed(key, "2.4.0-rc1")), DEVON)
    workspace.act(lambda uow: verify_pass(uow, ask.VerifyPass(key, "2.4.0-rc1")), TESS)
    return key


def shipped(workspace: Workspace, anyway: str | None = None, actor: str = RUTH) -> Shipped:
    return workspace.act(lambda uow: ship(uow, ask.Ship("2.4", anyway)), actor)


def status_of(workspace: Workspace, key: str) -> Status:
    return workspace.act(lambda uow: uow.defects.get(key).status)


def notices(workspace: Workspace) -> list[tuple[str, object]]:
    table = tables.outbox
    wanted = select(table.c.body).where(table.c.sort == Sort.NOTICE.value).order_by(table.c.id)
    return [(row.body["channel"], row.body["facts"]) for row in look(workspace.store, workspace.team, wanted)]


def test_a_ready_release_ships_and_closes_what_was_verified(workspace: Workspace) -> None:
    first, second = verified(workspace), verified(workspace)
    outcome = shipped(workspace)
    assert (outcome.closed, outcome.still_open, outcome.anyway) == ((first, second), (), None)
    assert status_of(workspace, first) is Status.CLOSED
    assert workspace.act(lambda uow: uow.releases.by_id(outcome.release.id).shipped_at) == workspace.clock.at


def test_a_release_that_is_not_ready_says_which_gates_hold_it(workspace: Workspace) -> None:
    key = file(workspace)
    triage(workspace, key, Severity.S1)
    waiting = file(workspace)
    triage(workspace, waiting)
    fix(workspace, waiting)
    with pytest.raises(NotReady) as refused:
        shipped(workspace)
    assert refused.value.verdict == "NOT READY"
    held = {gate.name: [o.standing.key for o in gate.offenders] for gate in refused.value.gates}
    assert held == {"open_s1_s2": [key], "fixes_verified": [waiting]}
    assert workspace.act(lambda uow: uow.releases.undecided())[0].name == "2.4"


def test_a_release_manager_ships_anyway_with_a_reason_that_is_kept(workspace: Workspace) -> None:
    done, left = verified(workspace), file(workspace)
    outcome = shipped(workspace, "the customer waits")
    assert (outcome.closed, outcome.still_open) == ((done,), (left,))
    assert status_of(workspace, left) is Status.NEW
    (channel, facts), *others = notices(workspace)
    assert (channel, others) == ("C1", [])
    assert isinstance(facts, dict)
    assert (facts["reason"], facts["still_open"], facts["keys"], facts["anyway"]) == (
        "the customer waits",
        1,
        left,
        True,
    )


def test_a_reason_of_blanks_is_none(workspace: Workspace) -> None:
    file(workspace)
    with pytest.raises(NotReady):
        shipped(workspace, "   ")


def test_a_release_ships_once(workspace: Workspace) -> None:
    shipped(workspace)
    with pytest.raises(AlreadyShipped) as refused:
        shipped(workspace, "again")
    assert (refused.value.release, refused.value.at) == ("2.4", workspace.clock.at)


def test_only_who_may_ship_ships(workspace: Workspace) -> None:
    def appoint(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        roles = {Role.RELEASE_MANAGER: frozenset({RUTH}), Role.ADMIN: frozenset({RUTH})}
        project.policy = Policy(roles=roles)
        uow.projects.save(project)

    workspace.act(appoint)
    with pytest.raises(NotAllowed):
        shipped(workspace, "please", DEVON)
    assert shipped(workspace, actor=RUTH).readiness.verdict == "READY"


def test_a_duplicate_closes_with_its_original_and_is_counted_nowhere(workspace: Workspace) -> None:
    original, copy = verified(workspace), file(workspace)
    request = ask.Resolve(copy, Resolution.DUPLICATE, original)
    workspace.act(lambda uow: resolve(uow, request), DEVON)
    outcome = shipped(workspace)
    assert (outcome.closed, outcome.still_open) == ((original,), ())
    assert status_of(workspace, copy) is Status.CLOSED


def test_a_deferred_defect_stays_deferred(workspace: Workspace) -> None:
    plan(workspace, "2.5")
    key = file(workspace)
    workspace.act(lambda uow: defer(uow, ask.Defer(key, "2.5", "too late")), RUTH)
    assert shipped(workspace).still_open == ()
    assert status_of(workspace, key) is Status.DEFERRED


def test_a_verified_defect_of_no_release_is_closed_by_the_release_it_was_verified_in(workspace: Workspace) -> None:
    key = file(workspace, release=None)

    def unassigned(uow: UnitOfWork) -> None:
        defect = uow.defects.get(key)
        defect.edit(uow.now, {"release_id": None})
        defect.fix(uow.now, DEVON, uow.releases.project_builds(defect.project_id)[0].id)

    workspace.act(unassigned)
    workspace.act(lambda uow: verify_pass(uow, ask.VerifyPass(key, "2.4.0-rc1")), TESS)
    assert shipped(workspace).closed == (key,)


def test_shipping_ends_the_release_s_digests_and_tells_their_channels_once(workspace: Workspace) -> None:
    for channel in ("C1", "C2", "C2"):
        request = ask.ScheduleDigest("2.4", "09:00", channel=channel)
        workspace.act(lambda uow, request=request: schedule_digest(uow, request), RUTH)  # type: ignore[misc]
    release_id = shipped(workspace).release.id
    assert workspace.act(lambda uow: uow.digests.planned(release_id, None)) == []
    assert sorted(channel for channel, _ in notices(workspace)) == ["C1", "C2"]


def test_the_decision_is_one_event_with_what_was_known(workspace: Workspace) -> None:
    verified(workspace)
    shipped(workspace)
    table = tables.events
    logged = [row.kind for row in look(workspace.store, workspace.team, select(table.c.kind).order_by(table.c.seq))]
    assert logged.count(Kind.RELEASE_SHIPPED) == 1
    assert logged.count(Kind.DEFECT_CLOSED) == 1
