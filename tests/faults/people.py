"""People who act at the bot beside each other, each act an operation of a history."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.sandbox.types import Json
from tests.faults.history import History, Seen
from tests.faults.serving import Shop
from tests.faults.stage import until
from tests.scenarios.reading import words
from tests.scenarios.town import is_card

TRIES = 5


@dataclass(frozen=True, slots=True)
class Thread:
    """Of one defect."""

    channel: str
    root: str


def seen_in(words_shown: str, ok: bool) -> Seen:
    """What a person takes from the answer to `/defect new`."""
    if "Filed as" in words_shown:
        return Seen.OK
    return Seen.FAILED if ok and "Not saved, nothing changed" in words_shown else Seen.UNKNOWN


async def types(shop: Shop, number: int, title: str, filings: History) -> None:
    """`/defect new TITLE`, by one of the people in one of the channels."""
    filings.begin(title)
    person, channel = shop.people[number % len(shop.people)], shop.channels[number % len(shop.channels)]
    result = await shop.act.commands.slash(person, channel, f"/defect new {title}")
    filings.end(title, seen_in(words(result.shown), result.ok))


def says(shop: Shop, thread: Thread, text: str, comments: History) -> None:
    """A reply in a defect's thread. `acknowledged` tells later how it ended."""
    person = shop.people[len(comments.operations) % len(shop.people)]
    comments.begin(text)
    shop.act.talk.say(person, thread.channel, text, thread_ts=thread.root)


def acknowledged(shop: Shop, comments: History) -> None:
    """For Slack a reply is saved once its event got an ack."""
    for delivered in shop.space.delivery.log:
        text = (delivered.payload.get("event") or {}).get("text")
        if delivered.ack.ok and text in comments.operations:
            comments.end(str(text), Seen.OK)


async def _files(shop: Shop, number: int, filings: History) -> None:
    """Again where they were told to: a busy machine may not save in time."""
    for attempt in range(TRIES):
        title = f"thread {number}" if not attempt else f"thread {number}, try {attempt + 1}"
        await types(shop, number, title, filings)
        if filings.operations[title].seen is Seen.OK:
            return


async def threads(shop: Shop, count: int, filings: History) -> list[Thread]:
    """That many defects, and the threads under their cards once these stand."""
    await asyncio.gather(*(_files(shop, number, filings) for number in range(count)))

    async def standing() -> list[Thread]:
        found = [Thread(name, card["ts"]) for name in shop.channels for card in _cards(shop, name)]
        return found if len(found) >= count else []

    await until(standing, f"{count} cards stand")
    return (await standing())[:count]


def _cards(shop: Shop, channel: str) -> list[Json]:
    messages = shop.space.state.messages[shop.space.named(channel)["id"]].values()
    return [message for message in messages if is_card(message)]
