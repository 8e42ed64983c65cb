"""One day in a shop in which the bot says everything that it ever says, and what then stands in the workspace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.sandbox.types import Json
from tests.faults.books import all_messages
from tests.faults.history import Effect
from tests.scenarios.town import HOME, Town

NOTE = " ".join(f"word{number}" for number in range(500))  # longer than a line may be
AWAY = "elsewhere"
MOMENTS = re.compile(r"<!date\^[^>]*>")


async def lived(town: Town) -> None:
    """Cards in a thread, in a channel that must be joined and in one that is archived; lines, reactions, receipts, a
    file, a digest with its parts, a home, a notice, a direct message. It waits for silence, never for a message: any of
    them may be lost."""
    town.space.add_channel(AWAY, [town.tess, town.devon, town.omar], bot=False)
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1")
    root = town.says(town.omar, "Coupon field accepts 300 %")
    await _filed(town, root, HOME)
    for said in ("claim", "fixed in rc1"):
        town.says(town.devon, said, thread=root)
        await town.quiet()
    await town.types(town.tess, f"/verify DEF-1 fail {NOTE}")
    await _filed(town, town.says(town.omar, "Total wraps", channel=AWAY), AWAY)
    town.people.forms.open_home(town.devon)
    await town.types(town.rana, "/release digest 2.4 at 09:00 Europe/Berlin weekdays")
    await town.quiet()
    await town.passes(minutes=31)
    await town.quiet()
    await _silenced(town)
    await town.types(town.rana, '/release ship 2.4 anyway:"the date"')
    await town.quiet()


async def _filed(town: Town, root: str, channel: str) -> None:
    await town.uses(town.tess, "file_defect", root, channel=channel)
    await town.submits(town.tess)
    await town.quiet()


async def _silenced(town: Town) -> None:
    """A channel is archived; one person hears what to do."""
    town.people.talk.archive(town.omar, AWAY)
    await town.types(town.rana, "/defect needs info DEF-2 @devon which browser?")
    await town.quiet()


def stands(town: Town) -> list[Effect]:
    """What the bot's day left behind for everybody: each message, file and reaction by its words and its place."""
    space = town.space
    said = [(message, _place(town, message)) for message in all_messages(space) if message.get("_channel") is None]
    found = [Effect(f"{place}: {_words(message)}", place) for message, place in said if message.get("bot_id")]
    for message, place in said:
        marks = [f"file {file['name']}" for file in message.get("files", ())]
        marks += [f":{each['name']}:" for each in message.get("reactions", ())]
        found += [Effect(f"{place}: {mark} at {_words(message)}", f"{mark} at {message['ts']}") for mark in marks]
    return found


def _place(town: Town, message: Json) -> str:
    channel = next(id for id, kept in town.space.state.messages.items() if kept.get(message["ts"]) is message)
    root = town.space.state.messages[channel].get(message.get("thread_ts") or "")
    within = f" under {_words(root)}" if root is not None and root is not message else ""
    return f"{town.space.state.channels[channel]['name']}{within}"


def _words(message: Json) -> str:
    """Its first line; a picture has none."""
    return next(iter(MOMENTS.sub("", str(message["text"])).splitlines()), "")[:60]


def whispered(town: Town) -> Iterator[tuple[str, str]]:
    """Whom, and what: answers for one person, which are given once at most."""
    for message in town.space.state.ephemerals.values():
        if message.get("bot_id"):
            yield message["_user"], _words(message)
