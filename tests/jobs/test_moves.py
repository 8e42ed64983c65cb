"""A thread whose first message was deleted: nothing of ours is left at the channel's root, and the order is kept."""

from bot.jobs.pauses import PAUSE
from bot.sandbox.faults import FaultKind
from bot.services.delivery import State
from bot.services.outgoing import Body, Outgoing, Sort
from tests.jobs.post import Post


def forsaken(post: Post) -> str:
    """A message that is gone, as the thread of something that is still to be said."""
    source = post.report()
    post.persons.talk.delete(post.tess, post.shop, source)
    return source


def everything(post: Post, channel: str) -> list[str]:
    return [str(m["ts"]) for m in post.space.state.messages[channel].values() if m.get("bot_id")]


async def test_a_file_whose_thread_is_gone_is_not_left_at_the_root(post: Post) -> None:
    body: Body = {"channel": post.shop, "thread_ts": forsaken(post), "text": "all of it"}
    post.store.put(Outgoing(Sort.WHOLE_TEXT, "t", body, bulk=True))
    await post.empty()
    assert post.store.states() == [State.SENT, State.NEEDLESS]
    assert everything(post, post.shop) == []
    assert post.delivery.counters["outbox_strays_total"] == 1


async def test_a_file_stands_in_the_thread_that_it_was_meant_for(post: Post) -> None:
    source = post.report()
    body: Body = {"channel": post.shop, "thread_ts": source, "text": "all of it"}
    post.store.put(Outgoing(Sort.WHOLE_TEXT, "t", body, bulk=True))
    await post.empty()
    assert post.store.states() == [State.SENT, State.SENT]
    assert len(post.space.thread(post.shop, source)) == 2


async def test_all_that_somebody_wrote_follows_a_line_of_which_nobody_knows_whether_it_arrived(post: Post) -> None:
    post.without("channels:history", "groups:history")
    defect = post.defect(thread_ts=post.report())
    post.space.faults.plan("chat.postMessage", FaultKind.RESET_AFTER, skip=1)
    post.card(defect)
    post.line(defect, "still wrong " * 500)
    await post.empty()
    assert post.store.states() == [State.SENT, State.LOST, State.SENT, State.SENT]
    assert len(post.calls("files.completeUploadExternal")) == 1


async def test_a_card_that_moves_keeps_the_lane_in_which_the_rest_still_waits(post: Post) -> None:
    source = forsaken(post)
    defect = post.defect(thread_ts=source)
    post.card(defect)
    await post.empty()
    assert post.anchor(defect).channel == post.home
    assert post.anchor(defect).lane == f"thread:{post.shop}:{source}"


async def test_a_worker_that_died_behind_a_move_says_its_line_once(post: Post) -> None:
    defect = post.defect(thread_ts=forsaken(post))
    row = post.line(defect)
    await post.empty()
    # As the store keeps it when the process ended between Slack's answer and the commit.
    row.state, row.lease_until = None, post.office.clock.now()
    await post.empty()
    assert len(post.said(post.home, post.anchor(defect).ts)) == 1
    assert len(everything(post, post.home)) == 2
    assert everything(post, post.shop) == []


async def test_whoever_tries_a_closed_road_again_goes_all_the_way(post: Post) -> None:
    """The first of their calls finds the card gone, the second one posts it anew."""
    defect = post.defect()
    post.card(defect)
    await post.empty()
    for code in ("is_archived", "token_revoked"):
        post.space.faults.plan("chat.update", FaultKind.ERROR, code=code)
        kept = post.card(defect)
        await post.empty()
        assert kept.state is State.DEAD
        post.clock.advance(PAUSE.total_seconds())
        post.space.state.messages[post.shop].clear()
        trying = post.card(defect)
        await post.empty()
        assert (kept.state, trying.state) == (State.SENT, State.SENT)
        assert len(post.said(post.shop)) == 1
