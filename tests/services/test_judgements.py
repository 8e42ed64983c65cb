"""What people say of suggestions is kept, the newest word on the same two."""

import pytest

from bot.domain.errors import NotFound
from bot.domain.values import Resolution
from bot.services import requests as ask
from storage.tables import judgements
from tests.looking import look
from tests.services.acting import OMAR, TESS, Shop


def kept(shop: Shop) -> list[tuple[str, str | None, bool, str]]:
    """What was suggested, for which defect, the word on it, and what was written where nothing was filed."""
    rows = look(shop.workspace.store, shop.workspace.team, judgements.select().order_by(judgements.c.id))
    keys = shop.workspace.ask(
        lambda q: q.keys_of({id_ for row in rows for id_ in (row.suggested_id, row.defect_id) if id_})
    )
    return [(keys[row.suggested_id], keys.get(row.defect_id), row.same, row.title) for row in rows]


def test_dup_of_is_a_judgement_until_it_is_taken_back(shop: Shop) -> None:
    original, other, key = shop.file(), shop.file(), shop.file()
    shop.do(ask.Resolve(key, Resolution.DUPLICATE, original), OMAR)
    assert kept(shop) == [(original, key, True, "")]
    shop.do(ask.Undo(key), OMAR)
    assert kept(shop) == []
    shop.do(ask.Resolve(key, Resolution.DUPLICATE, other), OMAR)
    assert kept(shop) == [(other, key, True, "")]
    shop.do(ask.Reopen(key, "it is another one"), TESS)
    assert kept(shop) == []


def test_the_newest_word_on_two_defects_counts(shop: Shop) -> None:
    original, key = shop.file(), shop.file()
    shop.do(ask.Judge(original, same=False, defect=key))
    shop.do(ask.Judge(original, same=False, defect=key), OMAR)
    assert kept(shop) == [(original, key, False, "")]
    shop.do(ask.Resolve(key, Resolution.DUPLICATE, original), OMAR)
    assert kept(shop) == [(original, key, True, "")]


def test_of_what_was_never_filed_the_words_are_kept(shop: Shop) -> None:
    original = shop.file()
    for _ in range(2):
        shop.do(ask.Judge(original, same=True, title="Total is off", body="By a cent", component="cart"))
    assert kept(shop) == [(original, None, True, "Total is off")] * 2


def test_same_as_that_is_taken_back_was_never_said(shop: Shop) -> None:
    original = shop.file()
    shop.do(ask.SameAs(original, title="Total is off"), OMAR)
    shop.do(ask.SameAs(original, title="Total wrong"), TESS)
    shop.do(ask.Undo(original), TESS)
    assert kept(shop) == [(original, None, True, "Total is off")]


def test_a_defect_that_does_not_exist_cannot_be_judged(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.do(ask.Judge("DEF-9", same=True))
    with pytest.raises(NotFound):
        shop.do(ask.Judge(shop.file(), same=True, defect="DEF-9"))
    assert kept(shop) == []
