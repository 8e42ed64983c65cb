"""The actor's last change, for a minute, if nobody changed it since."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.errors import NothingToUndo
from bot.domain.events import Kind
from bot.domain.values import Priority, Resolution, Severity, Surface
from bot.services import requests as ask
from storage.projection import FIELDS
from tests.services.acting import ANA, DEVON, OMAR, RUTH, TESS, Shop


def fields(shop: Shop, key: str) -> dict[str, object]:
    defect = shop.defect(key)
    return {name: getattr(defect, name) for name in FIELDS if name != "version"}


def reopened(shop: Shop) -> str:
    key = shop.closed()
    shop.do(ask.Reopen(key, "it is back"), TESS)
    return key


ACTS: dict[str, tuple[Callable[[Shop], str], Callable[[str], Any], str]] = {
    "edit": (Shop.file, lambda k: ask.Edit(k, title="Another", severity=Severity.S1, component="cart"), DEVON),
    "triage": (Shop.file, lambda k: ask.Triage(k, Severity.S1, Priority.P1), DEVON),
    "claim": (Shop.file, ask.Claim, DEVON),
    "assign": (Shop.file, lambda k: ask.Assign(k, OMAR), DEVON),
    "unassign": (reopened, ask.Unassign, DEVON),
    "start": (Shop.file, ask.Start, DEVON),
    "needs info": (Shop.file, lambda k: ask.AskInfo(k, ANA, "which browser?"), DEVON),
    "fixed": (Shop.file, lambda k: ask.MarkFixed(k, commit="abc1234", link="https://example.org/pr/1"), DEVON),
    "resolve": (Shop.file, lambda k: ask.Resolve(k, Resolution.WONT_FIX), DEVON),
    "verify pass": (Shop.fixed, ask.VerifyPass, TESS),
    "verify fail": (Shop.fixed, lambda k: ask.VerifyFail(k, "no"), TESS),
    "verify blocked": (Shop.fixed, lambda k: ask.VerifyBlocked(k, "no"), TESS),
    "reopen": (Shop.closed, lambda k: ask.Reopen(k, "it is back"), OMAR),
}


@pytest.mark.parametrize("act", ACTS)
def test_undo_brings_back_the_state_before_by_an_event_of_its_own(shop: Shop, act: str) -> None:
    prepare, request, actor = ACTS[act]
    key = prepare(shop)
    before, events = fields(shop, key), len(shop.events(key))
    shop.workspace.clock.forward(minutes=10)
    shop.do(request(key), actor)
    assert fields(shop, key) != before
    shop.workspace.clock.forward(seconds=60)
    outcome = shop.do(ask.Undo(key), actor)
    assert fields(shop, key) == before
    assert outcome.facts == {"undone": shop.events(key)[events].event.kind}
    assert shop.kinds(key)[events + 1 :] == [Kind.CHANGE_UNDONE]


def test_an_undone_question_is_asked_again_in_its_words(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.AskInfo(key, ANA, "which browser?"), DEVON)
    shop.do(ask.MarkFixed(key), DEVON)
    shop.do(ask.Undo(key), DEVON)
    defect = shop.defect(key)
    assert (defect.asked, defect.asked_by, defect.question) == (ANA, DEVON, "which browser?")


def test_undo_of_filing_is_a_resolution_never_a_deletion(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Undo(), TESS)
    defect = shop.defect(key)
    assert (defect.status, defect.resolution) == ("resolved", "not_a_defect")
    assert shop.events(key)[-1].event.texts == {"note": "withdrawn"}
    shop.do(ask.VerifyPass(key), DEVON)
    assert shop.status(key) == "verified"


def test_after_a_minute_it_stands(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Claim(key), DEVON)
    shop.workspace.clock.forward(seconds=60.001)
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(key), DEVON)
    assert refusal.value.reason == "late"
    assert shop.defect(key).owner == DEVON


def test_what_somebody_changed_since_stays_and_names_them(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Claim(key), DEVON)
    shop.do(ask.Edit(key, severity=Severity.S1), OMAR)
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(key), DEVON)
    assert (refusal.value.reason, refusal.value.by) == ("changed", OMAR)


def test_nobody_undoes_what_somebody_else_did(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Claim(key), DEVON)
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(key), OMAR)
    assert refusal.value.by == DEVON
    assert shop.defect(key).owner == DEVON


def test_comments_and_evidence_do_not_count_as_changes(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Claim(key), DEVON)
    shop.do(ask.Comment(key, "Firefox too"), OMAR, Surface.THREAD)
    shop.do(ask.AddEvidence(key, ask.Evidence("C1", "60.1")), OMAR)
    shop.do(ask.Undo(key), DEVON)
    assert shop.defect(key).owner is None


def test_an_answer_does(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.AskInfo(key, ANA, "which browser?"), DEVON)
    shop.do(ask.Comment(key, "Firefox"), ANA, Surface.THREAD)
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(key), DEVON)
    assert refusal.value.by == ANA


def test_all_targets_of_one_link_are_taken_back_together(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Link(key, ("REQ-7",)), DEVON)
    shop.workspace.clock.forward(minutes=5)
    shop.do(ask.Link(key, ("req-7", "REQ-8", "tc-3", "TC-3")), DEVON)
    shop.do(ask.Undo(key), DEVON)
    assert shop.workspace.ask(lambda questions: questions.defect(key)).links == ("REQ-7",)


def test_undo_is_not_undone_and_reaches_no_further_back(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Claim(key), DEVON)
    shop.do(ask.Start(key), DEVON)
    shop.do(ask.Undo(key), DEVON)
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(key), DEVON)
    assert refusal.value.reason == "nothing"
    assert (shop.status(key), shop.defect(key).owner) == ("new", DEVON)


def test_without_a_key_it_is_the_persons_own_last_act_wherever_that_was(shop: Shop) -> None:
    first, second = shop.file(), shop.file()
    shop.do(ask.Claim(second), DEVON)
    shop.do(ask.Claim(first), OMAR)
    shop.do(ask.Undo(), DEVON)
    assert (shop.defect(first).owner, shop.defect(second).owner) == (OMAR, None)
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(), ANA)
    assert refusal.value.key is None


def test_a_build_that_arrived_and_an_answer_that_was_given_are_not_the_last_act(shop: Shop) -> None:
    shop.plan("2.4")
    waiting, asked, claimed = shop.fixed(), shop.file(), shop.file()
    shop.do(ask.AskInfo(asked, RUTH, "which browser?"), DEVON)
    shop.do(ask.Claim(claimed), RUTH)
    shop.build("2.4.0-rc1")
    shop.do(ask.Comment(asked, "Firefox"), RUTH, Surface.THREAD)
    shop.do(ask.Undo(), RUTH)
    assert shop.defect(claimed).owner is None
    assert shop.build_of(waiting, "fixed_in") == "2.4.0-rc1"


def test_a_fix_that_its_build_has_met_is_not_taken_back(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.fixed()
    shop.build("2.4.0-rc1")
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(key), DEVON)
    assert (refusal.value.reason, refusal.value.by) == ("changed", RUTH)


def test_shipping_cannot_be_undone(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.fixed()
    shop.build("2.4.0-rc1")
    shop.do(ask.VerifyPass(key), TESS)
    shop.do(ask.Ship("2.4", anyway="the date"), RUTH)
    for person, reason in ((RUTH, "nothing"), (TESS, "changed")):
        with pytest.raises(NothingToUndo) as refusal:
            shop.do(ask.Undo(key), person)
        assert refusal.value.reason == reason
    assert shop.status(key) == "closed"
