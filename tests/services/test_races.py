"""Two people act at once: one wins, the other is told who did what."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.domain.errors import Conflict, DomainError, OwnOriginal, WrongState
from bot.domain.values import Resolution
from bot.services import requests as ask
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork
from handlers.acting import USE_CASES
from tests.services.acting import ANA, DEVON, OMAR, RUTH, TESS, Shop

PEOPLE = (DEVON, OMAR, ANA, RUTH)
ONCE: dict[str, tuple[Callable[[Shop], str], Callable[[str], Any], str]] = {
    "fixed": (Shop.file, ask.MarkFixed, "defect_fixed"),
    "start": (Shop.file, ask.Start, "defect_started"),
    "resolve": (Shop.file, lambda k: ask.Resolve(k, Resolution.WONT_FIX), "defect_resolved"),
    "verify pass": (lambda shop: shop.fixed(TESS, TESS), ask.VerifyPass, "verification_passed"),
    "verify fail": (lambda shop: shop.fixed(TESS, TESS), lambda k: ask.VerifyFail(k, "no"), "verification_failed"),
    "reopen": (Shop.closed, lambda k: ask.Reopen(k, "it is back"), "defect_reopened"),
}


@pytest.mark.parametrize("act", ONCE)
async def test_of_many_who_do_what_can_be_done_once_one_does_and_the_others_hear_of_them(shop: Shop, act: str) -> None:
    prepare, request, kind = ONCE[act]
    key = await asyncio.to_thread(prepare, shop)
    before = len(await asyncio.to_thread(shop.events, key))

    def attempt(uow: UnitOfWork) -> str:
        USE_CASES[type(request(key))](uow, request(key))
        return uow.context.actor

    units = shop.workspace.units
    answers = await asyncio.gather(
        *(units.perform(shop.workspace.context(person), attempt) for person in PEOPLE), return_exceptions=True
    )
    (winner,) = [each for each in answers if isinstance(each, str)]
    losers = [each for each in answers if isinstance(each, Conflict | WrongState)]
    assert [(each.key, each.by, each.did) for each in losers] == [(key, winner, kind)] * 3
    events = await asyncio.to_thread(shop.events, key)
    assert [(entry.actor, entry.event.kind) for entry in events[before:]] == [(winner, kind)]


def at_once(shop: Shop, *acts: tuple[str, str, Any]) -> list[Outcome | DomainError]:
    """(person, a key that they look at, request): all look before any of them acts."""
    everybody = threading.Barrier(len(acts))

    def perform(act: tuple[str, str, Any]) -> Outcome | DomainError:
        person, key, request = act

        def work(uow: UnitOfWork) -> Outcome:
            uow.defects.get(key)
            everybody.wait(10)
            outcome: Outcome = USE_CASES[type(request)](uow, request)
            return outcome

        try:
            return shop.workspace.units.perform_sync(shop.workspace.context(person), work)
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(perform, acts))


@pytest.mark.postgres
def test_who_saw_the_same_state_is_told_who_was_first(replicas: Shop) -> None:
    told: Counter[str] = Counter()
    for request in (ask.Claim, ask.Start, ask.MarkFixed, lambda k: ask.Edit(k, title="Another")):
        key = replicas.file()
        answers = at_once(replicas, *((person, key, request(key)) for person in PEOPLE[:3]))
        (won,) = [each for each in answers if isinstance(each, Outcome)]
        winner = PEOPLE[answers.index(won)]
        conflicts = [each for each in answers if isinstance(each, Conflict)]
        assert [(each.key, each.by, each.did) for each in conflicts] == [(key, winner, won.kind)] * 2
        told += Counter(type(each).__name__ for each in answers)
    assert told == {"Outcome": 4, "Conflict": 8}


@pytest.mark.postgres
def test_a_loser_leaves_no_event_and_no_word_behind(replicas: Shop) -> None:
    key = replicas.file()
    replicas.said()
    at_once(replicas, *((person, key, ask.MarkFixed(key)) for person in PEOPLE[:3]))
    assert [row.sort for row in replicas.said()] == ["card", "reaction", "line"]
    assert len(replicas.events(key)) == 3


@pytest.mark.postgres
def test_two_defects_never_become_each_others_duplicate(replicas: Shop) -> None:
    for _ in range(5):
        first, second = replicas.file(), replicas.file()
        acts = [
            (person, key, ask.Resolve(key, Resolution.DUPLICATE, other))
            for person, key, other in ((DEVON, first, second), (OMAR, second, first))
        ]
        answers = at_once(replicas, *acts)
        assert sum(isinstance(each, Outcome) for each in answers) == 1
        assert sum(isinstance(each, Conflict | OwnOriginal) for each in answers) == 1
        followers = [replicas.defect(key).duplicate_of for key in (first, second)]
        assert sum(each is not None for each in followers) == 1


@pytest.mark.postgres
def test_who_closes_the_original_while_somebody_names_it_leaves_no_duplicate_behind(replicas: Shop) -> None:
    original, key = replicas.fixed(), replicas.file()
    replicas.do(ask.VerifyPass(original), TESS)
    answers = at_once(
        replicas,
        (TESS, original, ask.Close(original)),
        (OMAR, original, ask.Resolve(key, Resolution.DUPLICATE, original)),
    )
    assert sum(isinstance(each, Outcome) for each in answers) == 1
    states = (replicas.status(original), replicas.status(key))
    assert states in {("closed", "new"), ("verified", "resolved")}
