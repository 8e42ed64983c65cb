"""The first minutes of a workspace: its people, its channels and what was said in them before the app came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.clock import ManualClock
from bot.sandbox.people.people import People
from bot.sandbox.people.typing import as_sent
from bot.sandbox.sample.picture import declined
from bot.sandbox.sample.talk import TALK, WHISPERED, Said
from bot.sandbox.workspace import Workspace

# Handle, name, role.
PEOPLE = (
    ("tess", "Tess Okafor", "tester"),
    ("devon", "Devon Lind", "developer"),
    ("rana", "Rana Haddad", "release manager"),
    ("omar", "Omar Petit", "tester"),
    ("ana", "Ana Soares", "developer"),
)
# Name, what it is for, whether the app is in it. The last one is private.
CHANNELS = (
    ("general", "Whatever concerns all of us", True),
    ("shop-defects", "What is wrong with the shop", True),
    ("shop-checkout", "The checkout team", True),
)
PRIVATE = "incident-room"
ALONE_WITHOUT_APP = ("rana", "devon", "omar")
BEGAN = timedelta(days=60)  # before now
ZONE = ZoneInfo("Europe/Berlin")  # everybody's
LAST_HOUR = 16  # of a working day, after which nobody writes
PICTURES = {"checkout-declined.png": declined}


def seed(space: Workspace) -> None:
    """For a fresh workspace; the app is not told of anything in it."""
    with _before(space) as clock:
        now = datetime.fromtimestamp(clock.now(), ZONE) + BEGAN
        people = {name: space.add_person(name, full, title=role) for name, full, role in PEOPLE}
        for name, purpose, bot in CHANNELS:
            _purpose(space, space.add_channel(name, list(people.values()), bot=bot), purpose)
        inside = [people[name] for name in ALONE_WITHOUT_APP]
        _purpose(space, space.add_channel(PRIVATE, inside, private=True, bot=False), "Only while something burns")
        _talk(space, people, clock, now)
        _whisper(space, people, clock, now)
        for person in people.values():
            space.direct_channel(person)
            _seen(space, person)


@contextmanager
def _before(space: Workspace) -> Iterator[ManualClock]:
    """The past, in which nobody is told of anything."""
    present = space.clock
    past = ManualClock(present.now() - BEGAN.total_seconds())
    space.clock, space.silent = past, True
    try:
        yield past
    finally:
        space.clock, space.silent = present, False


def _purpose(space: Workspace, channel_id: str, words: str) -> None:
    space.state.channels[channel_id]["purpose"]["value"] = words


def moment(now: datetime, back: int, at: str) -> float:
    """`at` (HH:MM) of the last working day that is over, or of one `back` working days before it; since 1970."""
    day = now if now.hour >= LAST_HOUR else now - timedelta(days=1)
    while day.weekday() > 4 or back > 0:
        back -= day.weekday() <= 4
        day -= timedelta(days=1)
    hour, minute = map(int, at.split(":"))
    return day.replace(hour=hour, minute=minute, second=hour + minute % 43).astimezone(UTC).timestamp()


def _talk(space: Workspace, people: dict[str, str], clock: ManualClock, now: datetime) -> None:
    act = People(space).talk
    known: dict[str, str] = {}
    for said in sorted(TALK, key=lambda each: moment(now, each.back, each.at)):
        clock.move_to(moment(now, said.back, said.at))
        files = {said.picture: PICTURES[said.picture]()} if said.picture else None
        ts = act.say(people[said.who], said.where, _sent(space, said), thread_ts=known.get(said.to), files=files)
        known[said.key or ts] = ts
        for emoji, name in said.likes:
            act.react(people[name], said.where, ts, emoji)


def _sent(space: Workspace, said: Said) -> str:
    return said.text if "<http" in said.text else as_sent(space, said.text)


def _whisper(space: Workspace, people: dict[str, str], clock: ManualClock, now: datetime) -> None:
    act = People(space).talk
    between: dict[frozenset[str], str] = {}
    for who, other, at, text in sorted(WHISPERED, key=lambda each: each[2]):
        pair = frozenset((people[who], people[other]))
        if pair not in between:
            between[pair] = space.add_channel("directmessage", sorted(pair), im=True, bot=False)
        clock.move_to(moment(now, 0, at))
        act.say(people[who], between[pair], text)


def _seen(space: Workspace, person: str) -> None:
    """Everybody has read what was said until now."""
    for channel_id, messages in space.state.messages.items():
        if messages and space.is_member(channel_id, person):
            space.state.seen.setdefault(person, {})[channel_id] = max(messages, key=float)
