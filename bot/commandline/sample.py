"""The sample project of the sandbox: what its people have done with the bot so far, done by them, act by act.

Everything goes the way that a person goes: a command, a shortcut, a form. One complaint is left for the newcomer.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.sandbox.people.people import People
from bot.sandbox.people.shortcuts import Shortcuts
from bot.sandbox.workspace import Workspace

HOME = "shop-defects"
CHECKOUT = "shop-checkout"
SHIPS_IN, NEXT_SHIPS_IN = timedelta(days=25), timedelta(days=67)
ZONE = "Europe/Berlin"
PATIENCE = 10.0  # seconds


class SampleFailed(Exception):
    """The bot refused what its own sample project asks of it; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Typed:
    who: str
    text: str
    where: str = HOME


@dataclass(frozen=True, slots=True)
class FromMessage:
    """*File a defect* on the message that begins so."""

    who: str
    where: str
    begins: str
    fields: dict[str, str]


def acts(today: date) -> tuple[Typed | FromMessage, ...]:
    """In this order the defects become SHOP-1, SHOP-2, ..."""
    return (
        Typed("rana", f"/release new 2.4 ships:{today + SHIPS_IN}"),
        Typed("rana", f"/release new 2.5 ships:{today + NEXT_SHIPS_IN}"),
        Typed("devon", "/release build 2.4 2.4.0-rc1"),
        FromMessage("tess", CHECKOUT, "Is it just me", {"title": "Coupon field accepts 300 %", "severity": "S2"}),
        Typed("rana", "/defect triage SHOP-1 sev:S2 prio:P1 rel:2.4", CHECKOUT),
        Typed("ana", "/defect claim SHOP-1", CHECKOUT),
        FromMessage("omar", HOME, "On staging the cart total", {"title": "Cart total wraps on small phones"}),
        Typed("rana", "/defect triage SHOP-2 sev:S3 prio:P3 rel:2.4"),
        Typed("devon", "/defect claim SHOP-2"),
        Typed("devon", "/defect start SHOP-2"),
        Typed("omar", '/defect new "Order mail shows yesterday as the delivery day" sev:S3 comp:mail env:staging'),
        Typed("rana", "/defect triage SHOP-3 sev:S3 prio:P2 rel:2.4"),
        Typed("ana", "/defect claim SHOP-3"),
        Typed("ana", "/defect fixed SHOP-3 in rc1"),
        Typed("ana", "/defect fixed SHOP-1 in rc1", CHECKOUT),
        Typed("tess", "/verify SHOP-1 fail on rc1 101 % still makes the total negative", CHECKOUT),
        Typed("devon", "/release build 2.4 2.4.0-rc2"),
        Typed("omar", "/verify SHOP-3 pass on rc2"),
        Typed("ana", "/defect fixed SHOP-1 in rc2", CHECKOUT),
        Typed("omar", '/defect new "Dark mode: the pay button is hardly visible" sev:S4 comp:checkout'),
        Typed("rana", "/defect triage SHOP-4 sev:S4 prio:P4 rel:2.4"),
        Typed("rana", "/defect defer SHOP-4 to 2.5 no time before 2.4"),
        Typed("rana", f"/release digest 2.4 at 09:00 {ZONE} weekdays"),
    )


async def play(space: Workspace, today: date) -> None:
    """Raises SampleFailed, TimeoutError."""
    people = {each["name"]: str(each["id"]) for each in space.state.users.values()}
    acting = People(space)
    for channel in (HOME, CHECKOUT):
        await _set_up(space, acting, people, channel)
    kinds: dict[type, Callable[..., Awaitable[None]]] = {Typed: _type, FromMessage: _file}
    for act in acts(today):
        await kinds[type(act)](space, acting, people[act.who], act)
    await space.settled(PATIENCE)
    # Receipts of what others did would be the first thing that the newcomer reads.
    space.state.ephemerals.clear()


async def _set_up(space: Workspace, acting: People, people: dict[str, str], channel: str) -> None:
    rana = people["rana"]
    await _type(space, acting, rana, Typed("rana", "/defect setup", channel))
    filled = {
        "prefix": "SHOP",
        "project": "Harbor Shop",
        "home_channel": space.named(HOME)["id"],
        "testers": [people["tess"], people["omar"]],
        "developers": [people["devon"], people["ana"]],
        "release_managers": [rana],
        "timezone": ZONE,
    }
    await _opened(space, acting, rana)
    _taken(await acting.forms.submit(rana, filled), "/defect setup")


async def _opened(space: Workspace, acting: People, who: str) -> None:
    """A form opens at once and is filled after."""
    await space.feed.wait_until(lambda: (acting.forms.shown(who) or {}).get("submit"), PATIENCE)


async def _type(_: Workspace, acting: People, who: str, act: Typed) -> None:
    result = await acting.commands.slash(who, act.where, act.text)
    if not result.ok or "Nothing changed" in result.shown.get("text", ""):
        raise SampleFailed(f"{act.text}: {result.shown.get('text')}")


async def _file(space: Workspace, acting: People, who: str, act: FromMessage) -> None:
    where = str(space.named(act.where)["id"])
    messages = space.state.messages[where].values()
    ts = next(str(each["ts"]) for each in messages if str(each.get("text", "")).startswith(act.begins))
    shortcuts: Shortcuts = acting.shortcuts
    await shortcuts.on_message(who, where, ts, "file_defect")
    await _opened(space, acting, who)
    _taken(await acting.forms.submit(who, act.fields), act.begins)


def _taken(result: object, what: str) -> None:
    errors = getattr(result, "shown", {}).get("errors")
    if errors:
        raise SampleFailed(f"{what}: {errors}")
