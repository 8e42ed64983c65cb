"""What goes wrong on the way to Slack: nothing is lost, nothing is said twice, nothing is tried for ever."""

import pytest

from bot.domain.events import Scalar
from bot.jobs.pauses import PAUSE
from bot.jobs.retry import OWN_FAILURES
from bot.sandbox.faults import FaultKind
from bot.services.delivery import State
from bot.services.outgoing import Body, Outgoing, Sort
from tests.jobs.post import Post

TITLE = "SHOP-42  Card declined twice on retry"
LINE = "Devon reopened this: still wrong. It has no owner."


@pytest.mark.parametrize("fault", [FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER])
@pytest.mark.parametrize("skip", range(2))
async def test_an_answer_that_is_lost_loses_no_message_and_doubles_none(
    post: Post, fault: FaultKind, skip: int
) -> None:
    source = post.report()
    defect = post.defect(thread_ts=source)
    post.space.faults.plan("chat.postMessage", fault, skip=skip)
    post.card(defect)
    post.line(defect)
    await post.empty()
    assert post.said(post.shop, source) == [TITLE, LINE]
    assert post.said(post.shop) == []
    assert post.anchor(defect).ts == post.space.thread(post.shop, source)[1]["ts"]
    assert post.store.states() == [State.SENT] * 2
    assert len(post.space.faults.happened) == 1


@pytest.mark.parametrize("method", ["chat.update", "reactions.add", "views.publish"])
async def test_what_may_be_repeated_is_repeated(post: Post, method: str) -> None:
    ts = post.report()
    defect = post.defect()
    post.card(defect)
    await post.empty()
    post.space.faults.plan(method, FaultKind.RESET_AFTER)
    post.card(defect)
    body: Body = {"channel": post.shop, "ts": ts, "name": "memo", "remove": False}
    post.store.put(Outgoing(Sort.REACTION, "r", body))
    post.store.put(Outgoing(Sort.HOME, "h", {"user": post.tess}))
    await post.empty()
    assert post.store.states() == [State.SENT] * 4
    assert len(post.calls(method)) == 2


async def test_a_lost_answer_before_anything_was_said_leaves_no_doubt(post: Post) -> None:
    """Direct messages cannot be looked up; the call that opens the conversation may simply be repeated."""
    post.space.faults.plan("conversations.open", FaultKind.RESET_AFTER)
    now = post.office.clock.now()
    facts: dict[str, Scalar] = {"release": "2.4", "due": now, "next": now}
    post.store.put(Outgoing(Sort.DIRECT, "d", {"user": post.tess, "template": "digest_skipped", "facts": facts}))
    await post.empty()
    assert post.store.states() == [State.SENT]
    assert len(post.said(post.space.direct_channel(post.tess))) == 1


async def test_where_history_cannot_be_read_a_post_whose_answer_was_lost_is_not_repeated_but_counted(
    post: Post,
) -> None:
    post.without("channels:history", "groups:history")
    defect = post.defect()
    post.space.faults.plan("chat.postMessage", FaultKind.RESET_AFTER)
    post.card(defect)
    await post.empty()
    assert post.said(post.shop) == [TITLE]
    assert post.store.states() == [State.LOST]
    assert post.delivery.counters["outbox_ambiguous_total"] == 1


async def test_a_worker_that_died_in_mid_call_leaves_a_row_that_is_looked_up_first(post: Post) -> None:
    defect = post.defect()
    row = post.card(defect)
    await post.empty()
    posted = post.anchor(defect).ts
    # As the store keeps it when the process ended between Slack's answer and the commit.
    row.state, row.lease_until = None, post.office.clock.now()
    shown = post.store.views[defect.id]
    post.store.views[defect.id] = type(shown)(**{**{n: getattr(shown, n) for n in shown.__slots__}, "anchor": None})
    post.defect()
    await post.empty()
    assert post.said(post.shop) == [TITLE]
    assert post.anchor(defect).ts == posted


async def test_a_rate_limit_parks_its_own_channel_and_no_other(post: Post) -> None:
    limited, free = post.defect(1), post.defect(2, channel=post.home)
    post.space.faults.plan("chat.postMessage", FaultKind.RATE_LIMIT, seconds=30)
    first = post.card(limited)
    await post.delivery.flush()
    others = [post.card(post.defect(3)), post.card(free)]
    await post.delivery.flush()
    assert (first.state, others[0].state, others[1].state) == (None, None, State.SENT)
    assert post.said(post.shop) == []
    assert first.due_at == others[0].due_at
    assert len(post.calls("chat.postMessage")) == 1
    await post.empty()
    assert len(post.said(post.shop)) == 2
    assert post.delivery.counters["outbox_rate_limited_total"] == 1


async def test_a_server_error_is_tried_again_later_and_later(post: Post) -> None:
    post.space.faults.plan("chat.update", FaultKind.SERVER_ERROR, times=4)
    defect = post.defect()
    post.card(defect)
    await post.empty()
    began = post.clock.now()
    post.card(defect)
    await post.empty()
    assert post.store.states() == [State.SENT] * 2
    assert 7 <= post.clock.now() - began <= 20


async def test_when_the_parent_was_deleted_the_stray_goes_and_the_card_moves_home(post: Post) -> None:
    source = post.report()
    defect = post.defect(thread_ts=source)
    post.card(defect)
    await post.empty()
    post.persons.talk.delete(post.tess, post.shop, source)
    for message in post.space.thread(post.shop, source):
        del post.space.state.messages[post.shop][message["ts"]]
    post.line(defect)
    post.line(defect, "again")
    await post.empty()
    assert post.said(post.shop) == []
    assert post.said(post.home) == [TITLE]
    assert post.said(post.home, post.anchor(defect).ts) == [LINE, LINE.replace("still wrong", "again")]
    assert post.anchor(defect).channel == post.home
    assert post.delivery.counters["outbox_strays_total"] == 1
    assert post.store.states() == [State.SENT] * 3


async def test_a_card_whose_thread_is_gone_before_it_was_posted_becomes_a_root_message_at_home(post: Post) -> None:
    source = post.report()
    defect = post.defect(thread_ts=source)
    post.persons.talk.delete(post.tess, post.shop, source)
    post.card(defect)
    await post.empty()
    assert post.said(post.shop) == []
    assert post.said(post.home) == [TITLE]
    assert (post.anchor(defect).channel, post.anchor(defect).thread_ts) == (post.home, None)


@pytest.mark.parametrize("lost", ["chat.postMessage", "chat.delete"])
async def test_a_stray_whose_removal_failed_is_found_again_and_removed(post: Post, lost: str) -> None:
    source = post.report()
    defect = post.defect(thread_ts=source)
    post.persons.talk.delete(post.tess, post.shop, source)
    post.space.faults.plan(lost, FaultKind.RESET_AFTER if lost == "chat.postMessage" else FaultKind.RESET_BEFORE)
    post.card(defect)
    await post.empty()
    assert post.said(post.shop) == []
    assert post.said(post.home) == [TITLE]
    assert post.store.states() == [State.SENT]


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_card_that_cannot_be_changed_is_posted_anew_and_found_there(post: Post, code: str) -> None:
    source = post.report()
    defect = post.defect(thread_ts=source)
    post.card(defect)
    await post.empty()
    first = post.anchor(defect).ts
    post.space.faults.plan("chat.update", FaultKind.ERROR, code=code)
    post.card(defect)
    await post.empty()
    assert post.anchor(defect).ts != first
    assert len(post.said(post.shop, source)) == 2
    post.card(defect)
    await post.empty()
    assert post.calls("chat.update")[-1]["ts"] == post.anchor(defect).ts


CLOSED = [
    "is_archived",
    "channel_not_found",
    "channel_is_archived",
    "restricted_action",
    "restricted_action_read_only_channel",
    "message_limit_exceeded",
]


@pytest.mark.parametrize("code", CLOSED)
async def test_a_closed_channel_pauses_after_one_call_and_one_person_hears_the_remedy(post: Post, code: str) -> None:
    post.space.faults.plan("chat.postMessage", FaultKind.ERROR, code=code)
    rows = [post.card(post.defect(1))]
    await post.empty()
    rows += [post.card(post.defect(number)) for number in range(2, 51)]
    await post.empty()
    assert {row.state for row in rows} == {State.DEAD}
    assert {row.reason for row in rows} == {f"{code} in {post.shop}"}
    direct = post.space.direct_channel(post.tess)
    assert [call["channel"] for call in post.calls("chat.postMessage")] == [direct]
    assert f"`{code}`" in post.said(direct)[0]
    assert post.delivery.counters["outbox_dead_total"] == 50


async def test_what_died_on_a_closed_road_is_sent_when_it_opens(post: Post) -> None:
    post.space.named(post.shop)["is_archived"] = True
    rows = [post.card(post.defect(number)) for number in range(3)]
    await post.empty()
    assert {row.state for row in rows} == {State.DEAD}
    post.space.named(post.shop)["is_archived"] = False
    assert await post.delivery.resume(post.store.team_id, post.shop) == 3
    await post.empty()
    assert len(post.said(post.shop)) == 3
    assert await post.delivery.resume(post.store.team_id, post.shop) == 0


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_dead_token_silences_the_workspace_and_tries_nothing_more(post: Post, code: str) -> None:
    post.space.faults.plan("*", FaultKind.ERROR, code=code, times=999, skip=1)
    post.card(post.defect(1))
    await post.empty()
    before = len(post.space.faults.happened)
    for number in range(2, 12):
        post.card(post.defect(number, channel=post.home))
    await post.empty()
    assert set(post.store.states()) == {State.DEAD}
    # A name may be asked for while a card is drawn; nothing is sent.
    assert {at for at, _ in post.space.faults.happened[before:]} <= {"users.info"}


async def test_a_public_channel_that_we_are_not_in_is_entered_and_written_to(post: Post) -> None:
    outside = post.space.add_channel("general", [post.tess], bot=False)
    defect = post.defect(channel=outside)
    post.card(defect)
    await post.empty()
    assert post.said(outside)[-1] == TITLE
    assert post.store.states() == [State.SENT]


async def test_content_that_slack_will_not_draw_is_sent_as_its_words(post: Post) -> None:
    post.space.faults.plan("chat.postMessage", FaultKind.ERROR, code="invalid_blocks")
    defect = post.defect()
    post.card(defect)
    await post.empty()
    (card,) = post.space.state.messages[post.shop].values()
    assert card["text"].startswith(TITLE)
    assert not card.get("blocks")


async def test_an_answer_for_one_person_is_given_at_most_once(post: Post) -> None:
    post.defect()
    post.space.faults.plan("chat.postEphemeral", FaultKind.RESET_AFTER)
    row = post.whisper()
    await post.empty()
    assert len(post.space.state.ephemerals) == 1
    assert row.state is State.LOST


async def test_an_answer_that_was_surely_not_given_is_tried_again_for_a_minute(post: Post) -> None:
    post.defect()
    post.space.faults.plan("chat.postEphemeral", FaultKind.RATE_LIMIT, seconds=30)
    row = post.whisper()
    await post.empty()
    assert (row.state, len(post.space.state.ephemerals)) == (State.SENT, 1)
    post.space.faults.plan("chat.postEphemeral", FaultKind.RATE_LIMIT, seconds=90)
    late = post.whisper()
    await post.empty()
    assert (late.state, len(post.space.state.ephemerals)) == (State.EXPIRED, 1)


async def test_a_response_url_is_used_at_most_once(post: Post) -> None:
    post.defect()
    facts: dict[str, Scalar] = {"key": "SHOP-42", "kind": "defect_closed"}
    body: Body = {"url": f"{post.space.base_url}/response/unknown", "template": "receipt", "facts": facts}
    row = post.store.put(Outgoing(Sort.RESPOND, "x", body))
    await post.empty()
    assert row.state is State.DEAD
    doubtful = post.store.put(Outgoing(Sort.RESPOND, "x", body))
    doubtful.lease_until = post.office.clock.now()
    await post.empty()
    assert doubtful.state is State.LOST


async def test_a_mistake_of_our_own_ends_after_a_few_tries_and_holds_up_only_its_lane(post: Post) -> None:
    bad = post.store.put(Outgoing(Sort.NOTICE, "n", {"channel": post.shop, "template": "no_such", "facts": {}}))
    behind = post.store.put(Outgoing(Sort.HOME, "n", {"user": post.tess}))
    good = post.card(post.defect())
    await post.delivery.flush()
    assert (bad.state, behind.state, good.state) == (None, None, State.SENT)
    await post.empty()
    assert (bad.state, behind.state) == (State.DEAD, State.SENT)
    assert post.delivery.counters["outbox_failures_total"] == OWN_FAILURES


async def test_what_speaks_of_an_erased_defect_is_needless(post: Post) -> None:
    row = post.store.put(Outgoing(Sort.CARD, "x", {"defect_id": "gone"}))
    await post.empty()
    assert row.state is State.NEEDLESS


async def test_where_it_is_not_installed_any_more_nothing_is_called(post: Post) -> None:
    post.office.tokens.known.clear()  # type: ignore[attr-defined]
    row = post.card(post.defect())
    await post.empty()
    assert (row.state, row.reason) == (State.DEAD, "not installed there")
    assert post.space.calls == []


async def test_slack_down_for_long_loses_nothing_and_is_caught_up_with_in_minutes(post: Post) -> None:
    outage = post.space.faults.plan("*", FaultKind.SERVER_ERROR, times=100_000)
    defects = [post.defect(number) for number in range(12)]
    for defect in defects:
        post.card(defect)
    down_until = post.clock.now() + 600
    while post.clock.now() < down_until:
        await post.delivery.flush()
        due = await post.store.next_due()
        assert due is not None
        post.clock.move_to(due.timestamp() + 0.001)
        for defect in defects:
            post.card(defect)
    outage.times = 0
    back = post.clock.now()
    await post.empty()
    assert post.clock.now() - back < 600
    assert len(post.said(post.shop)) == 12
    assert set(post.store.states()) == {State.SENT, State.FOLDED}


async def test_a_storm_of_refusals_shows_every_line_once_and_in_order(post: Post) -> None:
    """Half of the posts are limited, some resets, some server errors."""
    defects = [post.defect(number, thread_ts=post.report()) for number in range(20)]
    for kind, every, seconds in (
        (FaultKind.RATE_LIMIT, 2, 1),
        (FaultKind.RESET_AFTER, 20, 0),
        (FaultKind.SERVER_ERROR, 50, 0),
    ):
        for place in range(0, 240, every):
            post.space.faults.plan("chat.postMessage", kind, skip=place % 7, seconds=float(seconds))
    for place in range(10):
        for defect in defects:
            post.line(defect, f"note {place}")
    await post.empty()
    for defect in defects:
        notes = [text.split(": ")[1].split(".")[0] for text in post.said(post.shop, post.anchor(defect).root_ts)]
        assert notes == [f"note {place}" for place in range(10)]
    assert post.said(post.shop) == []
    assert set(post.store.states()) == {State.SENT}


async def test_what_one_replica_found_closed_no_other_tries_and_nobody_hears_of_it_twice(post: Post) -> None:
    post.space.faults.plan("chat.postMessage", FaultKind.ERROR, code="is_archived")
    rows = [post.card(post.defect(1))]
    await post.empty()
    post.delivery = post.replica()
    rows += [post.card(post.defect(number)) for number in range(2, 12)]
    await post.empty()
    assert {row.state for row in rows} == {State.DEAD}
    direct = post.space.direct_channel(post.tess)
    assert [call["channel"] for call in post.calls("chat.postMessage")] == [direct]


async def test_after_hours_one_row_tries_a_closed_road_again_and_opens_it_for_all_that_was_kept(post: Post) -> None:
    post.space.named(post.shop)["is_archived"] = True
    rows = [post.card(post.defect(0))]
    await post.empty()
    rows += [post.card(post.defect(number)) for number in range(1, 5)]
    await post.empty()
    post.clock.advance(PAUSE.total_seconds())
    rows += [post.card(post.defect(number)) for number in range(5, 10)]
    await post.empty()
    tries = [call for call in post.calls("chat.postMessage") if call["channel"] == post.shop]
    assert [call["_error"] for call in tries] == ["is_archived"] * 2
    post.space.named(post.shop)["is_archived"] = False
    post.clock.advance(PAUSE.total_seconds())
    rows.append(post.card(post.defect(10)))
    await post.empty()
    assert {row.state for row in rows} == {State.SENT}
    assert len(post.said(post.shop)) == 11
    assert len(post.said(post.space.direct_channel(post.tess))) == 1


async def test_a_right_that_we_were_not_given_closes_one_method_and_is_asked_for_once(post: Post) -> None:
    post.without("reactions:write")
    ts, defect = post.report(), post.defect()
    reactions = [
        post.store.put(
            Outgoing(Sort.REACTION, f"r{number}", {"channel": post.shop, "ts": ts, "name": "memo", "remove": False})
        )
        for number in range(20)
    ]
    reactions[0].claimed.body["facts"] = {"actor": post.devon}  # type: ignore[index]
    await post.delivery.flush()
    card = post.card(defect)
    await post.empty()
    assert ({row.state for row in reactions}, card.state) == ({State.DEAD}, State.SENT)
    (told,) = post.said(post.space.direct_channel(post.devon))
    assert "`reactions.add` (`missing_scope`, needed: reactions:write)" in told
    post.with_all_scopes()
    assert await post.delivery.resume(post.store.team_id) == 20
    await post.empty()
    assert {row.state for row in reactions} == {State.SENT}
