"""What people and CI do on a day, one line each, played through the payloads that Slack and CI would send.

`tess: /defect new …` is a command; `devon on DEF-3: fixed in rc2` a reply in its thread; the rest is in ACTS.
"""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

import httpx

from bot.ingest.secrets import Source
from tests.ingest.conftest import Ci
from tests.scenarios.conftest import INGEST_TOKEN
from tests.scenarios.reading import labels, words
from tests.scenarios.town import HOME, Town

# A command line of its own would date what it does by the clock of this machine.
COMMAND_LINE = """\
import json, sys
from freezegun import freeze_time
at, lines = json.loads(sys.stdin.read())
with freeze_time(at, tick=True):
    from bot.cli import app
    for line in lines:
        if code := app(line, standalone_mode=False):
            sys.exit(code)
"""
RELEASE = "2.4"


@dataclass
class Stage:
    """Where the acts are played. `reports`: by the name of the test run; `files` are at hand in `folder`."""

    town: Town
    url: str
    folder: Path
    reports: dict[str, bytes]

    async def play(self, line: str) -> None:
        """AssertionError when nothing of it comes into the record."""
        before = await self._head()
        act, found = next((act, found) for pattern, act in ACTS.items() if (found := re.fullmatch(pattern, line)))
        answer = await act(self, **{name: value or "" for name, value in found.groupdict().items()})
        await self.town.space.settled()
        assert await self._head() > before, f"{line}\n{answer}"

    async def _head(self) -> int:
        return (await self.town.bot.units.ask(self.town.space.team_id, lambda questions: questions.head()))[0]

    def person(self, name: str) -> str:
        return str(getattr(self.town, name))


async def types(stage: Stage, who: str, text: str) -> str:
    return words(await stage.town.types(stage.person(who), text))


async def replies(stage: Stage, who: str, key: str, text: str) -> str:
    card = await stage.town.card(key)
    stage.town.says(stage.person(who), text, thread=card.get("thread_ts") or card["ts"])
    return text


async def presses(stage: Stage, who: str, label: str, key: str, filled: str) -> str:
    """On the card; `filled` is for the form that opens."""
    await stage.town.quiet()
    await stage.town.presses(stage.person(who), await stage.town.card(key), label)
    if filled:
        await stage.town.form(stage.person(who))
        await stage.town.submits(stage.person(who), **_fields(filled))
    return await _answered(stage, stage.person(who), "")


async def files_from(stage: Stage, who: str, text: str, filled: str) -> str:
    """Somebody complains in the channel; `who` files it with the shortcut of that message."""
    root = stage.town.says(stage.town.omar, text)
    return await stage.town.files_from_message(stage.person(who), root, **_fields(filled))


async def files_kind(stage: Stage, who: str, kind: str, filled: str) -> str:
    """With the button beside that kind of failure, in the thread of the newest test run."""
    await stage.town.quiet()
    sections = ((m, block) for m in _everything(stage) for block in m.get("blocks", ()))
    message, section = [(m, b) for m, b in sections if kind in words(b) and "File as one defect…" in words(b)][-1]
    await stage.town.presses(stage.person(who), {**message, "blocks": [section]}, "File as one defect…")
    await stage.town.form(stage.person(who), "File a defect")
    await stage.town.submits(stage.person(who), **_fields(filled))
    return await _answered(stage, stage.person(who), "Filed as ")


async def signs(stage: Stage, who: str, label: str) -> str:
    """With the button of the newest digest."""
    await stage.town.quiet()
    digest = [m for m in stage.town.messages() if label in labels(m)][-1]
    await stage.town.presses(stage.person(who), digest, label)
    return await _answered(stage, stage.person(who), "")


async def builds(stage: Stage, build: str, said: str) -> str:
    """CI tells of a build with one commit for each of the lines."""
    commits = [{"sha": sha1(f"{build} {line}".encode()).hexdigest(), "message": line} for line in said.split("; ")]
    body = {"release": build.partition(".0-")[0], "build": build, "commits": commits}
    return await _posts(stage, "build", json.dumps(body).encode(), "")


async def tests(stage: Stage, build: str, run: str) -> str:
    return await _posts(stage, "junit", stage.reports[run], f"&release={RELEASE}&build={build}&name={run}")


async def imports(stage: Stage, lines: str) -> str:
    """On the command line, beside the serving process."""
    said = json.dumps([stage.town.clock.now().isoformat(), [line.split() for line in lines.split("; ")]])
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", COMMAND_LINE),
        cwd=stage.folder,
        env={"PYTHONPATH": ":".join(sys.path), "COUNTERSIGN_DATABASE_URL": stage.url, "PATH": "/usr/bin:/bin"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asyncio.wait_for(child.communicate(said.encode()), 60)
    assert child.returncode == 0, told.decode()
    return told.decode()


async def sets_up(stage: Stage, who: str) -> str:
    town, person = stage.town, stage.person(who)
    await town.types(person, "/defect setup")
    await town.form(person, "Set up this channel")
    roles = {"testers": [town.tess, town.omar], "developers": [town.devon], "release_managers": [town.rana]}
    await town.submits(person, home_channel=town.id_of(HOME), timezone="Europe/Berlin", **roles)
    return await _answered(stage, person, "belongs to DEF")


Act = Callable[..., Awaitable[str]]
ACTS: dict[str, Act] = {
    r"(?P<who>\w+): (?P<text>/.*)": types,
    r"(?P<who>\w+) on (?P<key>DEF-\d+): (?P<text>.*)": replies,
    r"(?P<who>\w+) presses (?P<label>.+) on (?P<key>DEF-\d+)(?: with (?P<filled>.*))?": presses,
    r"(?P<who>\w+) files “(?P<text>.*)”(?: with (?P<filled>.*))?": files_from,
    r"(?P<who>\w+) files the kind “(?P<kind>.*)”(?: with (?P<filled>.*))?": files_kind,
    r"(?P<who>\w+) signs with (?P<label>.+)": signs,
    r"CI builds (?P<build>\S+): (?P<said>.*)": builds,
    r"CI tests (?P<build>\S+): (?P<run>.*)": tests,
    r"the command line: (?P<lines>.*)": imports,
    r"(?P<who>\w+) sets up the channel": sets_up,
}


async def _posts(stage: Stage, path: str, body: bytes, query: str) -> str:
    async with httpx.AsyncClient(base_url=stage.town.bot.http.address, timeout=30) as http:
        ci = Ci(http, stage.town.space.team_id, INGEST_TOKEN)
        answer = await ci.posts(Source.CI, body, path=path, query=query)
    assert answer.status_code == 200, answer.text
    return answer.text


async def _answered(stage: Stage, person: str, text: str) -> str:
    return words(await stage.town.hears(person, text))


def _everything(stage: Stage) -> list[dict[str, Any]]:
    return [m for m in stage.town.space.state.messages[stage.town.id_of(HOME)].values() if m.get("bot_id")]


def _fields(filled: str) -> dict[str, str]:
    """`severity=S3 note=It_still_charges`."""
    return dict(pair.replace("_", " ").split("=", 1) for pair in filled.split()) if filled else {}
