"""Starting it, seeding it, stopping it, and finding everything again."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
import zlib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import modals
from bot.sandbox.clock import ManualClock
from bot.sandbox.errors import PortTaken, StateUnreadable
from bot.sandbox.people.people import People
from bot.sandbox.run import sandbox
from bot.sandbox.sample.picture import declined
from bot.sandbox.seed import PEOPLE, moment, seed
from bot.sandbox.workspace import Workspace
from tests.sandbox.conftest import MANIFEST, person

BERLIN = ZoneInfo("Europe/Berlin")


async def test_everything_is_found_again_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    async with sandbox(path, 0, MANIFEST) as first:
        tess = person(first.space, "tess")
        ts = People(first.space).talk.say(tess, "shop-defects", "kept", files={"a.png": b"bytes"})
        assert first.fresh
        kept = (first.bot_token, first.app_token, first.signing_secret)
    async with sandbox(path, 0, MANIFEST) as second:
        assert not second.fresh
        assert (second.bot_token, second.app_token, second.signing_secret) == kept
        assert second.page != first.page
        message = second.space.message(second.space.named("shop-defects")["id"], ts)
        assert message["text"] == "kept"
        token = {"Authorization": f"Bearer {second.bot_token}"}
        address = message["files"][0]["url_private"]
        async with aiohttp.ClientSession() as session, session.get(address, headers=token) as answer:
            assert await answer.read() == b"bytes"


async def test_fresh_forgets_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    async with sandbox(path, 0, MANIFEST) as first:
        People(first.space).talk.say(person(first.space, "tess"), "shop-defects", "forgotten")
    async with sandbox(path, 0, MANIFEST, fresh=True) as second:
        assert (second.fresh, second.bot_token != first.bot_token) == (True, True)
        said = second.space.state.messages[second.space.named("shop-defects")["id"]]
        assert "forgotten" not in [each["text"] for each in said.values()]


async def test_a_port_that_is_taken_is_said_clearly(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is taken by another program"):
            async with sandbox(None, port, MANIFEST):
                pass


async def test_it_listens_on_this_machine_alone() -> None:
    async with sandbox(None, 0, MANIFEST) as running:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", running.page)
        assert running.api_url == f"{running.page}api/"


def test_a_state_that_is_broken_is_said_clearly(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    path.write_text("{half", encoding="utf-8")
    with pytest.raises(StateUnreadable, match=r"Start once with --fresh"):
        Workspace(MANIFEST, path=path)


async def test_only_the_owner_may_read_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    async with sandbox(path, 0, MANIFEST):
        pass
    assert path.stat().st_mode & 0o777 == 0o600


async def test_forms_that_were_open_are_gone_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    space = Workspace(MANIFEST, path=path)
    tess = space.add_person("tess", "Tess")
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
    modals.open_root(space, tess, view)
    home = {"type": "home", "blocks": []}
    modals.publish_home(space, tess, home, None)
    await space.close()
    again = Workspace(MANIFEST, path=path)
    assert (again.state.modals, [each["type"] for each in again.state.views.values()]) == ({}, ["home"])


async def test_one_line_of_json_is_all_that_an_app_needs(tmp_path: Path) -> None:
    code = (
        "import asyncio; from bot.sandbox.run import run; "
        f"asyncio.run(run(__import__('pathlib').Path({str(tmp_path / 'w.json')!r}), 0, None, as_json=True))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    line = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    process.terminate()
    await process.wait()
    assert list(line) == ["page", "api_url", "bot_token", "app_token", "signing_secret"]


# --- the sample


def test_the_sample_has_its_people_channels_and_a_dozen_messages() -> None:
    space = Workspace(MANIFEST)
    seed(space)
    names = [each["name"] for each in space.state.users.values() if not each["is_bot"]]
    assert names == [handle for handle, _, _ in PEOPLE]
    public = [each["name"] for each in space.state.channels.values() if each["is_channel"]]
    assert public == ["general", "shop-defects", "shop-checkout"]
    room = space.named("incident-room")
    assert (room["is_private"], space.is_member(room["id"], space.bot_user_id)) == (True, False)
    messages = [each for channel in space.state.messages.values() for each in channel.values()]
    assert len(messages) >= 15
    assert max(float(each["ts"]) for each in messages) < space.clock.now()
    assert [each["name"] for each in space.state.files.values()] == ["checkout-declined.png"]
    assert any("Traceback" in each["text"] for each in messages)


async def test_the_app_is_told_nothing_of_what_was_said_before_it_came() -> None:
    space = Workspace(MANIFEST)
    seed(space)
    await space.settled()
    assert space.delivery.log == []


@given(st.integers(1_735_689_600, 1_861_919_999), st.integers(0, 9))  # 2025 to 2028
def test_the_sample_was_written_on_working_days_that_are_over(seconds: int, back: int) -> None:
    now = datetime.fromtimestamp(seconds, BERLIN)
    written = datetime.fromtimestamp(moment(now, back, "15:40"), BERLIN)
    assert written < now
    assert written.weekday() < 5
    assert (written.hour, written.minute) == (15, 40)
    assert back == 0 or moment(now, back, "15:40") < moment(now, back - 1, "09:05")


def test_the_picture_is_a_picture() -> None:
    png = declined()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    data = png[png.index(b"IDAT") + 4 : png.index(b"IEND") - 8]
    assert len(zlib.decompress(data)) == 250 * (1 + 420 * 3)


def test_everybody_has_read_the_sample() -> None:
    space = Workspace(MANIFEST, clock=ManualClock())
    seed(space)
    tess = person(space, "tess")
    for channel_id, messages in space.state.messages.items():
        if messages and space.is_member(channel_id, tess):
            assert space.state.seen[tess][channel_id] == max(messages, key=float)
