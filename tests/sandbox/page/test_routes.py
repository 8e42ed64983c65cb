"""What the page may ask, and who may not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

import bot.sandbox.page
from bot.sandbox import modals
from bot.sandbox.people.people import People
from bot.sandbox.workspace import Workspace
from tests.sandbox.api import Api, Json, actions, ask, button, modal, section, typed
from tests.sandbox.conftest import person

STATIC = Path(bot.sandbox.page.__file__).parent / "static"


async def post(api: Api, act: str, **body: object) -> httpx.Response:
    return await api.client.post(f"/_workspace/{act}", json=body)


async def parts(api: Api, user: str, **where: str) -> dict[str, str]:
    drawn = await api.client.get("/_workspace/page", params={"user": user, **where})
    answer: Json = drawn.json()
    found: dict[str, str] = answer["parts"]
    return found


async def test_a_foreign_site_may_neither_read_nor_act(api: Api) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert (await api.client.get("/_workspace/state", headers=headers)).status_code == 403
        assert (await api.client.post("/_workspace/say", json={}, headers=headers)).status_code == 403
        assert (await api.client.get("/", headers=headers)).status_code == 403


async def test_the_page_runs_its_own_script_and_asks_nobody_else(api: Api) -> None:
    front = await api.client.get("/")
    policy = front.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert re.findall(r'(?:src|href)="(https?:)?//', front.text) == []
    for name in ("app.js", "app.css"):
        text = (STATIC / name).read_text(encoding="utf-8")
        assert (await api.client.get(f"/_workspace/static/{name}")).text == text
        assert re.findall(r"https?://|url\(|@import|innerHTML|insertAdjacentHTML|outerHTML|eval\(", text) == []
    assert len((STATIC / "app.js").read_text(encoding="utf-8").splitlines()) < 600
    assert (await api.client.get("/_workspace/static/secrets")).status_code == 404


async def test_a_refusal_of_the_clients_own_is_said_in_words(api: Api, tess: str) -> None:
    devon = person(api.space, "devon")
    refused = await post(api, "say", user=devon, channel=api.channel("shop-defects"), text="x")
    assert (refused.status_code, "is not in" in refused.json()["error"]) == (409, True)
    assert (await post(api, "slash", user=tess, channel="C0NOWHERE", text="/defect")).status_code == 409
    assert (await post(api, "dance", user=tess)).status_code == 404
    assert (await api.client.post("/_workspace/say", content=b"{")).status_code == 400
    assert (await api.client.post("/_workspace/say", content=b"[]")).status_code == 400


async def test_an_app_that_is_not_there_is_said_in_words(api: Api, tess: str) -> None:
    answer = await post(api, "shortcut", user=tess, callback_id="my_queue")
    assert answer.json() == {"ok": False, "error": "No app is connected to this workspace, so nothing happened."}


async def test_a_file_that_a_browser_could_run_is_only_handed_over(api: Api, tess: str) -> None:
    page = {"file": ("evil.html", b"<script>alert(1)</script>", "text/html")}
    sent = {"user": tess, "channel": api.channel("shop-defects"), "text": "look"}
    await api.client.post("/_workspace/upload", data=sent, files=page)
    (file,) = api.space.state.files
    answer = await api.client.get(f"/_workspace/file/{file}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_unread_counts_what_others_wrote_since_one_looked(api: Api, tess: str) -> None:
    people, devon = People(api.space), person(api.space, "devon")
    people.talk.join(devon, "shop-defects")
    for text in ("one", f"<@{tess}> two"):
        people.talk.say(devon, "shop-defects", text)

    async def news() -> tuple[int, int]:
        channels = (await api.client.get("/_workspace/state", params={"user": tess})).json()["channels"]
        row = next(each for each in channels if each["name"] == "shop-defects")
        return row["unread"], row["mentions"]

    unread, mentions = await news()
    assert (unread, mentions) == (3, 1)  # two messages, and the line that says Devon joined
    last = max(api.space.state.messages[api.channel("shop-defects")], key=float)
    await post(api, "read", user=tess, channel=api.channel("shop-defects"), ts=last)
    assert await news() == (0, 0)


async def test_an_ephemeral_message_is_drawn_for_one_person_alone(api: Api, tess: str) -> None:
    channel, devon = api.channel("shop-defects"), person(api.space, "devon")
    People(api.space).talk.join(devon, channel)
    said = await api("chat.postEphemeral", channel=channel, user=tess, text="psst")
    assert "Only you see this" in (await parts(api, tess, channel=channel))["messages"]
    assert "psst" not in (await parts(api, devon, channel=channel))["messages"]
    assert (await post(api, "dismiss", user=devon, ts=said["message_ts"])).status_code == 409
    assert (await post(api, "dismiss", user=tess, ts=said["message_ts"])).status_code == 200
    assert "psst" not in (await parts(api, tess, channel=channel))["messages"]


async def test_a_private_channel_is_drawn_for_its_members_alone(api: Api, tess: str) -> None:
    People(api.space).talk.say(tess, "incident-room", "it burns")
    omar = api.space.add_person("omar", "Omar Tester")
    room = api.channel("incident-room")
    assert "it burns" in (await parts(api, tess, channel=room))["messages"]
    assert "it burns" not in (await parts(api, omar, channel=room))["messages"]


async def test_a_long_channel_is_drawn_in_pieces(api: Api, tess: str) -> None:
    for number in range(130):
        await api.said(text=f"number {number};")
    channel = api.channel("shop-defects")
    drawn = (await parts(api, tess, channel=channel))["messages"]
    assert ("Show 30 earlier messages" in drawn, "number 29;" in drawn, "number 30;" in drawn) == (True, False, True)
    assert "number 0;" in (await parts(api, tess, channel=channel, more="100"))["messages"]


async def test_pictures_of_others_are_not_fetched(api: Api, tess: str) -> None:
    image = {"type": "image", "image_url": "https://tracker.example/p.png", "alt_text": "burn-up"}
    await api.said(blocks=[image])
    drawn = (await parts(api, tess, channel=api.channel("shop-defects")))["messages"]
    assert "tracker.example" not in drawn
    assert "[picture: burn-up]" in drawn


async def test_a_required_field_that_is_empty_is_refused_before_the_app_hears_of_it(api: Api, tess: str) -> None:
    view = modal(ask(typed(), block_id="title"), actions(button()), section())
    await api("views.open", trigger_id=modals.trigger(api.space, tess), view=view)
    values = [{"block": "title", "action": "value", "type": "plain_text_input", "value": None}]
    answer = await post(api, "submit", user=tess, values=values)
    assert answer.json() == {"ok": False, "errors": {"title": "Please complete this required field."}}
    assert "Please complete this required field." in (await parts(api, tess))["modal-body"]


async def test_faults_are_planned_through_the_page(api: Api) -> None:
    await post(api, "faults", faults=[{"at": "auth.test", "kind": "error", "code": "fatal_error"}])
    assert (await api("auth.test"))["error"] == "fatal_error"


@pytest.mark.parametrize("query", ["user=U0NOBODY", "user=&channel=C0NOWHERE&thread=x&tab=moon&more=-1", ""])
async def test_the_page_is_drawn_whatever_is_asked(api: Api, query: str) -> None:
    answer = await api.client.get(f"/_workspace/page?{query}")
    assert (answer.status_code, set(json.loads(answer.text))) == (200, {"seq", "parts", "facts"})


async def test_a_page_that_waits_is_answered_at_the_next_change(quiet: Workspace, api: Api, tess: str) -> None:
    seen = quiet.feed.seq
    People(quiet).talk.say(tess, "shop-defects", "news")
    answer = await api.client.get("/_workspace/wait", params={"user": tess, "after": seen})
    assert answer.json()["seq"] == quiet.feed.seq
    restarted = await api.client.get("/_workspace/wait", params={"user": tess, "after": quiet.feed.seq + 100})
    assert restarted.json()["seq"] == quiet.feed.seq
