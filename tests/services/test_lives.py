"""Random people do random things to a few defects: the use cases and the table agree on every one of them."""

from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.domain.errors import DomainError
from bot.domain.values import Priority, Resolution
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from storage.database import Store
from tests.services.acting import CHANNEL, DEVON, OMAR, RUTH, TESS, Shop
from tests.services.lifecycle_model import FIELDS, SOURCES, Model, Refusal
from tests.storage.acting import Workspace
from tests.storage.test_projection import rebuilt, stored, verdict

PEOPLE = (TESS, DEVON, OMAR, RUTH)
PERSON = st.sampled_from(PEOPLE)
VERBS = sorted(SOURCES)
UNDO = "undo"
PLACE = st.integers(0, 30)
RARELY = st.sampled_from([True, False, False, False])


def request(verb: str, key: str, other: str, build: str | None) -> Any:
    table: dict[str, Any] = {
        "triage": ask.Triage(key, priority=Priority.P2),
        "claim": ask.Claim(key),
        "assign": ask.Assign(key, other),
        "unassign": ask.Unassign(key),
        "start": ask.Start(key),
        "ask": ask.AskInfo(key, other, "which browser?"),
        "fixed": ask.MarkFixed(key, build),
        "resolve": ask.Resolve(key, Resolution.WONT_FIX),
        "duplicate": ask.Resolve(key, Resolution.DUPLICATE, other),
        "pass": ask.VerifyPass(key, build),
        "fail": ask.VerifyFail(key, "still wrong"),
        "block": ask.VerifyBlocked(key, "staging is down"),
        "reopen": ask.Reopen(key, "it is back"),
        "defer": ask.Defer(key, other, "too late"),
        "resume": ask.Resume(key),
        "close": ask.Close(key),
    }
    return table[verb]


class Lives(RuleBasedStateMachine):
    """Each in a workspace of its own."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop(Workspace(self.store, f"T{uuid4().hex}"))
        self.model = Model()

    @initialize()
    def begin(self) -> None:
        self.shop.plan("2.4", "2.5")
        self.shop.do(ask.Edit(self._file(TESS), release="2.4"), RUTH)
        self.shop.do(ask.SetUp(CHANNEL, "DEF", release_managers=(RUTH,), admins=(RUTH,)), RUTH)
        self.model.defects["DEF-1"].last.actor, self.model.defects["DEF-1"].last.before = RUTH, None
        self.shop.workspace.clock.forward(minutes=10)
        self.model.now += 600

    def _file(self, actor: str) -> str:
        key = self.shop.file(actor=actor, release="2.4")
        self.model.file(key, actor)
        return key

    @precondition(lambda self: len(self.model.defects) < 4)
    @rule(actor=PERSON)
    def file(self, actor: str) -> None:
        self._file(actor)

    @precondition(lambda self: self.model.builds < 4)
    @rule()
    def build(self) -> None:
        self.model.register()
        self.shop.build(f"2.4.0-rc{self.model.builds}")

    @rule(seconds=st.sampled_from([1, 20, 59, 60, 61]))
    def wait(self, seconds: int) -> None:
        self.model.now += seconds
        self.shop.workspace.clock.forward(seconds=seconds)

    @rule(pick=PLACE, actor=PERSON, place=PLACE, second=PLACE, build=st.integers(0, 4), wild=RARELY)
    def act(self, pick: int, actor: str, place: int, second: int, build: int, wild: bool) -> None:
        """Mostly what the status allows."""
        key = self._key(place)
        status = self.model.defects[key].state.status
        verbs = VERBS if wild else [verb for verb in VERBS if status in SOURCES[verb]]
        verb = [*verbs, UNDO][pick % (len(verbs) + 1)]
        if verb == UNDO:
            self._undo(key, actor, wild)
            return
        others = {"defer": ("2.4", "2.5"), "duplicate": tuple(self.model.defects)}.get(verb, PEOPLE)
        number = build if 0 < build <= self.model.builds else None
        self._both(verb, key, actor, others[second % len(others)], number)

    @rule(actor=PERSON, place=PLACE)
    def comment(self, actor: str, place: int) -> None:
        self.model.comment(self._key(place), actor)
        self.shop.do(ask.Comment(self._key(place), "Firefox too"), actor)

    @rule(actor=PERSON, place=PLACE)
    def same(self, actor: str, place: int) -> None:
        self.model.same(self._key(place), actor)
        self.shop.do(ask.SameAs(self._key(place)), actor)
        self._compare()

    def _undo(self, key: str, actor: str, wild: bool) -> None:
        """Mostly by the one who did it."""
        actor = actor if wild else self.model.defects[key].last.actor
        self._same(key, lambda: self.model.undo(key, actor), ask.Undo(key), actor)

    def _key(self, place: int) -> str:
        return list(self.model.defects)[place % len(self.model.defects)]

    def _both(self, verb: str, key: str, actor: str, other: str, number: int | None) -> None:
        build = f"2.4.0-rc{number}" if number else None
        self._same(
            key,
            lambda: self.model.act(verb, key, actor, other, number),
            request(verb, key, other, build),
            actor,
        )

    def _same(self, key: str, expect: Any, asked: Any, actor: str) -> None:
        expected, told = None, None
        try:
            expect()
        except Refusal as refusal:
            expected = refusal.name
        try:
            self.shop.do(asked, actor)
        except DomainError as error:
            told = type(error).__name__
        assert told == expected
        self._compare()

    def _compare(self) -> None:
        stand = self.shop.workspace.act(lambda uow: {key: self._stands(uow, key) for key in self.model.defects})
        for key, known in self.model.defects.items():
            fixers = {known.state.resolver, known.state.fix_owner} - {None}
            times, people = self.model.met(key)
            more = {"fixers": fixers, "occurrences": times, "people": people}
            assert stand[key] == {name: getattr(known.state, name) for name in FIELDS} | more

    @staticmethod
    def _stands(uow: UnitOfWork, key: str) -> dict[str, Any]:
        """As the model speaks."""
        defect = uow.defects.get(key)
        own = {name: getattr(defect, name) for name in FIELDS if hasattr(defect, name)}
        return own | {
            "release": uow.releases.by_id(str(defect.release_id)).name,
            "fixed_in": uow.releases.build(defect.fixed_in).ordinal if defect.fixed_in else None,
            "original": uow.defects.by_id(defect.duplicate_of).key if defect.duplicate_of else None,
            "blocked": defect.blocked is not None,
            "fixers": set(defect.fixers),
            "occurrences": defect.occurrences,
            "people": set(defect.reporters),
        }

    def _queue(self, person: str) -> set[str]:
        queue = self.shop.workspace.ask(lambda questions: questions.verifiable_by(person))
        return {view.defect.key for view in queue}

    def teardown(self) -> None:
        """Queues hold what can be verified, rows follow from events, the chain holds, nobody hears of their own act."""
        for person in PEOPLE:
            assert self._queue(person) == self.model.verifiable_by(person)
        assert stored(self.shop.workspace) == rebuilt(self.shop.workspace)
        assert verdict(self.shop.workspace).broken is None
        for row in self.shop.said():
            assert row.sort != "line" or row.body["mention"] != row.body["facts"]["actor"]


def test_whatever_people_do_the_use_cases_follow_the_table_of_the_lifecycle(shared: Store) -> None:
    machine = type("Here", (Lives,), {"store": shared})
    quick = settings(max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=quick)
