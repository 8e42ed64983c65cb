"""Possible duplicates while somebody types a new defect: what is asked of Slack, how often, and what never."""

import asyncio
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bot.slack.answers import Ambiguous, Answer, Fate, Permanent, RateLimited
from bot.slack.ids import Act, encode
from handlers.modals.sheets import Sheets
from storage.database import open_store
from tests.handlers.slack import Office, typed

TOTAL, COUPON = "Cart total is wrong", "Coupon field accepts 300 %"
PATIENCE = 20.0
LETTER = itertools.count(1)


class Hours:
    """Seconds that pass only when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    async def wait(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self.now + seconds, woken))
        await woken.wait()

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        for until, woken in self._sleepers:
            if until <= self.now + 1e-9:
                woken.set()

    @property
    def somebody_waits(self) -> bool:
        return any(not woken.is_set() for _, woken in self._sleepers)


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def office(sqlite_url: str, hours: Hours) -> Iterator[Office]:
    store = open_store(sqlite_url)
    made = Office(store)
    object.__setattr__(made.desk, "sheets", Sheets(lambda: hours.now, hours.wait))
    yield made
    store.close_sync()


class Form:
    """The form for a new defect as its person types into it."""

    def __init__(self, office: Office, view: Mapping[str, Any], view_id: str = "V1") -> None:
        self.office, self.view, self.said = office, {**view, "id": view_id, "hash": "h1"}, {"title": ""}

    async def type(self, text: str, field: str = "title", at: str = "") -> None:
        """One letter more or less: Slack sends the whole field, and everything else that the form says."""
        self.said[field] = text
        state = {name: {name: typed(value)} for name, value in self.said.items()}
        action = {**typed(text), "action_id": field, "block_id": field, "action_ts": at or f"{next(LETTER):09}"}
        body = {
            "type": "block_actions",
            "user": {"id": "U0TESS", "team_id": "T1"},
            "team": {"id": "T1", "domain": "acme"},
            "trigger_id": f"letter{next(LETTER)}",
            "view": {**self.view, "state": {"values": state}},
            "actions": [action],
        }
        response = await self.office.dispatch(body, settle=False)
        assert (response.status, response.body) == (200, "")

    @property
    def updates(self) -> list[Mapping[str, Any]]:
        return self.office.slack.of("views.update")

    @property
    def shown(self) -> list[list[str]]:
        """The keys that each update shows."""
        return [keys(update["view"]) for update in self.updates]


def keys(view: Mapping[str, Any]) -> list[str]:
    found = (block.get("block_id", "") for block in view["blocks"])
    return [block_id.removeprefix("alike:") for block_id in found if block_id.startswith("alike:")]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)


@pytest.fixture
async def form(office: Office, hours: Hours) -> Form:
    """DEF-1 and DEF-2 are on record; the form is empty."""
    await office.type(f"new {TOTAL}")
    await office.type(f"new {COUPON}")
    await office.shortcut("new_defect", None)
    hours.pass_(10)
    return Form(office, office.slack.opened())


async def rest(form: Form, hours: Hours) -> None:
    """A pause in the typing: everything that is under way comes to its end."""
    for _ in range(20):
        await until(lambda: hours.somebody_waits or not form.office.desk.later.busy)
        if not form.office.desk.later.busy:
            return
        hours.pass_(1.0)
    raise AssertionError("it goes on for ever")


async def test_sixty_letters_in_a_second_are_two_updates_and_the_last_word_wins(form: Form, hours: Hours) -> None:
    await form.type(TOTAL)
    await until(lambda: len(form.updates) == 1)
    letters = [TOTAL[:n] for n in range(len(TOTAL), 0, -1)] + [COUPON[:n] for n in range(1, len(COUPON) + 1)]
    for text in (letters * 2)[-59:]:
        hours.pass_(1 / 61)
        await form.type(text)
    assert form.shown == [["DEF-1"]]
    hours.pass_(1.0)
    await form.office.desk.later.drain()
    assert form.shown == [["DEF-1"], ["DEF-2"]]


async def test_one_update_is_in_flight_and_no_more_whatever_is_typed(form: Form, hours: Hours) -> None:
    gate = form.office.slack.gates["views.update"] = asyncio.Event()
    await form.type(TOTAL)
    await until(lambda: len(form.updates) == 1)
    for text in (COUPON[:12], COUPON):
        hours.pass_(5.0)
        await form.type(text)
    assert len(form.updates) == 1
    gate.set()
    await rest(form, hours)
    assert form.shown == [["DEF-1"], ["DEF-2"]]


@pytest.mark.parametrize(("component", "first"), [("mail", "DEF-3"), ("checkout", "DEF-4")])
async def test_the_component_that_was_chosen_decides_between_equals(
    form: Form, hours: Hours, component: str, first: str
) -> None:
    await form.office.type("new Receipt shows yesterday as delivery day comp:mail")
    await form.office.type("new Receipt shows yesterday as delivery day comp:checkout")
    form.said["component"] = component
    await form.type("Receipt shows yesterday as delivery day")
    await rest(form, hours)
    assert form.shown[-1][0] == first


async def test_a_letter_that_comes_late_does_not_win(form: Form, hours: Hours) -> None:
    await form.type(COUPON, at="5.2")
    await form.type(TOTAL, at="5.1")
    await rest(form, hours)
    assert form.shown == [["DEF-2"]]


async def test_the_same_keys_are_not_drawn_twice(form: Form, hours: Hours) -> None:
    for text in (TOTAL, f"{TOTAL} now", TOTAL):
        await form.type(text)
        await rest(form, hours)
    assert form.shown == [["DEF-1"]]


async def test_what_no_longer_reminds_of_anything_takes_them_away(form: Form, hours: Hours) -> None:
    for text in (TOTAL, "Invoice printed upside down"):
        await form.type(text)
        await rest(form, hours)
    assert form.shown == [["DEF-1"], []]


async def test_less_than_four_letters_ask_nothing(form: Form, hours: Hours) -> None:
    for text in ("C", "Ca", "Car", "   ", ""):
        await form.type(text)
        await rest(form, hours)
    assert form.updates == []


async def test_details_count_as_well(form: Form, hours: Hours) -> None:
    await form.type(COUPON, "actual")
    await rest(form, hours)
    assert form.shown == [["DEF-2"]]


async def test_nothing_is_drawn_on_a_form_that_was_sent(form: Form, hours: Hours) -> None:
    await form.type("Invoice")
    await form.type(TOTAL)
    answer = await form.office.submit(form.view, settle=False, title=typed(TOTAL))
    assert answer["response_action"] == "update"
    hours.pass_(5.0)
    await form.type(COUPON)
    await rest(form, hours)
    assert [update for update in form.updates if keys(update["view"])] == []


async def test_a_form_that_stays_open_with_a_mistake_goes_on(form: Form, hours: Hours) -> None:
    answer = await form.office.submit(form.view, title=typed(""))
    assert answer["response_action"] == "errors"
    await form.type(TOTAL)
    await rest(form, hours)
    assert form.shown == [["DEF-1"]]


@pytest.mark.parametrize(
    "answer",
    [
        Permanent("hash_conflict", Fate.STALE),
        Permanent("not_found", Fate.STALE),
        RateLimited(3.0),
        Ambiguous("lost"),
    ],
    ids=lambda answer: type(answer).__name__ if not isinstance(answer, Permanent) else answer.code,
)
async def test_an_update_that_slack_refuses_is_dropped_and_the_next_letter_tries_again(
    form: Form, hours: Hours, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    form.office.slack.answers["views.update"] = answer
    await form.type(TOTAL)
    await rest(form, hours)
    assert len(form.updates) == 1
    del form.office.slack.answers["views.update"]
    await form.type(f"{TOTAL} again")
    await rest(form, hours)
    assert form.shown == [["DEF-1"], ["DEF-1"]]
    assert caplog.records == []


async def test_after_enough_slack_is_left_alone_as_long_as_it_asks(form: Form, hours: Hours) -> None:
    form.office.slack.answers["views.update"] = RateLimited(30.0)
    await form.type(TOTAL)
    await until(lambda: not form.office.desk.later.busy)
    hours.pass_(29.0)
    await form.type(COUPON)
    await until(lambda: hours.somebody_waits)
    assert len(form.updates) == 1
    hours.pass_(1.0)
    await form.office.desk.later.drain()
    assert len(form.updates) == 2


async def test_an_update_keeps_every_field_its_first_value_and_what_the_form_remembers(
    office: Office, hours: Hours
) -> None:
    await office.type(f"new {TOTAL}")
    message = {"type": "message", "user": "U0RHEA", "text": TOTAL, "ts": "1763625600.000100"}
    await office.shortcut("file_defect", message)
    opened, (update,) = office.slack.opened(), office.slack.of("views.update")
    added = [block for block in update["view"]["blocks"] if block.get("block_id", "").startswith("alike")]
    rest = [block for block in update["view"]["blocks"] if block not in added]
    assert {**update["view"], "blocks": rest} == opened
    assert update["view"]["blocks"].index(added[0]) == 1 + next(
        place for place, block in enumerate(update["view"]["blocks"]) if block.get("block_id") == "title"
    )
    assert (update["view_id"], update["hash"]) == ("V1", "h1")


async def test_each_update_is_drawn_on_the_newest_state_of_the_form_and_says_so(form: Form, hours: Hours) -> None:
    """The letters were typed before the person saw the first update, so they come with the hash from before it."""
    await form.type(TOTAL)
    await rest(form, hours)
    await form.type(COUPON)
    await rest(form, hours)
    assert [update["hash"] for update in form.updates] == ["h1", "h2"]
    form.view["hash"] = "of another process"
    await form.type(TOTAL)
    await rest(form, hours)
    assert form.updates[-1]["hash"] == "of another process"


async def test_more_fields_and_suggestions_do_not_take_each_other_away(form: Form, hours: Hours) -> None:
    await form.type(TOTAL)
    await rest(form, hours)
    more = next(block for block in form.view["blocks"] if block["type"] == "actions")["elements"][0]
    state = {"values": {"title": {"title": typed(TOTAL)}}}
    press = {"type": "button", "action_id": more["action_id"], "value": more["value"]}
    await form.office.press(more["value"], actions=[press], view={**form.view, "state": state})
    await form.type(COUPON)
    await rest(form, hours)
    assert form.shown == [["DEF-1"], ["DEF-1"], ["DEF-2"]]
    assert [any(b.get("block_id") == "steps" for b in u["view"]["blocks"]) for u in form.updates] == [False, True, True]


@pytest.mark.parametrize("key", ["DEF-1", "DEF-9"])
async def test_an_answer_that_ends_the_form_takes_its_place_and_a_refusal_lies_on_top(form: Form, key: str) -> None:
    state = {"values": {"title": {"title": typed(TOTAL)}}}
    await form.office.press(
        encode(Act("same_as", key)), channel=None, response_url="", view={**form.view, "state": state}
    )
    method, payload = form.office.slack.calls[-1]
    assert method == ("views.update" if key == "DEF-1" else "views.push")
    assert payload.get("view_id" if key == "DEF-1" else "trigger_id")
    assert (await form.office.defect("DEF-1")).defect.occurrences == (2 if key == "DEF-1" else 1)


async def test_a_refusal_that_comes_too_late_for_the_form_is_told_to_the_person(form: Form) -> None:
    form.office.slack.answers["views.push"] = Permanent("expired_trigger_id", Fate.TRIGGER)
    await form.office.press(encode(Act("same_as", "DEF-9")), channel=None, response_url="", view=form.view)
    method, payload = form.office.slack.calls[-1]
    assert (method, payload["channel"]) == ("chat.postMessage", "U0TESS")
    assert "DEF-9" in payload["text"]
