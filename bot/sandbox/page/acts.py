"""From what the page posts to what a person does: one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.people.acting import Result
from bot.sandbox.people.people import People
from bot.sandbox.people.typing import as_sent
from bot.sandbox.types import Json

Act = Callable[[People, Json], Awaitable[Json]]

WORDS = {
    "timeout": "The app did not answer in time.",
    "unreachable": "No app is connected to this workspace, so nothing happened.",
    "refused": "The app answered with an error.",
}


def _told(result: Result | None) -> Json:
    """`error` in plain words where the app failed, `errors` at their fields where a form stays open."""
    if result is None or result.ok:
        return {"ok": True, **({"errors": result.shown["errors"]} if result and "errors" in result.shown else {})}
    if "errors" in result.shown:
        return {"ok": False, "errors": result.shown["errors"]}
    return {"ok": False, "error": WORDS[result.ack.status]}


def filled(people: People, given: Json) -> dict[Any, Any]:
    """`values`: by block_id or action_id, or a list of {block, action, value}; files come as their ids."""
    values = given.get("values") or {}
    if isinstance(values, dict):
        return values
    known = people.talk.space.state.files
    return {
        (each["block"], each["action"]): [known[file] for file in each["value"] if file in known]
        if each.get("type") == "file_input"
        else each["value"]
        for each in values
    }


def _typed(people: People, given: Json) -> str:
    return as_sent(people.talk.space, str(given["text"]))


async def say(people: People, given: Json) -> Json:
    thread_ts = given.get("thread_ts") or None
    return {"ts": people.talk.say(given["user"], given["channel"], _typed(people, given), thread_ts=thread_ts)}


async def edit(people: People, given: Json) -> Json:
    people.talk.edit(given["user"], given["channel"], given["ts"], _typed(people, given))
    return {}


async def delete(people: People, given: Json) -> Json:
    people.talk.delete(given["user"], given["channel"], given["ts"])
    return {}


async def react(people: People, given: Json) -> Json:
    """Takes the reaction back when it is there already."""
    space, where = people.talk.space, (given["user"], given["channel"], given["ts"], given["name"])
    reactions = space.message(space.named(given["channel"])["id"], given["ts"]).get("reactions", ())
    mine = any(each["name"] == given["name"] and given["user"] in each["users"] for each in reactions)
    (people.talk.unreact if mine else people.talk.react)(*where)
    return {}


async def read(people: People, given: Json) -> Json:
    people.talk.read(given["user"], given["channel"], given["ts"])
    return {}


async def dismiss(people: People, given: Json) -> Json:
    people.talk.dismiss(given["user"], given["ts"])
    return {}


async def join(people: People, given: Json) -> Json:
    people.talk.join(given["user"], given["channel"])
    return {}


async def leave(people: People, given: Json) -> Json:
    people.talk.leave(given["user"], given["channel"])
    return {}


async def invite_app(people: People, given: Json) -> Json:
    people.talk.invite_bot(given["channel"])
    return {}


async def remove_app(people: People, given: Json) -> Json:
    people.talk.remove_bot(given["channel"])
    return {}


async def archive(people: People, given: Json) -> Json:
    people.talk.archive(given["user"], given["channel"], undo=bool(given.get("undo")))
    return {}


async def slash(people: People, given: Json) -> Json:
    return _told(await people.commands.slash(given["user"], given["channel"], given["text"]))


async def click(people: People, given: Json) -> Json:
    choice, value = given.get("choice"), given.get("value")
    where = (given["user"], given["channel"], given["ts"], given["action_id"])
    return _told(await people.clicks.on_message(*where, choice, value=value, block_id=given.get("block_id")))


async def click_view(people: People, given: Json) -> Json:
    """What was still under way when its form ended is about no form any more."""
    user = given["user"]
    home = people.forms.home(user) if given.get("home") else None
    if home is None and not _on_top(people, given):
        return {}
    if given.get("values") and home is None:
        people.forms.fill(user, filled(people, given))
    where = (user, given["action_id"], given.get("choice"))
    return _told(await people.clicks.in_view(*where, view=home, block_id=given.get("block_id")))


async def fill(people: People, given: Json) -> Json:
    """What was typed into a form that is no longer on top is not wanted any more."""
    if _on_top(people, given):
        people.forms.fill(given["user"], filled(people, given))
    return {}


def _on_top(people: People, given: Json) -> bool:
    top = people.forms.shown(given["user"])
    return top is not None and (given.get("view") or top["id"]) == top["id"]


async def submit(people: People, given: Json) -> Json:
    return _told(await people.forms.submit(given["user"], filled(people, given)))


async def close(people: People, given: Json) -> Json:
    return _told(await people.forms.close(given["user"]))


async def suggest(people: People, given: Json) -> Json:
    home = people.forms.home(given["user"]) if given.get("home") else None
    where = (given["user"], given["action_id"], given["typed"])
    if given.get("ts"):
        message = (given["channel"], given["ts"])
        return {"options": await people.clicks.suggestions(*where, message=message, block_id=given.get("block_id"))}
    return {"options": await people.clicks.suggestions(*where, view=home, block_id=given.get("block_id"))}


async def shortcut(people: People, given: Json) -> Json:
    user, callback_id = given["user"], given["callback_id"]
    if given.get("ts"):
        return _told(await people.shortcuts.on_message(user, given["channel"], given["ts"], callback_id))
    return _told(await people.shortcuts.globally(user, callback_id))


async def home(people: People, given: Json) -> Json:
    people.forms.open_home(given["user"])
    return {}


async def faults(people: People, given: Json) -> Json:
    for fault in given["faults"]:
        people.talk.space.faults.plan(**fault)
    return {}


ACTS: dict[str, Act] = {
    each.__name__: each
    for each in (
        *(say, edit, delete, react, read, dismiss),
        *(join, leave, invite_app, remove_app, archive),
        *(slash, shortcut, click, click_view, suggest),
        *(fill, submit, close, home, faults),
    )
}
