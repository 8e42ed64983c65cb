"""What people say around a defect."""

import pytest

from bot.domain.errors import Missing
from bot.domain.events import Kind
from bot.domain.values import Surface
from bot.services import requests as ask
from storage import tables
from tests.services.acting import ANA, CHANNEL, DEVON, OMAR, TYPED, Shop

FILE = ask.FileRef("F1", "cart.png", "image/png", 2048)


def test_a_reply_is_kept_as_a_comment_of_its_message(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Comment(key, "Firefox too", (FILE,)), OMAR, Surface.THREAD)
    kept = shop.workspace.act(lambda uow: uow.conversations.comment_on(CHANNEL, TYPED))
    assert kept is not None
    assert (kept.author, kept.text, kept.files) == (OMAR, "Firefox too", (FILE,))
    assert shop.events(key)[-1].event.texts == {"text": "Firefox too"}


def test_an_edited_message_edits_it_and_equal_text_says_nothing(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Comment(key, "Firefox too"), OMAR, Surface.THREAD)
    edits = [shop.do(ask.EditComment(CHANNEL, TYPED, text), OMAR) for text in ("Safari too", "Safari too")]
    assert edits == [True, False]
    assert shop.kinds(key)[-2:] == [Kind.COMMENT_ADDED, Kind.COMMENT_EDITED]


def test_a_deleted_message_erases_its_words_everywhere(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Comment(key, "my password is hunter2"), OMAR, Surface.THREAD)
    shop.do(ask.EditComment(CHANNEL, TYPED, "my password was hunter2"), OMAR, Surface.THREAD)
    assert shop.do(ask.EraseComment(CHANNEL, TYPED), OMAR) is True
    assert shop.rows(tables.comments) == 0
    assert "hunter2" not in repr(shop.events(key))
    assert shop.kinds(key)[-1] is Kind.COMMENT_ERASED


def test_a_message_that_is_no_comment_is_neither_edited_nor_erased(shop: Shop) -> None:
    key = shop.file()
    before = shop.kinds(key)
    assert shop.do(ask.EditComment(CHANNEL, "99.9", "x"), OMAR) is False
    assert shop.do(ask.EraseComment(CHANNEL, "99.9"), OMAR) is False
    assert shop.kinds(key) == before


def test_a_comment_needs_words_or_a_file(shop: Shop) -> None:
    key = shop.file()
    with pytest.raises(Missing, match="text"):
        shop.do(ask.Comment(key, " \n"), OMAR)
    shop.do(ask.Comment(key, "", (FILE,)), OMAR)
    assert shop.kinds(key)[-1] is Kind.COMMENT_ADDED


def test_the_asked_persons_file_is_an_answer_too(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.AskInfo(key, ANA, "a screenshot?"), DEVON)
    shop.do(ask.Comment(key, "", (FILE,)), ANA, Surface.THREAD)
    assert shop.defect(key).asked is None


def test_a_link_names_what_need_not_exist_and_is_one_event(shop: Shop) -> None:
    key = shop.file()
    with pytest.raises(Missing, match="target"):
        shop.do(ask.Link(key, ()), DEVON)
    assert shop.do(ask.Link(key, ("req-7", "TC-3", "REQ-7")), DEVON).facts == {"targets": "REQ-7 TC-3"}
    assert shop.do(ask.Link(key, ("REQ-7",)), DEVON).nothing
    assert shop.kinds(key).count(Kind.DEFECT_LINKED) == 1


def test_talk_goes_on_when_the_defect_is_closed(shop: Shop) -> None:
    key = shop.closed()
    shop.do(ask.Comment(key, "thanks"), OMAR, Surface.THREAD)
    shop.do(ask.Link(key, ("REQ-7",)), OMAR)
    assert shop.status(key) == "closed"
