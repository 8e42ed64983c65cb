"""The page in parts: each is drawn whole, and the script changes only what differs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox import modals
from bot.sandbox.page import emoji
from bot.sandbox.page import screen as seen
from bot.sandbox.page.drawing import draw
from bot.sandbox.page.reader import Reader
from bot.sandbox.payloads import present
from bot.sandbox.people import inputs
from bot.sandbox.types import Json

LEADING = 3  # people who are always one click away


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person looks. `tab`: `home` for the App Home. `more`: earlier messages asked for."""

    channel: str | None = None
    thread: str | None = None
    tab: str = "messages"
    more: int = 0


def page(reader: Reader, place: Place) -> Json:
    """`parts` by the id of the element that holds them; `facts` for the script; `seq` to wait after."""
    channel = _channel(reader, place)
    here = channel["id"] if channel else None
    own = seen.own_channels(reader)
    common: Json = {"channel": channel, "here": here, "tab": place.tab if channel and channel["app"] else "messages"}
    parts = {
        "who": draw("who.html", reader, **_who(reader)),
        "side": draw("side.html", reader, here=here, channels=own, joinable=seen.joinable(reader)),
        "head": draw("head.html", reader, **common),
        "messages": draw("channel.html", reader, **common, **_messages(reader, here, place)),
        "compose": draw("composer.html", reader, **common),
        "thread": _thread(reader, channel, place.thread),
        "modal-body": _modal(reader),
    }
    return {"seq": reader.space.feed.seq, "parts": parts, "facts": _facts(reader, here)}


def _channel(reader: Reader, place: Place) -> Json | None:
    """The one asked for, else the first that the person is in."""
    space = reader.space
    if place.channel and seen.may_see(space, place.channel, reader.user):
        return seen.channel(reader, space.state.channels[place.channel])
    return next((each for each in seen.own_channels(reader) if not each["archived"]), None)


def _who(reader: Reader) -> Json:
    """One of each title first: a tester, a developer, a release manager."""
    people = [seen.person(each) for each in reader.space.state.users.values() if not each["is_bot"]]
    first_of_title: dict[str, Json] = {}
    for each in people:
        first_of_title.setdefault(each["title"], each)
    leading = list(first_of_title.values())[:LEADING]
    return {"leading": leading, "others": [each for each in people if each not in leading]}


def _messages(reader: Reader, channel: str | None, place: Place) -> Json:
    if channel is None:
        return {"list": [], "earlier": 0, "home": None, "home_values": {}}
    everything = seen.roots(reader.space, channel, reader.user)
    shown = everything[-(seen.SHOWN + place.more) :]
    home = seen.home_of(reader.space, reader.user)
    values = inputs.values(home) if home else {}
    return {"list": shown, "earlier": len(everything) - len(shown), "home": home, "home_values": values}


def _thread(reader: Reader, channel: Json | None, thread: str | None) -> str:
    if channel is None or thread is None:
        return ""
    messages = seen.replies(reader.space, channel["id"], thread, reader.user)
    gone = all(each["ts"] != thread for each in messages)
    return draw("thread.html", reader, channel=channel, thread=thread, list=messages, gone=gone)


def _modal(reader: Reader) -> str:
    view = modals.top(reader.space, reader.user)
    depth = len(reader.space.state.modals.get(reader.user, ()))
    values = inputs.values(view) if view else {}
    errors = (view or {}).get("_errors", {})
    return draw("modal.html", reader, view=present(view) if view else None, depth=depth, values=values, errors=errors)


def _facts(reader: Reader, channel: str | None) -> Json:
    """What completion and menus offer."""
    space = reader.space
    everything = seen.roots(space, channel, reader.user) if channel else []
    return {
        "user": reader.user,
        "channel": channel,
        "title": f"{reader.channel(channel) if channel else ''} · {space.team['name']}",
        "last": everything[-1]["ts"] if everything else "0",
        "commands": _words(reader, "slash_commands"),
        "shortcuts": _words(reader, "shortcuts"),
        "people": [seen.person(each) for each in space.state.users.values()],
        "channels": [each["name"] for each in space.state.channels.values() if each["is_channel"]],
        "emoji": [[name, emoji.EMOJI[name]] for name in emoji.OFFERED],
    }


_KEPT = {
    "slash_commands": ("command", "description", "usage_hint"),
    "shortcuts": ("type", "name", "callback_id", "description"),
}


def _words(reader: Reader, kind: str) -> list[Json]:
    features: list[Json] = reader.space.features.get(kind, [])
    return [{name: each.get(name, "") for name in _KEPT[kind]} for each in features]
