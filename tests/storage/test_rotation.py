"""Keys are changed beside a bot that serves: what was cut off goes on, and every token can be read meanwhile."""

from collections.abc import Sequence

import pytest

from bot.commandline.reading import Now
from bot.services.roads import KeyMissing
from storage.database import open_store
from storage.installations import SqlInstallations, key_id

OLD = "b2xkIGtleSBvZiB0aGlydHktdHdvIGJ5dGVzIGhlcmU="
NEW = "bmV3IGtleSBvZiB0aGlydHktdHdvIGJ5dGVzIGhlcmU="
LOST = "bG9zdCBrZXkgb2YgMzItYnl0ZXMgYW5kIG5vdCBvbmU="


async def test_a_rotation_that_was_cut_off_in_the_middle_goes_on_where_it_was(store_url: str) -> None:
    store = open_store(store_url)

    def with_keys(*keys: str) -> SqlInstallations:
        return SqlInstallations(store, Now(), keys)

    def sealing(keys: Sequence[str]) -> list[str]:
        return [each.key_id for each in with_keys(*keys).all()]

    for team, key in (("T1", OLD), ("T2", OLD), ("T3", LOST), ("T4", OLD)):
        with_keys(key).add(team, f"xoxb-{team}")
    with pytest.raises(KeyMissing, match=f"T3 is sealed with key {key_id(LOST)}"):
        with_keys(NEW, OLD).rotate()
    every = (NEW, OLD, LOST)
    assert sealing(every) == [*(key_id(key) for key in (NEW, NEW, LOST, OLD))]
    teams = await with_keys(*every).teams()
    assert [await with_keys(*every).token(team) for team in teams] == ["xoxb-T1", "xoxb-T2", "xoxb-T3", "xoxb-T4"]
    assert with_keys(*every).rotate() == 2
    assert with_keys(NEW).rotate() == 0
    assert [await with_keys(NEW).token(team) for team in teams] == ["xoxb-T1", "xoxb-T2", "xoxb-T3", "xoxb-T4"]
    await store.close()
