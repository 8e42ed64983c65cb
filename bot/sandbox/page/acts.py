"""From what the page posts to what a person does: one table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.sandbox.people.acting import Result
from bot.sandbox.people.people import People
from bot.sandbox.types import Json

Act = Callable[[People, Json], Awaitable[Json]]


def _told(result: Result | None) -> Json:
    if result is None:
        return {"ok": True}
    return {"ok": result.ok, **{key: value for key, value in result.shown.items() if key == "errors"}}


async def say(people: People, given: Json) -> Json:
    return {"ts": people.talk.say(given["user"], given["channel"], given["text"], thread_ts=given.get("thread_ts"))}


async def edit(people: People, given: Json) -> Json:
    people.talk.edit(given["user"], given["channel"], given["ts"], given["text"])
    return {}


async def delete(people: People, given: Json) -> Json:
    people.talk.delete(given["user"], given["channel"], given["ts"])
    return {}


async def react(people: People, given: Json) -> Json:
    people.talk.react(given["user"], given["channel"], given["ts"], given["name"])
    return {}


async def slash(people: People, given: Json) -> Json:
    return _told(await people.commands.slash(given["user"], given["channel"], given["text"]))


async def click(people: People, given: Json) -> Json:
    choice, value = given.get("choice"), given.get("value")
    where = (given["user"], given["channel"], given["ts"], given["action_id"])
    return _told(await people.clicks.on_message(*where, choice, value=value))


async def click_view(people: People, given: Json) -> Json:
    user = given["user"]
    home = people.forms.home(user) if given.get("home") else None
    if given.get("values") and home is None:
        people.forms.fill(user, given["values"])
    return _told(await people.clicks.in_view(user, given["action_id"], given.get("choice"), view=home))


async def fill(people: People, given: Json) -> Json:
    people.forms.fill(given["user"], given["values"])
    return {}


async def submit(people: People, given: Json) -> Json:
    return _told(await people.forms.submit(given["user"], given.get("values")))


async def close(people: People, given: Json) -> Json:
    return _told(await people.forms.close(given["user"]))


async def suggest(people: People, given: Json) -> Json:
    return {"options": await people.clicks.suggestions(given["user"], given["action_id"], given["typed"])}


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
        say,
        edit,
        delete,
        react,
        slash,
        click,
        click_view,
        fill,
        submit,
        close,
        suggest,
        shortcut,
        home,
        faults,
    )
}
