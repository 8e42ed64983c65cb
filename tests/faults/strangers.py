"""Somebody of another company, in a channel that both share, tries all that people can press, type or fill in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, func, select

from bot.slack.ids import Act, encode
from handlers.buttons import REQUESTS
from handlers.modals.forms import FORMS
from handlers.modals.memo import Memo, pack
from handlers.verbs import COMMANDS
from handlers.verbs.row import Verb
from storage.database import open_store
from storage.tables import anchors, defects, events, projects, releases, saved_lists, schedules
from tests.faults import books
from tests.faults.outcome import Outcome, Row
from tests.faults.stage import Stage
from tests.handlers.slack import CHANNEL, DEVON, TEAM, TESS, Office, json_of, typed

STRANGER, ABROAD = "U0GUEST", "T9"
PERSON = {"id": STRANGER, "team_id": ABROAD}
# What lacks something says so before it is asked who wants it.
REFUSED = ("People of another company", "'errors'", "Nothing changed", "nothing of yours to take back")
# What the examples of the verbs name.
KNOWN = {"SHOP-42": "DEF-1", "SHOP-17": "DEF-2", "@dana": f"<@{DEVON}>", "@ana": f"<@{DEVON}>"}
# What they may: read a card, and talk.
OPEN_TO_ALL = frozenset({"show", "more", "help", "comment"})
# Picking a defect only leads to the form of an act.
NO_CHANGE = OPEN_TO_ALL | {"pick"}
ACTS = ("claim", "fixed", "start", "sev S1", "prio P2", "verified", "undo", "wont fix", "failed: again", "dup of DEF-2")
KEPT = (events, defects, anchors, projects, releases, schedules, saved_lists)
ON_MESSAGES, ANYWHERE = ("file_defect", "add_evidence", "mark_fixed"), ("new_defect", "my_queue")
Try = Callable[[int], Awaitable[str]]


async def tries(stage: Stage, size: int) -> Outcome:
    """`size` tries, over every verb in every way there is."""
    url = stage.sqlite()
    store = open_store(url)
    try:
        office = Office(store)
        for title in ("Card declined", "Total wraps"):
            said = {"type": "message", "user": TESS, "text": title, "ts": f"{len(title)}.0"}
            await office.shortcut("file_defect", said)
            view = office.slack.of("views.open")[-1]["view"]
            await office.submit({**view, "id": f"V{title}"}, title=typed(title))
        await office.type("new 2.4", command="/release")
        before, ways = _kept(url), Stranger(office).ways()
        outcome = Outcome(size, notes=[f"{len(ways)} ways"])
        for number in range(size):
            name, attempt = ways[number % len(ways)]
            heard = await attempt(number)
            outcome.check(any(words in heard for words in REFUSED), f"{name}: {heard[:80]!r}")
        after = _kept(url)
        outcome.check(before == after, f"changed: {before} to {after}")
        return outcome
    finally:
        store.close_sync()


def _kept(url: str) -> dict[str, int]:
    """How many rows of everything that people can change; a defect counts its versions."""

    def count(connection: Connection) -> dict[str, int]:
        counts = {table.name: select(func.count()).select_from(table).where(table.c.team_id == TEAM) for table in KEPT}
        counts["versions"] = select(func.sum(defects.c.version)).where(defects.c.team_id == TEAM)
        return {name: connection.execute(counted).scalar_one() for name, counted in counts.items()}

    return books.read(url, count)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Each way answers what they heard."""

    office: Office

    def ways(self) -> Sequence[tuple[str, Try]]:
        rows = [row for row in COMMANDS if row.slug not in OPEN_TO_ALL]
        return [
            *((row.line, partial(self.types, row)) for row in rows),
            *((f"[{verb}]", partial(self.presses, verb)) for verb in REQUESTS if verb not in OPEN_TO_ALL),
            *((f"says {text}", partial(self.says, text)) for text in ACTS),
            *((f"form {form}", partial(self.fills, form)) for form in FORMS if form not in NO_CHANGE),
            *((name, partial(self.uses, name)) for name in (*ON_MESSAGES, *ANYWHERE)),
        ]

    async def types(self, row: Verb, _: int) -> str:
        example = row.example
        for name, known in KNOWN.items():
            example = example.replace(name, known)
        return await self.office.type(example, STRANGER, command=f"/{row.family}", team_id=ABROAD)

    async def presses(self, verb: str, _: int) -> str:
        self.office.slack.posts.clear()
        await self.office.press(encode(Act(verb, "DEF-1", 1)), STRANGER, user=PERSON)
        return self._heard()

    async def says(self, text: str, number: int) -> str:
        self.office.slack.calls.clear()
        await self.office.say(text, STRANGER, ts=f"{100 + number}.0", root="13.0", user_team=ABROAD)
        return " ".join(str(each["text"]) for each in self.office.slack.of("chat.postEphemeral"))

    async def fills(self, form: str, number: int) -> str:
        memo = pack(Memo(form, key="DEF-1", channel=CHANNEL))
        view = {
            "id": f"V{number}",
            "type": "modal",
            "callback_id": form,
            "private_metadata": memo,
            "state": {"values": {}},
        }
        body = {"type": "view_submission", "user": PERSON, "team": {"id": TEAM, "domain": "acme"}, "view": view}
        return str(json_of(await self.office.dispatch(body)))

    async def uses(self, shortcut: str, _: int) -> str:
        self.office.slack.posts.clear()
        self.office.slack.calls.clear()
        message = {"type": "message", "user": TESS, "text": "declined", "ts": "13.0"}
        await self.office.shortcut(shortcut, message if shortcut in ON_MESSAGES else None, user=PERSON)
        return self._heard()

    def _heard(self) -> str:
        direct = [str(each["text"]) for each in self.office.slack.of("chat.postMessage")]
        return " ".join([*direct, *(str(message["text"]) for _, message in self.office.slack.posts)])


ROWS = (Row("strangers", "a stranger of Slack Connect tries every verb", tries, 150, 500),)
