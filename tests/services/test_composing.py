"""The facts of a digest, from real events: what happened since the last one, what turned which gate, who moves next."""

from datetime import date, timedelta

import pytest

from bot.domain.attention import NextAct
from bot.domain.events import Kind
from bot.domain.gates import Criterion
from bot.domain.readiness import Value, Verdict
from bot.domain.values import Priority, Severity, Status
from bot.services import requests as ask
from bot.services.composing import compose, draft, keys_of_section
from bot.services.defects import assign, claim, mark_fixed
from bot.services.digest_facts import Counted, DigestFacts, Section
from bot.services.digests import send_digest
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import status
from bot.services.records import DigestRecord
from bot.services.releases import listed
from bot.services.shipping import ship
from bot.services.undo import undo
from bot.services.verification import verify_blocked, verify_fail, verify_pass
from storage.database import Store
from tests.services.test_releases import build, file, fix, plan
from tests.storage.acting import DEVON, RUTH, START, TESS, Workspace


@pytest.fixture
def workspace(store: Store) -> Workspace:
    made = Workspace(store)
    plan(made, ships_on=date(2026, 12, 2))
    build(made, "2.4.0-rc1")
    made.clock.forward(minutes=1)
    return made


def triage(workspace: Workspace, key: str, severity: Severity = Severity.S3) -> None:
    def act(uow: UnitOfWork) -> None:
        defect = uow.defects.get(key)
        defect.triage(uow.now, severity=severity, priority=Priority.P2, release_id=defect.release_id)

    workspace.act(act, RUTH)


def sent(workspace: Workspace) -> DigestRecord:
    """A digest goes out and arrives, and a day passes."""
    record = workspace.act(lambda uow: send_digest(uow, ask.SendDigest("2.4")), RUTH)
    workspace.act(lambda uow: uow.digests.posted(record.id, "1763890000.000100"))
    workspace.clock.forward(hours=24)
    return record


def now(workspace: Workspace) -> DigestFacts:
    def question(questions: Questions) -> DigestFacts:
        view = questions.release("2.4", questions.project_for(None))
        return compose(questions, draft(questions, view))

    return workspace.ask(question)


def again(workspace: Workspace, record: DigestRecord) -> DigestFacts:
    return workspace.ask(lambda questions: compose(questions, questions.digest(record.id)))


def passed(workspace: Workspace, key: str) -> None:
    workspace.act(lambda uow: verify_pass(uow, ask.VerifyPass(key, "2.4.0-rc1")), TESS)


def fixed(workspace: Workspace, key: str) -> None:
    workspace.act(lambda uow: mark_fixed(uow, ask.MarkFixed(key, "2.4.0-rc1")), DEVON)


def test_the_first_digest_counts_the_whole_life_of_the_release(workspace: Workspace) -> None:
    first, second = file(workspace), file(workspace)
    fixed(workspace, first)
    passed(workspace, first)
    facts = now(workspace)
    assert facts.since.at is None
    assert facts.since.keys(Counted.FILED) == (first, second)
    assert facts.since.keys(Counted.FIXED) == facts.since.keys(Counted.VERIFIED) == (first,)
    assert facts.since.builds == ("2.4.0-rc1",)
    assert not facts.quiet
    # Where nothing has requirements, nothing is missing; where nothing shipped, there is no trend.
    assert (facts.gaps, facts.trend) == ({}, ())


def test_only_what_came_after_the_last_digest_is_counted(workspace: Workspace) -> None:
    old = file(workspace)
    triage(workspace, old)
    sent(workspace)
    new = file(workspace)
    fixed(workspace, old)
    facts = now(workspace)
    assert (facts.since.keys(Counted.FILED), facts.since.keys(Counted.FIXED)) == ((new,), (old,))
    assert facts.since.at == workspace.clock.at - timedelta(hours=24)


def test_a_bounce_is_counted_and_what_was_taken_back_is_not(workspace: Workspace) -> None:
    bounced, taken_back = file(workspace), file(workspace)
    for key in (bounced, taken_back):
        triage(workspace, key)
    sent(workspace)
    fixed(workspace, bounced)
    workspace.act(lambda uow: verify_fail(uow, ask.VerifyFail(bounced, "still wrong")), TESS)
    fixed(workspace, taken_back)
    workspace.act(lambda uow: undo(uow, ask.Undo(taken_back)), DEVON)
    facts = now(workspace)
    assert facts.since.keys(Counted.BOUNCED) == (bounced,)
    assert facts.since.keys(Counted.FIXED) == (bounced,)


def test_a_gate_that_went_red_names_the_event_that_did_it(workspace: Workspace) -> None:
    sent(workspace)
    harmless = file(workspace)
    triage(workspace, harmless)
    workspace.clock.forward(minutes=5)
    grave = file(workspace)
    triage(workspace, grave, Severity.S1)
    facts = now(workspace)
    (turned,) = facts.since.turned
    assert (turned.gate.name, turned.old, turned.new) == (Criterion.OPEN_S1_S2, Value.PASS, Value.FAIL)
    assert turned.cause is not None
    assert (turned.cause.kind, turned.cause.key, turned.cause.actor) == (Kind.DEFECT_TRIAGED, grave, RUTH)
    assert (facts.since.verdict, facts.verdict) == (Verdict.READY, Verdict.NOT_READY)


def test_what_was_grave_from_the_start_turned_the_gate_when_it_was_filed(workspace: Workspace) -> None:
    sent(workspace)
    grave = file(workspace, severity=Severity.S1)
    triage(workspace, grave, Severity.S1)
    (turned,) = now(workspace).since.turned
    assert turned.cause is not None
    assert (turned.cause.kind, turned.cause.key, turned.cause.actor) == (Kind.DEFECT_FILED, grave, TESS)


def test_a_gate_that_went_green_names_the_last_event_that_cleared_it(workspace: Workspace) -> None:
    first, second = file(workspace), file(workspace)
    for key in (first, second):
        triage(workspace, key)
        fixed(workspace, key)
    sent(workspace)
    for key in (second, first):
        passed(workspace, key)
        workspace.clock.forward(minutes=1)
    (turned,) = now(workspace).since.turned
    assert (turned.gate.name, turned.new) == (Criterion.FIXES_VERIFIED, Value.PASS)
    assert turned.cause is not None
    assert (turned.cause.kind, turned.cause.key, turned.cause.actor) == (Kind.VERIFICATION_PASSED, first, TESS)


def test_a_gate_that_time_turned_has_no_cause(workspace: Workspace) -> None:
    file(workspace)
    sent(workspace)
    workspace.clock.forward(days=5)
    turned = {t.gate.name: t for t in now(workspace).since.turned}
    assert turned[Criterion.TRIAGED].new is Value.FAIL
    assert turned[Criterion.TRIAGED].cause is None


def test_the_first_build_of_a_release_turns_its_gate(store: Store) -> None:
    workspace = Workspace(store)
    plan(workspace, "2.3")
    build(workspace, "2.3.0", "2.3")
    plan(workspace)
    sent(workspace)
    build(workspace, "2.4.0-rc1")
    (turned,) = now(workspace).since.turned
    assert (turned.gate.name, turned.old, turned.new) == (Criterion.FIXES_VERIFIED, Value.UNDEFINED, Value.PASS)
    assert turned.cause is not None
    assert (turned.cause.kind, turned.cause.build) == (Kind.BUILD_REGISTERED, "2.4.0-rc1")


def test_a_day_on_which_nothing_happened_is_quiet_and_one_with_a_filing_is_not(workspace: Workspace) -> None:
    triage(workspace, file(workspace))
    sent(workspace)
    assert now(workspace).quiet
    file(workspace)
    assert not now(workspace).quiet


def test_a_digest_that_is_composed_later_is_the_same_digest(workspace: Workspace) -> None:
    key = file(workspace)
    triage(workspace, key, Severity.S1)
    record = sent(workspace)
    then = again(workspace, record)
    fixed(workspace, key)
    file(workspace)
    later = again(workspace, record)
    assert (later.verdict, later.since, later.seq) == (then.verdict, then.since, record.seq)
    assert [b.standing.key for b in later.blockers] == [b.standing.key for b in then.blockers] == [key]
    assert later.queue == ()


def test_blockers_are_what_is_grave_or_blocked_with_who_moves_next(workspace: Workspace) -> None:
    grave, blocked, minor = file(workspace), file(workspace), file(workspace)
    triage(workspace, grave, Severity.S1)
    triage(workspace, blocked)
    triage(workspace, minor)
    workspace.act(lambda uow: claim(uow, ask.Claim(blocked)), DEVON)
    fixed(workspace, blocked)
    workspace.act(lambda uow: verify_blocked(uow, ask.VerifyBlocked(blocked, "staging is down")), TESS)
    workspace.clock.forward(hours=3)
    found = now(workspace).blockers
    assert [(b.standing.key, b.next.act, b.next.person, b.note) for b in found] == [
        (grave, NextAct.TAKE, None, None),
        (blocked, NextAct.UNBLOCK, DEVON, "staging is down"),
    ]
    assert found[0].age == timedelta(hours=3)


def test_the_queue_is_what_can_be_verified_now_the_longest_wait_first(workspace: Workspace) -> None:
    keys = [file(workspace) for _ in range(3)]
    for key in keys[:2]:
        fixed(workspace, key)
        workspace.clock.forward(hours=2)
    fix(workspace, keys[2])
    facts = now(workspace)
    assert [(one.standing.key, one.wait, one.build) for one in facts.queue] == [
        (keys[0], timedelta(hours=4), "2.4.0-rc1"),
        (keys[1], timedelta(hours=2), "2.4.0-rc1"),
    ]
    assert (None, NextAct.BUILD, (keys[2],)) in [(one.person, one.act, one.keys) for one in facts.next]


def test_each_person_gets_the_one_act_on_what_is_most_urgent_of_theirs(workspace: Workspace) -> None:
    minor, grave, other = file(workspace), file(workspace), file(workspace)
    for key, severity in ((minor, Severity.S4), (grave, Severity.S1), (other, Severity.S3)):
        triage(workspace, key, severity)
    for key in (minor, grave):
        workspace.act(lambda uow, k=key: assign(uow, ask.Assign(k, DEVON)), RUTH)  # type: ignore[misc]
    fixed(workspace, other)
    assert [(one.person, one.act, one.keys) for one in now(workspace).next] == [
        (DEVON, NextAct.START, (grave, minor)),
        (TESS, NextAct.VERIFY, (other,)),
    ]


def test_the_defects_behind_each_number_can_be_listed(workspace: Workspace) -> None:
    grave, waiting = file(workspace), file(workspace)
    triage(workspace, grave, Severity.S2)
    fixed(workspace, waiting)
    facts = now(workspace)
    assert keys_of_section(facts, Section.SINCE, Counted.FILED) == (grave, waiting)
    assert keys_of_section(facts, Section.BLOCKERS) == (grave,)
    assert keys_of_section(facts, Section.QUEUE) == (waiting,)
    assert keys_of_section(facts, Section.GATES) == (grave, waiting)
    assert set(keys_of_section(facts, Section.NEXT)) == {grave, waiting}


def test_what_has_no_release_counts_in_every_undecided_one(workspace: Workspace) -> None:
    key = file(workspace)
    workspace.act(lambda uow: uow.defects.get(key).edit(uow.now, {"release_id": None}), RUTH)
    plan(workspace, "2.5")

    def counted(name: str) -> list[str]:
        def question(questions: Questions) -> list[str]:
            view = questions.release(name, questions.project_for(None))
            return [standing.key for standing in status(questions, view).standings]

        return workspace.ask(question)

    assert counted("2.4") == counted("2.5") == [key]


def test_the_state_of_any_instant_is_the_state_of_that_instant(workspace: Workspace) -> None:
    key = file(workspace)
    triage(workspace, key, Severity.S1)
    morning = workspace.clock.at
    workspace.clock.forward(hours=5)
    fixed(workspace, key)
    passed(workspace, key)

    def verdicts(questions: Questions) -> list[Verdict]:
        view = questions.release(None, questions.project_for(None))
        return [status(questions, view, at).readiness.verdict for at in (morning, None)]

    assert workspace.ask(verdicts) == [Verdict.NOT_READY, Verdict.READY]


def test_before_the_project_had_builds_none_was_asked_for(workspace: Workspace) -> None:
    before = START - timedelta(hours=1)
    found = workspace.ask(lambda q: status(q, q.release("2.4", q.project_for(None)), before))
    assert (found.has_builds, found.candidate, found.readiness.verdict) == (False, None, Verdict.READY)


def test_all_releases_are_listed_the_next_to_ship_first_and_the_shipped_last(workspace: Workspace) -> None:
    plan(workspace, "3.0")
    plan(workspace, "2.3", date(2026, 11, 25))
    workspace.act(lambda uow: ship(uow, ask.Ship("2.3", "it is out already")), RUTH)
    found = workspace.ask(lambda questions: listed(questions, questions.project_for(None)))
    assert [(s.release.name, s.release.undecided) for s in found] == [("2.4", True), ("3.0", True), ("2.3", False)]
    assert [s.count(Status.NEW) for s in found] == [0, 0, 0]
