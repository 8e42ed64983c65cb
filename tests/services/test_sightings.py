"""Somebody meets what is on record already."""

import pytest

from bot.domain.errors import NothingToUndo
from bot.domain.events import Kind
from bot.domain.values import Resolution
from bot.services import requests as ask
from storage.tables import evidence, judgements
from tests.services.acting import ANA, DEVON, OMAR, TESS, Shop

SEEN = ask.Evidence("C1", "60.1", author=ANA, text="It is wrong here too")


def test_it_counts_and_names_whoever_says_so(shop: Shop) -> None:
    key = shop.file()
    for person, message in ((OMAR, "60.1"), (TESS, "60.2"), (OMAR, "60.3"), (ANA, "60.4")):
        shop.do(ask.SameAs(key, (ask.Evidence("C1", message),)), person)
    defect = shop.defect(key)
    assert (defect.occurrences, defect.reporters) == (5, (TESS, OMAR, ANA))
    assert shop.status(key) == "new"


def test_one_message_is_one_time(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.SameAs(key, (SEEN,)), OMAR)
    assert shop.do(ask.SameAs(key, (SEEN,)), ANA).nothing
    assert shop.defect(key).reporters == (TESS, OMAR)


def test_words_without_a_message_are_evidence_each_time(shop: Shop) -> None:
    key = shop.file()
    for person in (OMAR, ANA):
        shop.do(ask.SameAs(key, (ask.Evidence("C1", "", text="here too"),)), person)
    assert shop.defect(key).occurrences == 3


def test_what_is_said_of_a_duplicate_is_said_of_its_original(shop: Shop) -> None:
    original, key = shop.file(), shop.file()
    shop.do(ask.Resolve(key, Resolution.DUPLICATE, original), DEVON)
    outcome = shop.do(ask.SameAs(key, (SEEN,)), OMAR)
    assert outcome.defect.key == original
    assert OMAR in shop.defect(original).reporters
    assert OMAR not in shop.defect(key).reporters


def test_one_report_is_taken_back_and_those_of_others_stay(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.SameAs(key, (ask.Evidence("C1", "60.2"),)), ANA)
    shop.do(ask.SameAs(key, (SEEN, ask.Evidence("C1", "", text="and here"))), OMAR)
    before = shop.rows(evidence)
    shop.do(ask.Undo(), OMAR)
    defect = shop.defect(key)
    assert (defect.occurrences, defect.reporters) == (2, (TESS, ANA))
    assert before - shop.rows(evidence) == 2
    assert shop.kinds(key)[-3:] == [Kind.CHANGE_UNDONE, Kind.EVIDENCE_REMOVED, Kind.EVIDENCE_REMOVED]
    with pytest.raises(NothingToUndo):
        shop.do(ask.Undo(key), OMAR)


def test_who_had_met_it_before_stays_known_when_the_second_time_is_taken_back(shop: Shop) -> None:
    key = shop.file()
    for message in ("60.1", "60.2"):
        shop.do(ask.SameAs(key, (ask.Evidence("C1", message),)), OMAR)
    shop.do(ask.Undo(key), OMAR)
    defect = shop.defect(key)
    assert (defect.occurrences, defect.reporters) == (2, (TESS, OMAR))


def test_what_they_had_written_teaches_what_is_the_same(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.SameAs(key, (SEEN,), "Total is off", "by a cent", "cart"), OMAR)
    assert shop.rows(judgements) == 1


def test_the_card_shows_it_and_nobody_is_told(shop: Shop) -> None:
    key = shop.file()
    shop.said()
    shop.do(ask.SameAs(key, (SEEN,)), OMAR)
    assert [row.sort for row in shop.said()] == ["card"]
