"""What can be planned to go wrong beside resets, refusals and repeats: mishaps, events that overtake each other."""

import pytest

from bot.sandbox.faults import FaultKind
from bot.sandbox.people.people import People
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace
from tests.sandbox.api import Api, plain, section
from tests.sandbox.test_delivery import App, app

__all__ = ["app"]


async def test_events_that_are_scattered_overtake_each_other_and_none_is_forgotten(
    quiet: Workspace,
    tess: str,
    app: App,
) -> None:
    quiet.faults.plan("message", FaultKind.SCATTER, times=20, count=3, seconds=0.2)
    for number in range(20):
        People(quiet).talk.say(tess, "shop-defects", str(number))
    await quiet.settled()
    sent = [each.payload["event"]["text"] for each in quiet.delivery.log]
    assert set(sent) == {str(number) for number in range(20)}
    assert 20 < len(sent) <= 80
    assert sent != sorted(sent, key=int)
    assert {number for number, _ in app.attempts()} == {None, "1", "2", "3"}


async def test_a_scattered_event_that_nobody_acknowledges_comes_again(
    quiet: Workspace,
    tess: str,
    app: App,
) -> None:
    app.statuses = [500, 200]
    quiet.faults.plan("message", FaultKind.SCATTER, count=0, seconds=0.01)
    People(quiet).talk.say(tess, "shop-defects", "hello")
    await quiet.settled()
    assert app.attempts() == [(None, None), ("1", "http_error")]


async def test_an_event_that_never_arrives_comes_again_as_a_retry(
    quiet: Workspace,
    tess: str,
    app: App,
) -> None:
    quiet.faults.plan("message", FaultKind.LOSE)
    People(quiet).talk.say(tess, "shop-defects", "hello")
    await quiet.settled()
    assert app.attempts() == [("1", "http_timeout")]


@pytest.mark.parametrize("name", ["slash_commands", "slash_command", "/plain"])
async def test_a_delivery_is_planned_by_its_road_its_type_or_what_it_is_about(
    quiet: Workspace,
    tess: str,
    app: App,
    name: str,
) -> None:
    quiet.faults.plan(name, FaultKind.LOSE_ACK)
    People(quiet).talk.say(tess, "shop-defects", "hello")
    await quiet.settled()
    result = await People(quiet).commands.slash(tess, "shop-defects", "/plain x")
    assert (result.ok, len(app.heard)) == (False, 2)


async def test_a_share_of_the_calls_fails(quiet: Workspace, api: Api) -> None:
    quiet.faults.plan("auth.test", FaultKind.ERROR, code="fatal_error", times=10_000, share=0.5)
    answers = [(await api("auth.test"))["ok"] for _ in range(100)]
    assert 25 < sum(answers) < 75


async def test_a_trigger_that_is_too_old_opens_nothing(quiet: Workspace, api: Api, tess: str) -> None:
    quiet.faults.plan("slash_command", FaultKind.EXPIRE)
    people = People(quiet)
    late, early = (people.commands.payload(tess, "shop-defects", "/plain", "x")["trigger_id"] for _ in range(2))
    view: Json = {"type": "modal", "title": plain("x"), "blocks": [section()]}
    assert (await api("views.open", trigger_id=late, view=view))["error"] == "expired_trigger_id"
    assert (await api("views.open", trigger_id=early, view=view))["ok"]


async def test_somebody_archives_the_channel_at_the_very_moment(quiet: Workspace, api: Api) -> None:
    shop = quiet.named("shop-defects")["id"]
    quiet.faults.plan("chat.postMessage", FaultKind.ARCHIVE, skip=1)
    answers = [await api("chat.postMessage", channel=shop, text="x") for _ in range(2)]
    assert [each.get("error") for each in answers] == [None, "is_archived"]


async def test_somebody_uninstalls_the_app_at_the_very_moment(quiet: Workspace, api: Api) -> None:
    quiet.faults.plan("auth.test", FaultKind.REVOKE)
    assert (await api("auth.test"))["error"] == "token_revoked"


async def test_somebody_deletes_the_thread_at_the_very_moment(quiet: Workspace, api: Api, tess: str) -> None:
    shop = quiet.named("shop-defects")["id"]
    root = People(quiet).talk.say(tess, shop, "the total is wrong")
    people = People(quiet)
    replies = [people.talk.say(tess, shop, text, thread_ts=root) for text in ("a", "b")]
    quiet.faults.plan("chat.postMessage", FaultKind.DELETE_PARENT)
    answer = await api("chat.postMessage", channel=shop, text="x", thread_ts=root)
    assert answer["ok"]
    assert "thread_ts" not in answer["message"]
    assert not {root, *replies} & set(quiet.state.messages[shop])


async def test_a_thread_counts_its_replies_whatever_comes_and_goes(quiet: Workspace, tess: str) -> None:
    shop, talk = quiet.named("shop-defects")["id"], People(quiet).talk
    root = talk.say(tess, shop, "the total is wrong")
    replies = [talk.say(tess, shop, str(number), thread_ts=root) for number in range(3000)]
    talk.delete(tess, shop, replies[-1])
    parent = quiet.message(shop, root)
    assert (parent["reply_count"], parent["reply_users"], parent["latest_reply"]) == (2999, [tess], replies[-2])
    assert [each["ts"] for each in quiet.thread(shop, root)] == [root, *replies[:-1]]
    for ts in replies[:-1]:
        talk.delete(tess, shop, ts)
    assert "reply_count" not in quiet.message(shop, root)
