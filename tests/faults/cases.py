"""Every use case once: what must be there before, who asks, and for what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from bot.domain.gates import DEFAULT, GatePolicy
from bot.domain.project import Suggesting
from bot.domain.results import Outcome as Said
from bot.domain.values import Priority, Resolution, Role, Severity, Surface
from bot.ingest.executions import portions
from bot.ingest.junit import read_junit
from bot.services import requests as ask
from bot.services.context import Context, Receipt
from bot.services.gates import apply_gates
from bot.services.ports import AlreadyDone, UnitOfWork
from bot.services.results import import_results
from handlers.acting import USE_CASES
from storage.errors import StoreError
from storage.tables import clusters, metadata
from tests.faults.outcome import Outcome
from tests.ingest.test_junit import suite
from tests.looking import look
from tests.services.acting import ANA, CHANNEL, OMAR, RUTH, SOURCE, TESS, TYPED, Shop
from tests.services.test_tracing import import_all
from tests.storage.test_projection import rebuilt, stored, verdict

RELEASE, BUILD = "2.4", "2.4.0-rc1"
NOTE = "it still charges twice"
Prepared = Callable[[Shop], Any]


def _commented(shop: Shop) -> str:
    key = shop.file()
    shop.do(ask.Comment(key, "we see it too"), TESS, Surface.THREAD)
    return key


def _deferred(shop: Shop) -> str:
    key = shop.file()
    shop.do(ask.Defer(key, RELEASE, "too late"), RUTH)
    return key


def _built(shop: Shop) -> str:
    key = shop.fixed()
    shop.build(BUILD)
    return key


def _verified(shop: Shop) -> str:
    key = shop.fixed()
    shop.do(ask.VerifyPass(key, sure=True), TESS)
    return key


def _shipped(shop: Shop) -> Any:
    _verified(shop)
    shop.do(ask.Ship(RELEASE, "the date"), RUTH)
    return ask.Unship(RELEASE, NOTE)


def _left_open(shop: Shop) -> Any:
    shop.plan("2.5")
    shop.file(release=RELEASE)
    return ask.MoveOpen(RELEASE, "2.5")


def _edited_gates(shop: Shop) -> Any:
    def agree(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        project.policy = replace(project.policy, roles={Role.TESTER: frozenset({TESS})})
        uow.projects.save(project)
        for signers in ({Role.TESTER: 1}, {}):
            apply_gates(uow, ask.ApplyGates("DEF", GatePolicy(DEFAULT.rules, signers)))

    shop.workspace.act(agree, RUTH)
    return ask.SignGates()


def _waived(shop: Shop) -> Any:
    shop.do(ask.Waive(RELEASE, "triaged", "next", NOTE), RUTH)
    return ask.ApproveWaiver(RELEASE, 1)


def _scheduled(shop: Shop, request: Any) -> Any:
    shop.do(ask.ScheduleDigest(RELEASE, "09:00"), RUTH)
    return request


def _listed(shop: Shop) -> Any:
    shop.do(ask.SaveList("blockers", "status:open"))
    return ask.ForgetList("blockers")


def _fixable(shop: Shop) -> Any:
    shop.build(BUILD)
    return ask.MarkFixed(shop.file(), BUILD, "abc1234")


def _two(shop: Shop) -> tuple[str, str]:
    return shop.file(), shop.file()


def _duplicate(shop: Shop) -> Any:
    key, original = _two(shop)
    return ask.Resolve(key, Resolution.DUPLICATE, original)


def _judged(shop: Shop) -> Any:
    key, other = _two(shop)
    return ask.Judge(other, False, defect=key)


def _by_hand(case: str, outcome: Said) -> Any:
    return ask.RecordResult(case, outcome, BUILD, NOTE if outcome is Said.FAILED else "")


def _catalogued(shop: Shop, request: Any) -> Any:
    """Two cases in the plan of a release with a build."""
    import_all(shop, *(ask.CaseLine(line, f"TC-{line}", "Decline a card", releases=(RELEASE,)) for line in (1, 2)))
    shop.build(BUILD)
    return request


def _counted(shop: Shop) -> Any:
    """A failure that was counted under a defect by its error."""
    shop.build(BUILD)
    _reported(shop, "nightly")
    key = shop.do(ask.FileDefect("Declined", cluster=_newest(shop)), TESS).defect.key
    _reported(shop, "morning")
    return ask.PartFailures(key, _newest(shop))


def _reported(shop: Shop, name: str) -> None:
    """By CI: a case that is named after the run fails as all others do."""
    report = portions(read_junit(suite(f'<testcase name="{name}"><failure message="Card declined twice"/></testcase>')))
    request = ask.ImportResults(RELEASE, BUILD, name, name.ljust(64))
    importing = import_results(shop.workspace.units, shop.workspace.context("CI"), request, report)
    with ThreadPoolExecutor(1) as beside:  # a loop of its own, wherever this is called
        beside.submit(asyncio.run, importing).result()


def _newest(shop: Shop) -> str:
    ordered = select(clusters.c.id).order_by(clusters.c.id)
    return str(look(shop.workspace.store, shop.workspace.team, ordered)[-1].id)


# Each answers its request, after doing what must be there; release 2.4 is planned before all of them.
CASES: Mapping[type, Prepared] = MappingProxyType(
    {
        ask.FileDefect: lambda _: ask.FileDefect(
            "Coupon field accepts 300 %",
            component="cart",
            requirements=("REQ-7",),
            actual=NOTE,
            evidence=(ask.Evidence(CHANNEL, SOURCE, author=TESS, text="The total is wrong"),),
            in_thread=True,
        ),
        ask.SignOff: lambda _: ask.SignOff(RELEASE, False, NOTE),
        ask.SignGates: _edited_gates,
        ask.Unship: _shipped,
        ask.MoveOpen: _left_open,
        ask.Waive: lambda _: ask.Waive(RELEASE, "triaged", "next", NOTE),
        ask.ApproveWaiver: _waived,
        ask.EndWaiver: lambda shop: (_waived(shop), ask.EndWaiver(RELEASE, 1))[1],
        ask.Ship: lambda shop: (_verified(shop), ask.Ship(RELEASE, "the date"))[1],
        ask.SameAs: lambda shop: ask.SameAs(shop.file(), (ask.Evidence(CHANNEL, "60.1", author=OMAR),), "Coupon"),
        ask.Triage: lambda shop: ask.Triage(shop.file(), Severity.S1, Priority.P1, RELEASE),
        ask.Edit: lambda shop: ask.Edit(shop.file(), title="Another title", severity=Severity.S1),
        ask.Claim: lambda shop: ask.Claim(shop.file()),
        ask.Assign: lambda shop: ask.Assign(shop.file(), OMAR),
        ask.Unassign: lambda shop: (key := shop.file(), shop.do(ask.Assign(key, OMAR)), ask.Unassign(key))[2],
        ask.Start: lambda shop: ask.Start(shop.file()),
        ask.AskInfo: lambda shop: ask.AskInfo(shop.file(), ANA, "which browser?"),
        ask.MarkFixed: _fixable,
        ask.NameBuild: lambda shop: ask.NameBuild(_built(shop), BUILD),
        ask.Resolve: _duplicate,
        ask.VerifyPass: lambda shop: ask.VerifyPass(_built(shop), BUILD),
        ask.VerifyFail: lambda shop: ask.VerifyFail(_built(shop), NOTE, BUILD),
        ask.VerifyBlocked: lambda shop: ask.VerifyBlocked(_built(shop), NOTE),
        ask.Reopen: lambda shop: ask.Reopen(_verified(shop), NOTE),
        ask.Defer: lambda shop: ask.Defer(shop.file(), RELEASE, NOTE),
        ask.Resume: lambda shop: ask.Resume(_deferred(shop)),
        ask.Close: lambda shop: ask.Close(_verified(shop)),
        ask.Comment: lambda shop: ask.Comment(shop.file(), NOTE),
        ask.EditComment: lambda shop: (_commented(shop), ask.EditComment(CHANNEL, TYPED, NOTE))[1],
        ask.EraseComment: lambda shop: (_commented(shop), ask.EraseComment(CHANNEL, TYPED))[1],
        ask.AddEvidence: lambda shop: ask.AddEvidence(shop.file(), ask.Evidence(CHANNEL, "60.1", text=NOTE)),
        ask.Link: lambda shop: ask.Link(shop.file(), ("REQ-7", "TC-3")),
        ask.Judge: _judged,
        ask.PartFailures: _counted,
        ask.PlanCases: lambda shop: _catalogued(shop, ask.PlanCases(RELEASE, ("TC-2",), out=True)),
        ask.RecordResult: lambda shop: _catalogued(shop, _by_hand("TC-1", Said.FAILED)),
        ask.HandOut: lambda shop: _catalogued(shop, ask.HandOut(RELEASE)),
        ask.RecordAndGoOn: lambda shop: _catalogued(shop, ask.RecordAndGoOn(_by_hand("TC-1", Said.PASSED))),
        ask.ChooseSuggestions: lambda _: ask.ChooseSuggestions(Suggesting.OFF),
        ask.Undo: lambda shop: (key := shop.file(), shop.do(ask.Claim(key)), ask.Undo(key))[2],
        ask.SetUp: lambda _: ask.SetUp("C2", "SHOP", home_channel="C3", release_managers=(TESS,)),
        ask.SaveList: lambda _: ask.SaveList("blockers", "status:open"),
        ask.ForgetList: _listed,
        ask.NoteKeys: lambda shop: ask.NoteKeys(CHANNEL, "70.1", (shop.file(),)),
        ask.PlanRelease: lambda _: ask.PlanRelease("2.5"),
        ask.RegisterBuild: lambda shop: (shop.fixed(), ask.RegisterBuild(RELEASE, BUILD, ("abc1234",)))[1],
        ask.ScheduleDigest: lambda _: ask.ScheduleDigest(RELEASE, "09:00"),
        ask.StopDigest: lambda shop: _scheduled(shop, ask.StopDigest(RELEASE)),
        ask.SendDigest: lambda shop: _scheduled(shop, ask.SendDigest(RELEASE)),
    }
)


def chosen(count: int) -> list[type]:
    """The first ones; all of them when `count` is no smaller."""
    return list(CASES)[:count]


def without_a_case() -> list[str]:
    return sorted(kind.__name__ for kind in set(USE_CASES) - set(CASES))


@dataclass
class Asked:
    """One act of Tess, known by its receipt as a click is: done again it is silent."""

    shop: Shop
    request: Any
    receipt: str

    def context(self) -> Context:
        context = self.shop.workspace.context(TESS, (Receipt("click", self.receipt),))
        return replace(context, channel=CHANNEL)

    def work(self, uow: UnitOfWork) -> Any:
        return USE_CASES[type(self.request)](uow, self.request)

    def act(self) -> None:
        """Raises what the store raises."""
        self.shop.workspace.units.perform_sync(self.context(), self.work)

    def is_known(self) -> bool:
        try:
            self.act()
        except AlreadyDone:
            return True
        return False


def asked(shop: Shop, kind: type) -> Asked:
    shop.plan(RELEASE)
    return Asked(shop, CASES[kind](shop), f"{kind.__name__}-{shop.workspace.team}")


Dump = Mapping[str, Sequence[tuple[Any, ...]]]


def dump(shop: Shop) -> Dump:
    """All that the store holds of this workspace, table by table."""
    store, team = shop.workspace.store, shop.workspace.team
    tables = [table for table in metadata.sorted_tables if "team_id" in table.c]
    return {table.name: sorted(map(tuple, look(store, team, select(table))), key=repr) for table in tables}


@dataclass
class Attempt:
    """The same act under one fault after the other, until it is done."""

    act: Asked
    outcome: Outcome
    before: Dump = field(init=False)

    def __post_init__(self) -> None:
        self.before = dump(self.act.shop)

    def under(self, fault: AbstractContextManager[None]) -> bool:
        """Whether it was done. What failed must have left everything as it was."""
        name = type(self.act.request).__name__
        try:
            with fault:
                self.act.act()
        except StoreError:
            self.outcome.check(dump(self.act.shop) == self.before, f"{name}: said not to be saved, and something was")
            return False
        self.outcome.check(dump(self.act.shop) != self.before, f"{name}: said to be saved, and nothing was")
        return True

    def is_sound(self) -> None:
        """Whole, and known when it is done again."""
        name, workspace = type(self.act.request).__name__, self.act.shop.workspace
        self.outcome.check(verdict(workspace).broken is None, f"{name}: the chain is broken")
        self.outcome.check(stored(workspace) == rebuilt(workspace), f"{name}: half done")
        after = dump(self.act.shop)
        self.outcome.check(self.act.is_known(), f"{name}: not known when it is done again")
        self.outcome.check(dump(self.act.shop) == after, f"{name}: done twice")
