from typing import Any

from bot.slack.answers import Ambiguous, Fate, Permanent, RateLimited
from bot.slack.gateway import SlackGateway
from bot.slack.lookup import PAGES, Found, NotThere, look_up, stamped, strayed
from tests.slack.wire import Wire, refuses, says


def message(ts: str, outbox_id: str) -> dict[str, Any]:
    return {"ts": ts, **stamped({}, outbox_id)}


async def test_a_reply_is_found_by_its_outbox_id_on_a_later_page(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(
        says(messages=[{"ts": "1.0"}, message("2.0", "other")], response_metadata={"next_cursor": "more"}),
        says(messages=[message("3.0", "mine")]),
    )
    assert await look_up(gateway, "xoxb-1", "C1", "1.0", "mine", "0.5") == Found("3.0")
    assert [request.path for request in wire.requests] == ["/api/conversations.replies"] * 2
    assert wire.requests[0].form["include_all_metadata"] == "true"
    assert wire.requests[0].form["oldest"] == "0.5"
    assert wire.requests[1].form["cursor"] == "more"


async def test_a_root_message_is_looked_for_in_the_channel(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(says(messages=[message("3.0", "mine")]))
    assert await look_up(gateway, "xoxb-1", "C1", None, "mine", "0.5") == Found("3.0")
    assert [request.path for request in wire.requests] == ["/api/conversations.history"]


async def test_what_is_not_in_the_thread_is_looked_for_at_the_root_where_replies_to_deleted_parents_land(
    gateway: SlackGateway, wire: Wire
) -> None:
    wire.answers(refuses("thread_not_found"), says(messages=[message("3.0", "mine")]))
    assert await look_up(gateway, "xoxb-1", "C1", "1.0", "mine", "0.5") == Found("3.0", stray=True)
    wire.answers(says(messages=[{"ts": "1.0"}]), says(messages=[]))
    assert await look_up(gateway, "xoxb-1", "C1", "1.0", "mine", "0.5") == NotThere()
    assert [request.path for request in wire.requests] == [
        "/api/conversations.replies",
        "/api/conversations.history",
    ] * 2


async def test_history_that_cannot_be_read_is_not_taken_for_an_empty_one(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(refuses("not_in_channel"), refuses("ratelimited", 429, {"Retry-After": "4"}))
    assert await look_up(gateway, "xoxb-1", "C1", None, "mine", "0") == Permanent("not_in_channel", Fate.ROUTE)
    assert await look_up(gateway, "xoxb-1", "C1", "1.0", "mine", "0") == RateLimited(4.0)


async def test_a_channel_too_busy_to_read_through_stays_ambiguous(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(*[says(messages=[], response_metadata={"next_cursor": "more"})] * PAGES)
    assert isinstance(await look_up(gateway, "xoxb-1", "C1", None, "mine", "0"), Ambiguous)
    assert len(wire.requests) == PAGES


def test_a_reply_that_came_back_without_its_thread_has_strayed() -> None:
    asked = {"thread_ts": "1.0"}
    assert strayed(asked, {"message": {"ts": "2.0"}})
    assert not strayed(asked, {"message": {"ts": "2.0", "thread_ts": "1.0"}})
    assert not strayed({}, {"message": {"ts": "2.0"}})
    assert not strayed(asked, {"ok": True, "channel": "C1", "ts": "2.0"})
