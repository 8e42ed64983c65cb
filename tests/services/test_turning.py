"""Which event turned which gate: each kind of event once, there and back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from bot.commandline.gate_file import read
from bot.domain.events import Kind
from bot.domain.project import Policy
from bot.domain.results import Outcome
from bot.domain.turning import Turned
from bot.domain.values import Priority, Resolution, Role, Severity
from bot.services import requests as ask
from bot.services.gates import apply_gates
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import status
from bot.services.signing import drift
from tests.services.acting import DEVON, OMAR, RUTH, TESS, Shop
from tests.services.test_tracing import import_all

GATES = """\
gates:
  open_s1_s2:
    stops: true
  fixes_verified:
  triaged:
  bounced_twice:
  tests_passed:
    rate: 100
  requirements_covered:
    rate: 100
  plan_executed:
    rate: 100
  evidence_fresh:
    hours: 24
  cart_open:
    criterion: query
    query: "status:open comp:cart"
"""
RAISED = GATES.replace("rate: 100", "rate: 50", 1)
GRAVE, PLAIN = "DEF-1", "DEF-2"
Deed = Callable[[Shop], object]


@pytest.fixture(autouse=True)
def _shop(shop: Shop) -> None:
    """2.4 has an S1 and an S3, both triaged and fixed in rc1, one test case of one requirement, and its own gates."""
    shop.plan("2.3", "2.4")
    shop.build("2.4.0-rc1")

    def appoint(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        project.policy = Policy(roles={Role.RELEASE_MANAGER: frozenset({RUTH}), Role.ADMIN: frozenset({OMAR})})
        uow.projects.save(project)

    shop.workspace.act(appoint)
    edited(GATES)(shop)
    import_all(
        shop, ask.RequirementLine(2, "REQ-1", "Checkout"), ask.CaseLine(2, "TC-1", "Pay", requirements=("REQ-1",))
    )
    for severity in (Severity.S1, Severity.S3):
        filed(severity)(shop)
    for key in (GRAVE, PLAIN):
        shop.do(ask.MarkFixed(key, "2.4.0-rc1"), DEVON)


def untriaged(shop: Shop) -> None:
    shop.file(release="2.4", component="cart")


def filed(severity: Severity) -> Deed:
    def deed(shop: Shop) -> None:
        key = shop.file(severity=severity, release="2.4")
        shop.do(ask.Triage(key, severity, Priority.P2, "2.4"), RUTH)

    return deed


def does(request: object, actor: str = TESS) -> Deed:
    return lambda shop: shop.do(request, actor)


def recorded(outcome: Outcome) -> Deed:
    return does(ask.RecordResult("TC-1", outcome, "2.4.0-rc1", "it declines"))


def built(shop: Shop) -> None:
    shop.build("2.4.0-rc2")


def waits(days: int) -> Deed:
    return lambda shop: shop.workspace.clock.forward(days=days)


def waived(what: str, until: str = "next") -> tuple[Deed, Deed]:
    return does(ask.Waive("2.4", what, until, "a demo")), does(ask.ApproveWaiver("2.4", 1), RUTH)


def edited(text: str) -> Deed:
    request = ask.ApplyGates("DEF", read(text))
    return lambda shop: shop.workspace.act(lambda uow: apply_gates(uow, request), RUTH)


class Turn(NamedTuple):
    """`given` came before the instant that is compared with, `done` after it."""

    gate: str
    says: str
    done: tuple[Deed, ...]
    kind: Kind | None
    key: str | None = None
    given: tuple[Deed, ...] = ()


PASSES = (does(ask.VerifyPass(GRAVE, "2.4.0-rc1")), does(ask.VerifyPass(PLAIN, "2.4.0-rc1")))
FAILS = (does(ask.VerifyFail(GRAVE, "still charged twice")),)
REOPENS = (does(ask.Reopen(GRAVE, "it is back")),)
TESTED = (recorded(Outcome.PASSED),)
PLANS = (does(ask.PlanCases("2.4", ("TC-1",))),)
UNPLANS = (does(ask.PlanCases("2.4", ("TC-1",), out=True)),)

TURNS = [
    Turn("open_s1_s2", "pass -> fail", (filed(Severity.S1),), Kind.DEFECT_FILED, "DEF-3"),
    Turn("open_s1_s2", "pass -> fail", FAILS, Kind.VERIFICATION_FAILED, GRAVE),
    Turn("open_s1_s2", "pass -> fail", REOPENS, Kind.DEFECT_REOPENED, GRAVE),
    Turn(
        "open_s1_s2",
        "undefined -> fail",
        (does(ask.Triage("DEF-3", Severity.S2, Priority.P1, "2.4"), RUTH),),
        Kind.DEFECT_TRIAGED,
        "DEF-3",
        (untriaged,),
    ),
    Turn(
        "open_s1_s2",
        "fail -> pass",
        (does(ask.Edit("DEF-3", severity=Severity.S4), RUTH),),
        Kind.DEFECT_EDITED,
        "DEF-3",
        (filed(Severity.S1),),
    ),
    Turn(
        "open_s1_s2",
        "fail -> pass",
        (does(ask.Resolve("DEF-3", Resolution.WONT_FIX), RUTH),),
        Kind.DEFECT_RESOLVED,
        "DEF-3",
        (filed(Severity.S1),),
    ),
    Turn(
        "open_s1_s2",
        "fail -> pass",
        (does(ask.Defer("DEF-3", "2.3", "later"), RUTH),),
        Kind.DEFECT_DEFERRED,
        "DEF-3",
        (filed(Severity.S1),),
    ),
    Turn("open_s1_s2", "fail -> waived", waived("DEF-3"), Kind.WAIVER_APPROVED, None, (filed(Severity.S1),)),
    Turn("open_s1_s2", "pass -> waived", (filed(Severity.S1), *waived("open_s1_s2")), Kind.WAIVER_APPROVED),
    Turn(
        "open_s1_s2",
        "waived -> fail",
        (does(ask.EndWaiver("2.4", 1), RUTH),),
        Kind.WAIVER_ENDED,
        None,
        (filed(Severity.S1), *waived("open_s1_s2")),
    ),
    Turn(
        "open_s1_s2",
        "waived -> fail",
        (built,),
        None,
        None,
        (filed(Severity.S1), *waived("open_s1_s2")),
    ),
    Turn(
        "open_s1_s2",
        "waived -> fail",
        (filed(Severity.S2),),
        Kind.DEFECT_FILED,
        "DEF-4",
        (filed(Severity.S1), *waived("DEF-3")),
    ),
    Turn(
        "open_s1_s2",
        "waived -> pass",
        (does(ask.Resolve("DEF-3", Resolution.WONT_FIX), RUTH),),
        Kind.DEFECT_RESOLVED,
        "DEF-3",
        (filed(Severity.S1), *waived("open_s1_s2")),
    ),
    Turn("fixes_verified", "fail -> pass", PASSES, Kind.VERIFICATION_PASSED, PLAIN),
    Turn(
        "fixes_verified",
        "pass -> fail",
        (filed(Severity.S3), does(ask.MarkFixed("DEF-3", "2.4.0-rc1"), DEVON)),
        Kind.DEFECT_FIXED,
        "DEF-3",
        PASSES,
    ),
    Turn(
        "triaged",
        "fail -> pass",
        (does(ask.Triage("DEF-3", Severity.S3, Priority.P2, "2.4"), RUTH),),
        Kind.DEFECT_TRIAGED,
        "DEF-3",
        (untriaged, waits(7)),
    ),
    Turn("triaged", "pass -> fail", (waits(7),), None, None, (untriaged,)),
    Turn("cart_open", "pass -> fail", (untriaged,), Kind.DEFECT_FILED, "DEF-3"),
    Turn("tests_passed", "undefined -> pass", TESTED, Kind.RESULT_RECORDED),
    Turn("tests_passed", "pass -> fail", (recorded(Outcome.FAILED),), Kind.RESULT_RECORDED, None, TESTED),
    Turn("tests_passed", "pass -> undefined", (built,), Kind.BUILD_REGISTERED, None, TESTED),
    Turn("requirements_covered", "undefined -> pass", TESTED, Kind.RESULT_RECORDED),
    Turn("plan_executed", "undefined -> pass", PLANS, Kind.TESTS_PLANNED, None, TESTED),
    Turn("plan_executed", "pass -> undefined", UNPLANS, Kind.TESTS_PLANNED, None, (*TESTED, *PLANS)),
    Turn("evidence_fresh", "undefined -> pass", TESTED, Kind.RESULT_RECORDED),
    Turn("evidence_fresh", "pass -> undefined", (waits(7),), None, None, TESTED),
]


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: f"{turn.gate}, {turn.says}, {turn.kind or 'time'}")
def test_each_event_that_turns_a_gate_is_named_as_its_cause(shop: Shop, turn: Turn) -> None:
    for deed in turn.given:
        deed(shop)
    since = shop.workspace.clock.at
    shop.workspace.clock.forward(minutes=1)
    for deed in turn.done:
        deed(shop)
    found = _turned(shop, turn.gate, since + timedelta(seconds=1))
    cause = found.cause
    assert (_says(found), cause and cause.kind, cause and cause.key) == (turn.says, turn.kind, turn.key)


def test_a_gate_that_an_edit_of_the_file_turned_says_so(shop: Shop) -> None:
    recorded(Outcome.FAILED)(shop)
    import_all(shop, ask.CaseLine(2, "TC-2", "Pay again"))
    does(ask.RecordResult("TC-2", Outcome.PASSED, "2.4.0-rc1"))(shop)
    shop.workspace.clock.forward(minutes=1)
    since = shop.workspace.clock.at
    shop.workspace.clock.forward(minutes=1)
    edited(RAISED)(shop)
    found = _turned(shop, "tests_passed", since)
    assert (_says(found), found.edited) == ("fail -> pass", True)


def _turned(shop: Shop, gate: str, since: datetime) -> Turned:
    def question(q: Questions) -> tuple[Turned, ...]:
        view = q.release("2.4", q.project_for(None))
        return drift(q, status(q, view), since).turned

    (found,) = [each for each in shop.workspace.ask(question) if each.gate.name == gate]
    return found


def _says(turned: Turned) -> str:
    old = "waived" if turned.lapsed else turned.old.value
    return f"{old} -> {'waived' if turned.waived else turned.new.value}"
