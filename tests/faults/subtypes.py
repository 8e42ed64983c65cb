"""Everything that Slack announces in a defect's thread and nobody has said: edits of nothing, unfurls, our own words,
other bots, comings and goings, tombstones. Each bears the words of an act."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping

from sqlalchemy import func, select

from bot.sandbox.payloads import event_envelope
from bot.sandbox.types import Json
from storage.tables import events
from tests.faults import books
from tests.faults.history import History
from tests.faults.outcome import Outcome, Row
from tests.faults.people import Thread, threads
from tests.faults.serving import Shop, bots, shop
from tests.faults.stage import Stage

ACTS = ("claim", "fixed", "start", "sev S1", "verified", "undo", "wont fix", "failed: again")
AT_ONCE = 10
SPOKEN = ("chat.postMessage", "chat.postEphemeral", "reactions.add", "reactions.remove", "chat.delete")


def _subtyped(subtype: str, **more: object) -> Callable[[Json], Json]:
    return lambda said: {**said, "subtype": subtype, **more}


def _changed(said: Json, **difference: object) -> Json:
    """As Slack tells of a change of that message."""
    before = {key: said[key] for key in ("type", "user", "text", "ts", "thread_ts")}
    place = {"channel": said["channel"], "ts": said["event_ts"], "event_ts": said["event_ts"], "hidden": True}
    after = {**before, **difference}
    return {"type": "message", "subtype": "message_changed", **place, "message": after, "previous_message": before}


def _of_the_bot(said: Json) -> Json:
    return {**said, "user": said["bot"], "bot_id": "B0", "app_id": "A0"}


UNWANTED: Mapping[str, Callable[[Json], Json]] = {
    **{
        name: _subtyped(name)
        for name in (
            *("channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name", "channel_archive"),
            *("message_replied", "reply_broadcast", "pinned_item", "unpinned_item", "ekm_access_denied", "tombstone"),
            *("reminder_add", "bot_add", "bot_remove", "huddle_thread", "sh_room_created", "assistant_app_thread"),
        )
    },
    "another bot": _subtyped("bot_message", bot_id="B9"),
    "our own words": _of_the_bot,
    "an edit of nothing": lambda said: _changed(said, edited={"user": said["user"], "ts": said["event_ts"]}),
    "an unfurl": lambda said: _changed(said, attachments=[{"from_url": "https://example.com", "text": said["text"]}]),
    "an edit that becomes an act": lambda said: _changed({**said, "text": "hm"}, text=said["text"]),
    "an edit of our own": lambda said: _changed(_of_the_bot(said), text="claim", bot_id="B0"),
    "a deletion of what was never kept": lambda said: {
        **_changed(said),
        "subtype": "message_deleted",
        "deleted_ts": said["ts"],
    },
    "a reply in nobody's thread": lambda said: {**said, "thread_ts": "1.000001"},
    "a message outside of threads": lambda said: {key: said[key] for key in said if key != "thread_ts"},
}


async def mixed(stage: Stage, size: int) -> Outcome:
    """`size` events; every tenth is a reply that somebody did write."""
    chance, kinds = random.Random(9), sorted(UNWANTED)
    room = stage.room()
    url = stage.sqlite(room)
    async with shop() as town, bots(town, room, url):
        filings, comments = History(), History()
        there = await threads(town, 4, filings)
        await books.drained(url)
        calls, logged = len(town.space.calls), _logged(url, town)
        sent = []
        for number in range(size):
            said = _reply(town, there[number % len(there)], chance.choice(ACTS))
            if number % 10 == 0:
                said["text"] = f"reply {number}"
                comments.done(said["text"])
                sent.append(_public(said))
            else:
                sent.append(_public(UNWANTED[kinds[number % len(kinds)]](said)))
        acks = [ack for start in range(0, size, AT_ONCE) for ack in await _deliver(town, sent[start : start + AT_ONCE])]
        await books.drained(url)
        outcome = Outcome(size - len(comments.operations), notes=[f"{len(kinds)} kinds"])
        outcome.findings += comments.compare(books.commented(url, town.space.team_id))
        outcome.check(all(acks), f"{acks.count(False)} events were not acknowledged")
        extra = _logged(url, town) - logged - len(comments.operations)
        outcome.check(extra == 0, f"{extra} changes that nobody made")
        spoken = [name for name, _ in town.space.calls[calls:] if name in SPOKEN]
        outcome.check(not spoken, f"the bot answered: {spoken[:5]}")
        return outcome


def _reply(town: Shop, thread: Thread, text: str) -> Json:
    """`bot` is for those who pretend to be it, and is not Slack's."""
    ts, channel = town.space.next_ts(), str(town.space.named(thread.channel)["id"])
    place = {"channel": channel, "channel_type": "channel", "ts": ts, "event_ts": ts, "thread_ts": thread.root}
    return {"type": "message", "user": town.people[1], "text": text, "bot": town.space.bot_user_id, **place}


def _public(event: Json) -> Json:
    return {key: value for key, value in event.items() if key != "bot"}


async def _deliver(town: Shop, some: list[Json]) -> list[bool]:
    space = town.space
    made = [event_envelope(space.app, space.team_id, e, space.ids.make("Ev"), space.clock.now()) for e in some]
    return [ack.ok for ack in await asyncio.gather(*map(space.delivery.event, made))]


def _logged(url: str, town: Shop) -> int:
    team = select(func.count()).select_from(events).where(events.c.team_id == town.space.team_id)
    return books.read(url, lambda connection: connection.execute(team).scalar_one())


ROWS = (Row("subtypes", "edits, unfurls, our own words, mixed subtypes", mixed, 200, 5_000),)
