"""What is written for one act: in which lane, folded with what, yielding to whom."""

from datetime import timedelta

from bot.domain.values import Surface
from bot.services import requests as ask
from bot.services.records import Anchor
from tests.services.acting import CHANNEL, DEVON, RUTH, TESS, Shop, of


def test_a_build_that_arrives_says_so_in_each_thread_and_yields_to_people(shop: Shop) -> None:
    shop.plan("2.4")
    keys = {shop.fixed(title=title) for title in ("one", "two", "three")}
    shop.said()
    shop.build("2.4.0-rc1")
    rows = shop.said()
    assert [line.line for line in of(rows, "line")] == [("fix_bound", None)] * 3
    assert len({row.fold for row in of(rows, "card")}) == len(keys)
    assert all(row.bulk for row in rows)


def test_a_release_that_ships_many_writes_one_line_per_channel_and_none_per_defect(shop: Shop) -> None:
    shop.plan("2.4")
    shop.do(ask.SetUp(CHANNEL, "DEF", home_channel=CHANNEL), RUTH)
    keys = [shop.fixed(title=title) for title in ("one", "two", "three")]
    shop.build("2.4.0-rc1")
    for key in keys:
        shop.do(ask.VerifyPass(key), TESS)
    shop.said()
    shop.do(ask.Ship("2.4", anyway="the date"), RUTH)
    rows = shop.said()
    assert [shop.status(key) for key in keys] == ["closed"] * 3
    assert of(rows, "line") == []
    assert [row.body["channel"] for row in of(rows, "notice")] == [CHANNEL]
    assert [row.bulk for row in of(rows, "card")] == [True] * 3


def test_updates_of_one_card_fold_and_updates_of_two_do_not(shop: Shop) -> None:
    first, second = shop.file("one"), shop.file("two")
    shop.do(ask.Claim(first), DEVON)
    shop.do(ask.Claim(second), DEVON)
    folds = [row.fold for row in of(shop.said(), "card")]
    assert folds == [f"card:{shop.defect(key).id}" for key in (first, second, first, second)]


def test_a_card_in_a_channels_root_has_a_lane_of_its_own(shop: Shop) -> None:
    keys = [shop.do(ask.FileDefect(title, home=CHANNEL)).defect.id for title in ("one", "two")]
    assert [row.lane for row in shop.said()] == [f"defect:{id_}" for id_ in keys]


def test_an_offer_to_undo_is_worthless_after_a_minute_and_nothing_else_is(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Claim(key), DEVON, Surface.THREAD)
    lives = {(row.sort, row.life) for row in shop.said()}
    assert lives == {("card", None), ("reaction", None), ("ephemeral", timedelta(seconds=60))}


def test_what_is_said_of_a_card_that_has_moved_waits_behind_what_was_said_before(shop: Shop) -> None:
    key = shop.file()
    defect = shop.defect(key)
    before = {row.lane for row in shop.said()}
    moved = Anchor(defect.id, "C-home", None, "99.1", None, before.pop())
    shop.workspace.act(lambda uow: uow.conversations.set_anchor(moved))
    shop.do(ask.Assign(key, DEVON), RUTH)
    assert {row.lane for row in shop.said()} == {moved.lane}
