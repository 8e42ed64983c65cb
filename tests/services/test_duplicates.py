"""A duplicate follows its original."""

from itertools import pairwise

import pytest

from bot.domain.errors import FollowsOriginal, Missing, NotFound, NothingToUndo, OwnOriginal, WrongState
from bot.domain.lifecycle import Action
from bot.domain.values import Resolution
from bot.services import requests as ask
from tests.services.acting import DEVON, OMAR, RUTH, TESS, Shop


def duplicate(shop: Shop, original: str, key: str | None = None, by: str = OMAR) -> str:
    key = key or shop.file()
    shop.do(ask.Resolve(key, Resolution.DUPLICATE, original), by)
    return key


def test_a_duplicate_names_its_original_and_needs_no_verification(shop: Shop) -> None:
    original = shop.file()
    key = shop.file()
    with pytest.raises(Missing, match="original"):
        shop.do(ask.Resolve(key, Resolution.DUPLICATE), OMAR)
    with pytest.raises(NotFound):
        duplicate(shop, "DEF-99", key)
    duplicate(shop, original, key)
    for request in (ask.VerifyPass(key), ask.VerifyFail(key, "no"), ask.VerifyBlocked(key, "no")):
        with pytest.raises(FollowsOriginal) as refusal:
            shop.do(request, TESS)
        assert (refusal.value.key, refusal.value.original) == (key, original)
    with pytest.raises(WrongState) as wrong:
        shop.do(ask.Claim(key), TESS)
    assert wrong.value.allowed == (Action.EDIT, Action.REOPEN)


def test_it_is_closed_and_reopened_with_its_original(shop: Shop) -> None:
    original = shop.fixed()
    key = duplicate(shop, original)
    seen = []
    for request in (ask.VerifyPass(original), ask.Close(original), ask.Reopen(original, "it is back")):
        shop.do(request, TESS)
        seen.append(shop.status(key))
    assert seen == ["resolved", "closed", "resolved"]
    assert shop.events(key)[-1].event.facts == {"cause": original}


def test_it_is_closed_when_the_release_of_its_original_ships(shop: Shop) -> None:
    shop.plan("2.4")
    original = shop.fixed()
    key = duplicate(shop, original)
    shop.build("2.4.0-rc1")
    shop.do(ask.VerifyPass(original), TESS)
    shop.do(ask.Ship("2.4", anyway="the date"), RUTH)
    assert (shop.status(original), shop.status(key)) == ("closed", "closed")


def test_a_duplicate_of_what_is_closed_is_closed_at_once(shop: Shop) -> None:
    assert shop.status(duplicate(shop, shop.closed())) == "closed"


def test_a_duplicate_of_a_duplicate_follows_the_end_of_the_chain(shop: Shop) -> None:
    original = shop.file()
    key = duplicate(shop, duplicate(shop, duplicate(shop, original)))
    assert shop.defect(key).duplicate_of == shop.defect(original).id


def test_what_already_had_duplicates_takes_them_along(shop: Shop) -> None:
    first, original = shop.file(), shop.closed()
    key = duplicate(shop, first)
    duplicate(shop, original, first)
    assert [shop.status(each) for each in (first, key)] == ["closed", "closed"]
    shop.do(ask.Reopen(original, "it is back"), TESS)
    assert [shop.status(each) for each in (first, key)] == ["resolved", "resolved"]


@pytest.mark.parametrize("length", [1, 2, 4])
def test_no_circle_of_any_length(shop: Shop, length: int) -> None:
    keys = [shop.file() for _ in range(length)]
    for key, original in pairwise(keys):
        duplicate(shop, original, key)
    with pytest.raises(OwnOriginal) as refusal:
        duplicate(shop, keys[0], keys[-1])
    assert (refusal.value.key, refusal.value.original) == (keys[-1], keys[0])
    assert shop.status(keys[-1]) == "new"


def test_reopening_a_duplicate_makes_it_its_own_defect_again(shop: Shop) -> None:
    original = shop.closed()
    key = duplicate(shop, original)
    shop.do(ask.Reopen(key, "this is another one"), TESS)
    shop.do(ask.Reopen(original, "it is back"), TESS)
    defect = shop.defect(key)
    assert (defect.status, defect.duplicate_of, defect.bounces) == ("triaged", None, 0)


def test_who_changed_the_original_can_still_undo_that(shop: Shop) -> None:
    original = shop.file()
    shop.do(ask.Claim(original), DEVON)
    duplicate(shop, original)
    shop.do(ask.Undo(original), DEVON)
    assert shop.defect(original).owner is None


@pytest.mark.parametrize("moved", ["closed", "reopened"])
def test_undoing_what_moved_the_original_moves_its_duplicates_back(shop: Shop, moved: str) -> None:
    original = shop.fixed()
    key = duplicate(shop, original)
    shop.do(ask.VerifyPass(original), TESS)
    shop.do(ask.Close(original), TESS)
    if moved == "reopened":
        shop.do(ask.Reopen(original, "oops"), TESS)
    before, after = ("closed", "resolved") if moved == "closed" else ("resolved", "closed")
    assert shop.status(key) == before
    shop.do(ask.Undo(), TESS)
    assert shop.status(key) == after


def test_what_only_moved_along_cannot_be_undone_alone(shop: Shop) -> None:
    original = shop.fixed()
    key = duplicate(shop, original)
    shop.do(ask.VerifyPass(original), TESS)
    shop.do(ask.Close(original), TESS)
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(key), TESS)
    assert refusal.value.reason == "nothing"


def test_undo_joins_the_original_where_it_stands_by_now(shop: Shop) -> None:
    original = shop.fixed()
    key = duplicate(shop, original)
    shop.do(ask.VerifyPass(original), TESS)
    shop.do(ask.Reopen(key, "another one"), OMAR)
    shop.do(ask.Close(original), TESS)
    shop.do(ask.Undo(key), OMAR)
    assert (shop.status(key), shop.defect(key).duplicate_of) == ("closed", shop.defect(original).id)


def test_undo_never_closes_a_circle(shop: Shop) -> None:
    first, second = shop.file(), shop.file()
    duplicate(shop, second, first, by=OMAR)
    shop.do(ask.Reopen(first, "another one"), OMAR)
    duplicate(shop, first, second, by=DEVON)
    with pytest.raises(NothingToUndo) as refusal:
        shop.do(ask.Undo(first), OMAR)
    assert (refusal.value.reason, refusal.value.by) == ("changed", DEVON)
    assert shop.defect(first).duplicate_of is None
