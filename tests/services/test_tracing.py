"""Traces on both stores: what is told of any instant is what was told at it, and nobody is handed what another has."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from bot.domain.results import Outcome
from bot.domain.values import Resolution, Surface
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.importing import import_cases, import_requirements
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.testing import Handed, hand_out, record_and_go_on
from bot.services.traceability import gaps, matrix, trace
from storage.errors import StoreBusy
from storage.tables import executions
from tests.services.acting import DEVON, RUTH, TESS, Shop

NUMBERS = range(1, 6)


def import_all(shop: Shop, *lines: Any) -> None:
    """Requirements first."""
    needed = tuple(each for each in lines if isinstance(each, ask.RequirementLine))
    cases = tuple(each for each in lines if isinstance(each, ask.CaseLine))
    if needed:
        shop.workspace.act(lambda uow: import_requirements(uow, ask.ImportRequirements(needed, "one")))
    if cases:
        shop.workspace.act(lambda uow: import_cases(uow, ask.ImportCases(cases, "two")))


def told(shop: Shop, at: datetime | None) -> Any:
    """All that can be shown, as of an instant; None asks for now."""

    def ask_all(q: Questions) -> Any:
        view, then = q.release("2.4", q.project_for(None)), at or q.now
        keys = [f"REQ-{n}" for n in NUMBERS] + [f"TC-{n}" for n in NUMBERS]
        rows = matrix(q, view, then, 0, 50)
        found = gaps(q, view, then, 0, 100)
        parts = [trace(q, view.project, key, then) for key in keys if _is_there(q, view.project.id, key, then)]
        shown = [(type(part).__name__, repr(getattr(part, "row", getattr(part, "results", None)))) for part in parts]
        return rows.candidate, rows.rows, rows.total, dict(found.counts), found.rows, shown

    return shop.workspace.ask(ask_all)


def _is_there(q: Questions, project_id: str, key: str, at: datetime) -> bool:
    look = q.traces.requirement if key.startswith("REQ") else q.traces.case
    return look(project_id, key, at) is not None


class Life:
    """Somebody does something, at random."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.chance = shop, random.Random(seed)
        self.keys: list[str] = []
        self.builds = 0

    def step(self) -> None:
        often = (self.case, self.result)
        act = self.chance.choice(
            [self.requirement, *often, *often, self.build, self.plan, self.file, self.link, self.fix, self.undo]
        )
        self.shop.workspace.clock.forward(seconds=self.chance.choice([0, 1, 3600]))
        act()

    def number(self) -> int:
        return self.chance.choice(NUMBERS)

    def requirement(self) -> None:
        retired = "yes" if self.chance.random() < 0.2 else ""
        line = ask.RequirementLine(2, f"REQ-{self.number()}", f"Rule {self.chance.random():.3f}", retired=retired)
        import_all(self.shop, line)

    def case(self) -> None:
        known = self.shop.workspace.act(lambda uow: set(uow.catalogue.requirements(uow.projects.default().id)))
        shows = tuple(self.chance.sample(sorted(known), min(len(known), self.chance.choice([0, 1, 2]))))
        title = f"Try {self.chance.random():.3f}"
        retired = "yes" if self.chance.random() < 0.1 else ""
        releases = ("2.4",) if self.chance.random() < 0.5 else ()
        line = ask.CaseLine(2, f"TC-{self.number()}", title, requirements=shows, releases=releases, retired=retired)
        import_all(self.shop, line)

    def build(self) -> None:
        self.builds += 1
        self.shop.build(f"2.4.0-rc{self.builds}")

    def known_case(self) -> str | None:
        known = self.shop.workspace.act(lambda uow: sorted(uow.catalogue.cases(uow.projects.default().id)))
        return self.chance.choice(known) if known else None

    def result(self) -> None:
        case = self.known_case()
        if case and self.builds:
            build = f"2.4.0-rc{self.chance.randint(1, self.builds)}"
            outcome = self.chance.choice([Outcome.PASSED, Outcome.FAILED, Outcome.BLOCKED])
            self.shop.do(ask.RecordResult(case, outcome, build, "so it was"))

    def plan(self) -> None:
        case = self.known_case()
        if case:
            self.shop.do(ask.PlanCases("2.4", (case,), self.chance.random() < 0.3), RUTH)

    def file(self) -> None:
        self.keys.append(self.shop.file(f"Total {self.chance.random():.3f}"))

    def link(self) -> None:
        if self.keys:
            target = self.chance.choice(["REQ", "TC"])
            self.shop.do(ask.Link(self.chance.choice(self.keys), (f"{target}-{self.number()}",)), TESS)

    def undo(self) -> None:
        if self.keys:
            key = self.keys.pop()
            self.shop.workspace.clock.forward(seconds=1)
            self.shop.do(ask.Link(key, ("REQ-1", "REQ-2", "TC-1")), TESS)
            self.shop.workspace.clock.forward(seconds=1)
            self.shop.do(ask.Undo(key), TESS)

    def fix(self) -> None:
        if self.keys:
            self.shop.do(ask.Resolve(self.keys.pop(), Resolution.NOT_A_DEFECT), DEVON)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_told_of_any_instant_is_what_was_told_at_it(shop: Shop, seed: int) -> None:
    shop.plan("2.4")
    life = Life(shop, seed)
    seen: dict[datetime, Any] = {}
    for _ in range(30):
        life.step()
        # Of several changes at one instant the last is what it was.
        seen[shop.workspace.clock.at] = told(shop, None)
    shop.workspace.clock.forward(days=1)
    assert len(seen) > 10
    for at, then in seen.items():
        assert told(shop, at) == then


async def test_many_who_run_a_plan_at_once_share_it_without_ever_getting_the_same_case(shop: Shop) -> None:
    cases = [ask.CaseLine(n, f"TC-{n}", f"Try {n}", releases=("2.4",)) for n in range(1, 25)]
    await asyncio.to_thread(shop.plan, "2.4")
    await asyncio.to_thread(shop.build, "2.4.0-rc1")
    await asyncio.to_thread(import_all, shop, *cases)
    units = shop.workspace.units
    given: list[str] = []

    async def do(person: str, use_case: Callable[[UnitOfWork], Handed]) -> Handed:
        """Who is told that the store is busy does it again."""
        while True:
            with suppress(StoreBusy):
                return await units.perform(Context(shop.workspace.team, person, Surface.MODAL, "C1"), use_case)

    async def run(person: str) -> None:
        handed = await do(person, lambda uow: hand_out(uow, ask.HandOut("2.4")))
        while handed.case is not None:
            given.append(handed.case.key)
            done = ask.RecordAndGoOn(ask.RecordResult(handed.case.key, Outcome.PASSED, "2.4.0-rc1", release="2.4"))
            handed = await do(person, partial(record_and_go_on, request=done))

    await asyncio.gather(*(run(f"U{n}") for n in range(6)))
    assert Counter(given) == {f"TC-{n}": 1 for n in range(1, 25)}
    assert shop.rows(executions) == 24
