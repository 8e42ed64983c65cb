"""What goes well: posted, kept up to date, folded, in order, in time."""

import asyncio

from bot.domain.events import Scalar
from bot.domain.values import Severity
from bot.jobs.senders import SENDERS
from bot.services.delivery import State
from bot.services.outgoing import Body, Outgoing, Sort
from bot.slack.lookup import EVENT_TYPE
from tests.domain.defects import later
from tests.jobs.post import Post, until

TITLE = "SHOP-42  Card declined twice on retry"
LINE = "Devon reopened this: still wrong. It has no owner."


async def test_a_card_is_posted_into_its_messages_thread_and_its_place_is_stored(post: Post) -> None:
    source = post.report()
    defect = post.defect(thread_ts=source)
    row = post.card(defect)
    await post.empty()
    assert post.said(post.shop, source) == [TITLE]
    (card,) = post.space.thread(post.shop, source)[1:]
    assert post.anchor(defect).ts == card["ts"]
    assert post.anchor(defect).root_ts == source
    assert card["metadata"] == {"event_type": EVENT_TYPE, "event_payload": {"outbox_id": f"{row.claimed.id}.card"}}
    assert row.state is State.SENT


async def test_names_are_display_names_and_each_person_is_looked_up_once(post: Post) -> None:
    defect = post.defect()
    post.card(defect)
    post.line(defect)
    await post.empty()
    (card,) = (m for m in post.space.state.messages[post.shop].values() if m["text"].startswith("SHOP-42"))
    assert "filed by Tess" in str(card["blocks"])
    assert "<@" not in str(card)
    assert len(post.calls("users.info")) == 2


async def test_a_card_that_stands_is_changed_in_place(post: Post) -> None:
    defect = post.defect()
    post.card(defect)
    await post.empty()
    defect.edit(later(1), {"severity": Severity.S1})
    post.card(defect)
    await post.empty()
    (card,) = post.space.state.messages[post.shop].values()
    assert "🔴 S1" in card["text"]
    assert [len(post.calls(method)) for method in ("chat.postMessage", "chat.update")] == [1, 1]


async def test_waiting_changes_of_one_card_fold_into_one_call(post: Post) -> None:
    defect = post.defect()
    rows = [post.card(defect) for _ in range(5)]
    post.line(defect)
    await post.empty()
    assert [row.state for row in rows] == [State.SENT, *[State.FOLDED] * 4]
    assert len(post.calls("chat.postMessage")) == 2
    assert post.calls("chat.update") == []


async def test_a_line_waits_for_its_card_even_when_nobody_ordered_one(post: Post) -> None:
    defect = post.defect()
    post.line(defect)
    await post.empty()
    assert post.said(post.shop) == [TITLE]
    assert post.said(post.shop, post.anchor(defect).ts) == [LINE]


async def test_the_lines_of_one_thread_leave_in_the_order_they_were_written_and_threads_side_by_side(
    post: Post,
) -> None:
    defects = [post.defect(number) for number in range(10)]
    for place in range(4):
        for defect in defects:
            post.line(defect, f"note {place}")
    await post.empty()
    for defect in defects:
        notes = [text.split(": ")[1] for text in post.said(post.shop, post.anchor(defect).ts)]
        assert notes == [f"note {place}. It has no owner." for place in range(4)]


async def test_a_card_without_a_home_goes_to_the_reporters_direct_message(post: Post) -> None:
    defect = post.defect(channel="")
    post.card(defect)
    await post.empty()
    direct = post.space.direct_channel(post.tess)
    assert post.said(direct) == [TITLE]
    assert post.anchor(defect).channel == direct


async def test_the_three_moments_come_and_go(post: Post) -> None:
    ts = post.report()
    for name, remove in (("memo", False), ("wrench", False), ("wrench", True), ("memo", False)):
        body: Body = {"channel": post.shop, "ts": ts, "name": name, "remove": remove}
        post.store.put(Outgoing(Sort.REACTION, "r", body))
    await post.empty()
    assert [each["name"] for each in post.space.message(post.shop, ts)["reactions"]] == ["memo"]
    assert post.store.states() == [State.SENT] * 4


async def test_an_act_typed_in_the_thread_is_receipted_to_its_author_alone(post: Post) -> None:
    source = post.report()
    post.defect(thread_ts=source)
    post.whisper(source)
    await post.empty()
    (whisper,) = post.space.state.ephemerals.values()
    assert whisper["text"] == "SHOP-42 is yours now."
    assert (whisper["_user"], whisper["thread_ts"]) == (post.tess, source)
    assert whisper["blocks"][1]["elements"][0]["value"] == "undo:SHOP-42@0"


async def test_home_notices_and_direct_messages(post: Post) -> None:
    post.defect()
    facts: dict[str, Scalar] = {"release": "2.4", "verdict": "READY", "closed": 3, "still_open": 0, "actor": post.devon}
    notice: Body = {"channel": post.shop, "template": "release_shipped", "facts": facts}
    paused: Body = {
        "user": post.tess,
        "template": "route_paused",
        "facts": {"channel": post.shop, "method": None, "code": "is_archived", "key": None},
    }
    post.store.put(Outgoing(Sort.NOTICE, "n", notice))
    post.store.put(Outgoing(Sort.DIRECT, "d", paused))
    post.store.put(Outgoing(Sort.HOME, "h", {"user": post.tess}))
    await post.empty()
    assert post.said(post.shop) == ["Devon shipped release 2.4: 3 defects closed, none left open."]
    assert len(post.said(post.space.direct_channel(post.tess))) == 1
    (home,) = post.calls("views.publish")
    assert home["_ok"]


async def test_every_sort_of_row_but_the_digests_has_a_sender() -> None:
    assert set(Sort) - set(SENDERS) == {Sort.FAILURES, Sort.DIGEST, Sort.DIGEST_DETAIL, Sort.PICTURE}


async def test_a_running_delivery_sleeps_until_it_is_nudged_and_ends_when_told(post: Post) -> None:
    running = asyncio.create_task(post.delivery.run())
    defect = post.defect()
    post.card(defect)
    post.delivery.nudge()
    await until(lambda: post.store.states() == [State.SENT])
    post.line(defect)
    post.delivery.nudge()
    await until(lambda: post.store.states() == [State.SENT] * 2)
    post.delivery.stop()
    await asyncio.wait_for(running, 30)
    assert post.delivery.counters["outbox_sent_total"] == 2


async def test_interactive_rows_are_not_kept_waiting_by_bulk(post: Post) -> None:
    busy = [post.defect(number) for number in range(20)]
    for defect in busy:
        post.line(defect, "from an import", bulk=True)
    person = post.defect(99)
    post.line(person, "from a person")
    await post.delivery.flush()
    assert len(post.said(post.shop, post.anchor(person).root_ts)) == 1
    assert len(post.store.waiting()) > 0
    await post.empty()
    assert post.store.waiting() == []


async def test_posting_into_one_channel_keeps_slacks_pace_of_about_one_a_second(post: Post) -> None:
    for number in range(30):
        post.card(post.defect(number))
    await post.delivery.flush()
    assert len(post.said(post.shop)) in range(8, 11)
    began = post.clock.now()
    await post.empty()
    assert len(post.said(post.shop)) == 30
    assert 20 <= post.clock.now() - began <= 25


async def test_a_card_whose_turn_comes_later_is_not_drawn_before(post: Post) -> None:
    defects = [post.defect(number) for number in range(12)]
    for defect in defects:
        post.card(defect)
    await post.delivery.flush()
    shown = [defect.id for defect in defects if post.anchor(defect).ts is not None]
    assert 0 < len(shown) < len(defects)
    assert sorted(post.store.compared) == sorted(shown)
    await post.empty()
    assert sorted(post.store.compared) == sorted(defect.id for defect in defects)
    assert len(post.calls("chat.postMessage")) == len(defects)
