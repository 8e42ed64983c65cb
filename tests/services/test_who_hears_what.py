"""The table of who hears what, row by row, for each surface: one line, one mention, never one's own act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.values import Priority, Resolution, Severity, Surface
from bot.services import requests as ask
from tests.services.acting import ANA, CHANNEL, DEVON, FROM_MESSAGE, OMAR, RUTH, SOURCE, TESS, TYPED, Shop, of

AWAY = [surface for surface in Surface if surface is not Surface.THREAD]


@dataclass(frozen=True)
class Heard:
    """`line` None: the card shows it. `again`: typed in the thread, the bot still writes a line, for the mention."""

    before: Callable[[Shop], str]
    act: Callable[[str], Any]
    actor: str
    line: str | None = None
    mention: str | None = None
    again: bool = False


def filed(shop: Shop) -> str:
    return shop.file()


def owned(shop: Shop) -> str:
    key = shop.file()
    shop.do(ask.Assign(key, DEVON), RUTH)
    return key


def verified(shop: Shop) -> str:
    key = shop.fixed()
    shop.do(ask.VerifyPass(key), TESS)
    return key


def deferred(shop: Shop) -> str:
    shop.plan("2.5")
    key = shop.file()
    shop.do(ask.Defer(key, "2.5", "too late"), RUTH)
    return key


def planned(shop: Shop) -> str:
    shop.plan("2.4")
    return owned(shop)


TABLE = {
    "edited": Heard(filed, lambda k: ask.Edit(k, severity=Severity.S1), DEVON),
    "triaged": Heard(filed, lambda k: ask.Triage(k, Severity.S1, Priority.P1), DEVON),
    "linked": Heard(filed, lambda k: ask.Link(k, ("REQ-7",)), DEVON),
    "evidence": Heard(filed, lambda k: ask.AddEvidence(k, ask.Evidence(CHANNEL, "60.1")), DEVON),
    "started": Heard(filed, ask.Start, DEVON),
    "unassigned": Heard(owned, ask.Unassign, RUTH),
    "resumed": Heard(deferred, ask.Resume, RUTH),
    # Who types `assign @devon` has mentioned Devon.
    "assigned": Heard(filed, lambda k: ask.Assign(k, DEVON), RUTH, "assigned", DEVON),
    "claimed": Heard(filed, ask.Claim, DEVON, "assigned"),
    "assigned to oneself": Heard(filed, lambda k: ask.Assign(k, DEVON), DEVON, "assigned"),
    "fixed": Heard(owned, ask.MarkFixed, DEVON, "fixed", TESS, again=True),
    "fixed by its reporter": Heard(owned, ask.MarkFixed, TESS, "fixed"),
    "fixed for its reporter, who owns it": Heard(lambda shop: _own(shop, TESS), ask.MarkFixed, DEVON, "fixed"),
    "resolved": Heard(
        owned, lambda k: ask.Resolve(k, Resolution.WONT_FIX, note="by design"), DEVON, "resolved", TESS, again=True
    ),
    "resolved by its reporter": Heard(owned, lambda k: ask.Resolve(k, Resolution.NOT_A_DEFECT), TESS, "resolved"),
    "verify fail": Heard(
        lambda shop: shop.fixed(), lambda k: ask.VerifyFail(k, "still wrong"), TESS, "failed", DEVON, again=True
    ),
    "sent back by the owner": Heard(
        lambda shop: _refused_by_omar(shop), lambda k: ask.VerifyFail(k, "no"), DEVON, "failed"
    ),
    "verify fail, owned by nobody": Heard(
        lambda shop: shop.fixed(owner=None), lambda k: ask.VerifyFail(k, "no"), TESS, "failed", DEVON, again=True
    ),
    "reopened": Heard(verified, lambda k: ask.Reopen(k, "it is back"), TESS, "reopened", DEVON, again=True),
    "reopened by the owner": Heard(verified, lambda k: ask.Reopen(k, "it is back"), DEVON, "reopened"),
    "verify pass": Heard(lambda shop: shop.fixed(), ask.VerifyPass, TESS, "passed"),
    "closed": Heard(verified, ask.Close, TESS, "closed"),
    "deferred": Heard(planned, lambda k: ask.Defer(k, "2.4", "too late"), RUTH, "deferred"),
    "blocked": Heard(
        lambda shop: shop.fixed(), lambda k: ask.VerifyBlocked(k, "staging is down"), TESS, "blocked", DEVON, again=True
    ),
    "blocked, said by the owner": Heard(
        lambda shop: shop.fixed(), lambda k: ask.VerifyBlocked(k, "staging is down"), DEVON, "blocked"
    ),
    "needs info": Heard(owned, lambda k: ask.AskInfo(k, ANA, "which browser?"), DEVON, "needs_info", ANA),
    "undo of what was said": Heard(lambda shop: _claimed(shop), ask.Undo, DEVON, "undone"),
    "undo of what only the card showed": Heard(lambda shop: _started(shop), ask.Undo, DEVON),
}


def _own(shop: Shop, person: str) -> str:
    key = shop.file()
    shop.do(ask.Assign(key, person), RUTH)
    return key


def _refused_by_omar(shop: Shop) -> str:
    key = owned(shop)
    shop.do(ask.Resolve(key, Resolution.CANNOT_REPRODUCE), OMAR)
    return key


def _claimed(shop: Shop) -> str:
    key = shop.file()
    shop.do(ask.Claim(key), DEVON)
    return key


def _started(shop: Shop) -> str:
    key = shop.file()
    shop.do(ask.Start(key), DEVON)
    return key


@pytest.mark.parametrize("name", TABLE)
def test_a_change_made_elsewhere_speaks_once_in_the_thread(shop: Shop, name: str) -> None:
    row = TABLE[name]
    key = row.before(shop)
    shop.said()
    shop.do(row.act(key), row.actor)
    rows = shop.said()
    assert [line.line for line in of(rows, "line")] == ([(row.line, row.mention)] if row.line else [])
    assert len(of(rows, "card")) == 1
    assert of(rows, "ephemeral") == []
    assert {each.lane for each in rows} == {f"thread:{CHANNEL}:{SOURCE}"}


@pytest.mark.parametrize("name", [name for name in TABLE if name != "evidence"])
def test_an_act_typed_in_the_thread_is_its_own_line_unless_somebody_must_be_mentioned(shop: Shop, name: str) -> None:
    row = TABLE[name]
    key = row.before(shop)
    shop.said()
    shop.do(row.act(key), row.actor, Surface.THREAD)
    rows = shop.said()
    assert [line.line for line in of(rows, "line")] == ([(row.line, row.mention)] if row.again else [])
    assert len(of(rows, "card")) == 1
    (receipt,) = [each.body for each in of(rows, "reaction") if each.body["ts"] == TYPED]
    assert (receipt["name"], receipt["remove"]) == ("ballot_box_with_check", False)
    (offer,) = of(rows, "ephemeral")
    assert (offer.body["user"], offer.body["thread_ts"], offer.body["facts"]["key"]) == (row.actor, SOURCE, key)


@pytest.mark.parametrize("surface", AWAY)
def test_every_surface_but_the_thread_is_told_alike(shop: Shop, surface: Surface) -> None:
    key = owned(shop)
    shop.said()
    shop.do(ask.MarkFixed(key), DEVON, surface)
    assert shop.lines() == [("fixed", TESS)]


def test_a_filed_defect_is_its_card_and_mentions_nobody(shop: Shop) -> None:
    shop.file()
    rows = shop.said()
    assert [row.sort for row in rows] == ["card", "reaction"]
    assert rows[0].body == {"defect_id": shop.defect("DEF-1").id}
    assert rows[1].body == {"channel": CHANNEL, "ts": SOURCE, "name": "memo", "remove": False}


def test_a_comment_in_the_thread_is_heard_there_already(shop: Shop) -> None:
    key = shop.file()
    shop.said()
    shop.do(ask.Comment(key, "Firefox too"), OMAR, Surface.THREAD)
    assert [row.sort for row in shop.said()] == ["card"]
    shop.do(ask.EditComment(CHANNEL, TYPED, "Firefox as well"), OMAR, Surface.THREAD)
    assert shop.said() == []
    shop.do(ask.EraseComment(CHANNEL, TYPED), OMAR, Surface.THREAD)
    assert [row.sort for row in shop.said()] == ["card"]


def test_a_comment_made_elsewhere_is_said_in_the_thread_to_whoever_had_asked(shop: Shop) -> None:
    key = owned(shop)
    shop.do(ask.AskInfo(key, ANA, "which browser?"), DEVON)
    shop.said()
    for person, mention in ((OMAR, None), (ANA, DEVON)):
        shop.do(ask.Comment(key, "Firefox"), person, Surface.MODAL)
        (line,) = of(shop.said(), "line")
        assert line.line == ("commented", mention)
        assert (line.body["facts"]["actor"], line.body["facts"]["note"]) == (person, "Firefox")


def test_the_message_mirrors_three_moments_and_what_was_taken_back(shop: Shop) -> None:
    def mirrored(request: Any, actor: str) -> list[tuple[str, bool]]:
        shop.do(request, actor)
        return [(row.body["name"], row.body["remove"]) for row in of(shop.said(), "reaction")]

    key = owned(shop)
    shop.said()
    assert mirrored(ask.MarkFixed(key), DEVON) == [("wrench", False)]
    assert mirrored(ask.VerifyFail(key, "no"), TESS) == [("wrench", True)]
    assert mirrored(ask.MarkFixed(key), DEVON) == [("wrench", False)]
    assert mirrored(ask.VerifyPass(key), TESS) == [("white_check_mark", False)]
    assert mirrored(ask.Close(key), TESS) == []
    assert mirrored(ask.Reopen(key, "it is back"), TESS) == [("white_check_mark", True), ("wrench", True)]


def test_a_message_of_several_defects_mirrors_what_all_of_them_have_reached(shop: Shop) -> None:
    def mirrored(request: Any, actor: str) -> list[tuple[str, bool]]:
        shop.do(request, actor)
        return [(row.body["name"], row.body["remove"]) for row in of(shop.said(), "reaction")]

    first, second = owned(shop), owned(shop)
    shop.said()
    assert mirrored(ask.MarkFixed(first), DEVON) == []
    assert mirrored(ask.MarkFixed(second), DEVON) == [("wrench", False)]
    assert mirrored(ask.VerifyPass(first), TESS) == []
    assert mirrored(ask.VerifyFail(second, "no"), TESS) == [("wrench", True)]
    assert mirrored(ask.Resolve(second, Resolution.DUPLICATE, original=first), DEVON) == [("wrench", False)]
    third = ask.FileDefect("One more", evidence=(FROM_MESSAGE,), in_thread=True)
    assert mirrored(third, TESS) == [("wrench", True)]


def test_an_act_that_changes_nothing_says_nothing(shop: Shop) -> None:
    key = owned(shop)
    shop.said()
    assert shop.do(ask.Claim(key), DEVON).nothing
    assert shop.do(ask.Edit(key, title="Cart total is wrong"), DEVON).nothing
    assert shop.said() == []
