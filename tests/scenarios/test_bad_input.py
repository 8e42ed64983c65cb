"""What nobody should send, and somebody will: it gets a clear answer and loses nothing."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bot.sandbox.delivery.ack import Retry
from bot.sandbox.delivery.http import HttpRoad, encode
from bot.sandbox.types import Json
from tests.scenarios.reading import words
from tests.scenarios.town import HOME, Town

EMOJI = "🧯👩‍👩‍👧‍👦🇩🇪"


async def test_long_texts_and_emoji_are_kept_or_refused_in_words(town: Town) -> None:
    four_kib = "word " * 819
    answer = words(await town.types(town.tess, f"/defect new {four_kib[:4000]}"))
    assert "characters` cannot be the title: at most 250 characters" in answer
    answer = words(await town.types(town.tess, "/defect new " + "x" * 5000))
    assert "bytes long; 4096 are read. Nothing changed." in answer
    key = await town.files(town.tess, EMOJI * 10)
    await town.card(key, EMOJI * 10)
    assert f"Noted on {key}." in words(await town.types(town.omar, f"/defect comment {key} {four_kib[:4000]}"))
    assert f"Noted on {key}." in words(await town.types(town.omar, f"/defect comment {key} {EMOJI * 60}"))
    assert f"{key} waits for" in words(await town.types(town.omar, f"/defect needs info {key} @tess {'why? ' * 700}"))
    await town.card(key, "Tess is asked by Omar: why? why?")
    await town.uses(town.tess, "new_defect")
    await town.people.clicks.in_view(town.tess, "more_fields")
    await town.form(town.tess, "Steps")
    await town.submits(town.tess, title="x" * 250, actual="🧯" * 1500, steps="y" * 3000)
    await town.form(town.tess, "Filed as DEF-2")


async def test_what_people_write_pings_nobody_and_is_shown_as_written(town: Town) -> None:
    title = f"<!channel> *bold* `code` <https://evil.example|here> & <@{town.devon}> {{{{ 7*7 }}}}"
    root = town.says(town.omar, "Total wraps")
    await town.files_from_message(town.tess, root, title=title)
    card = await town.card("DEF-1")
    assert title in words(card)
    await town.types(town.tess, "/defect claim DEF-1")
    await town.types(town.omar, f"/defect needs info DEF-1 @tess {title}")
    line = await town.line(root, "Omar asks: ")
    assert "<!channel>" not in line["text"]
    town.language = False


@pytest.mark.parametrize("command", ["/verify {} pass", "/defect show {}", "/defect fixed {}", "/defect close {}"])
async def test_keys_that_nobody_has_are_named_and_the_nearest_is_offered(town: Town, command: str) -> None:
    await town.files(town.tess, "Total wraps")
    for unknown in ("DEF-99", "SHOP-1", "REQ-0"):
        answer = words(await town.types(town.tess, command.format(unknown)))
        known = ("There is no defect", "belongs here", "as a defect?", "I do not know `REQ-0`")
        assert any(said in answer for said in known), answer
    assert "Did you mean `DEF-1`?" in words(await town.types(town.tess, command.format("DEF-11")))


async def test_a_form_that_is_sent_after_lunch_is_answered_all_the_same(town: Town) -> None:
    await town.types(town.tess, "/defect new")
    _use_up(town)
    await town.submits(town.tess, title="Total wraps")
    await town.hears(town.tess, "Filed as DEF-1")
    await town.card("DEF-1")
    assert len(town.calls("chat.postEphemeral")) == 1
    assert town.direct_messages(town.tess) == []


async def test_an_answer_that_fits_nowhere_else_comes_as_a_direct_message(town: Town) -> None:
    town.refusals.add(("chat.postEphemeral", "not_in_channel"))
    town.space.add_channel("elsewhere", [town.tess], bot=False)
    await town.types(town.tess, "/defect new", channel="elsewhere")
    _use_up(town)
    await town.submits(town.tess, title="Total wraps")
    await town.sees(lambda: [said for said in town.direct_messages(town.tess) if said["text"].startswith("Filed as")])


async def test_an_answer_that_may_have_arrived_is_not_given_a_second_time(town: Town) -> None:
    await town.types(town.tess, "/defect new")
    town.space.faults.plan("response_url", "reset_after")
    await town.submits(town.tess, title="Total wraps")
    await town.hears(town.tess, "Filed as DEF-1")
    await town.card("DEF-1")
    assert town.calls("chat.postEphemeral") == []
    assert town.direct_messages(town.tess) == []


def _use_up(town: Town) -> None:
    """Half an hour went by."""
    for known in town.space.state.response_urls.values():
        known["until"] = 0


async def test_an_archived_channel_is_told_to_one_person_and_made_up_for_when_it_is_back(town: Town) -> None:
    town.refusals |= {("chat.postMessage", "is_archived"), ("chat.update", "is_archived")}
    town.trouble |= {"outbox_dead"}
    key = await town.files(town.tess, "Total wraps")
    card = await town.card(key)
    await town.quiet()
    town.space.add_channel("other", [town.tess, town.devon])
    town.people.talk.archive(town.rana, HOME)
    await town.space.settled()
    assert f"{key} is yours now." in words(await town.types(town.devon, f"/defect claim {key}", channel="other"))
    told = await town.sees(lambda: town.direct_messages(town.devon) or town.direct_messages(town.tess))
    assert f"I cannot write in <#{town.id_of(HOME)}> (`is_archived`)" in words(told[0])
    assert f"{key} does not show there; the record is complete." in words(told[0])
    await town.types(town.devon, f"/defect start {key}", channel="other")
    await town.quiet()
    assert sum(len(town.direct_messages(person)) for person in (town.tess, town.devon)) == 1
    town.people.talk.archive(town.rana, HOME, undo=True)
    again = await town.card(key, "in progress · Devon")
    assert again["ts"] == card["ts"]


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "http"))


async def test_forged_and_stale_requests_are_refused(town: Town) -> None:
    await town.files(town.tess, "Total wraps")
    sent = [each for each in town.space.delivery.log if each.kind == "slash_commands"][-1]
    road = _road(town)
    body, content_type = encode("slash_commands", {**sent.payload, "trigger_id": "1.1.forged"})
    stale = str(int(time.time()) - 600)
    good = road.signature(body)
    forgeries: tuple[dict[str, str], ...] = (
        {},
        {**good, "X-Slack-Signature": "v0=" + "0" * 64},
        {**good, "X-Slack-Signature": ""},
        {**good, "X-Slack-Request-Timestamp": stale},
        {**good, "X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Signature": good["X-Slack-Signature"]},
        road.signature(body + b"x"),
    )
    for headers in forgeries:
        ack = await road.post(body, {"Content-Type": content_type, **headers})
        assert ack.http_status == 401, (headers, ack)
    assert "*1 defect*" in words(await town.types(town.tess, "/defect list"))


async def test_payloads_that_nobody_here_wrote_end_in_no_failure(town: Town) -> None:
    """Every field of every kind of payload, once missing, once null, once of another type."""
    town.language = False
    kinds = await _one_of_each(town)
    assert {"event_callback", "command", "block_actions", "message_action", "shortcut", "view_submission"} <= set(kinds)
    failed = []
    for name, (kind, payload) in kinds.items():
        for changed, how in _bent(payload):
            ack = await _road(town).send(kind, changed, Retry())
            if ack.http_status is None or ack.http_status >= 500:
                failed.append((name, how, ack.http_status))
    assert failed == []
    await town.space.settled()
    town.refusals |= {(name, call["_error"]) for name, call in town.space.calls if not call["_ok"]}
    town.trouble |= {"views.open: ", "chat.postMessage: "}


async def _one_of_each(town: Town) -> dict[str, tuple[str, Json]]:
    root = town.says(town.omar, "Total wraps")
    await town.files_from_message(town.tess, root)
    card = await town.card("DEF-1")
    await town.quiet()
    await town.presses(town.devon, card, "Claim")
    town.says(town.devon, "only on phones", thread=root)
    town.people.forms.open_home(town.tess)
    await town.uses(town.tess, "my_queue")
    await town.uses(town.tess, "add_evidence", root)
    await town.people.clicks.suggestions(town.tess, "key", "total")
    await town.types(town.tess, "/defect list")
    await town.quiet()
    log = town.space.delivery.log
    return {str(each.payload.get("type", "command")): (each.kind, each.payload) for each in log}


def _bent(payload: Json) -> Iterator[tuple[Json, str]]:
    for number, path in enumerate(_paths(payload)):
        for offset, value in enumerate((..., None, 7, ["x"], {"x": "y"}, "\x00é")):
            # Each place takes two of the ways, so that all are met and none takes long.
            if (number + offset) % 3 == 0:
                changed = json.loads(json.dumps(payload))
                changed |= {"trigger_id": f"{number}.{offset}", "event_id": f"Ev{number}{offset}"}
                yield _set(changed, path, value), f"{path} = {value!r}"
    yield {}, "empty"
    yield {"type": "invented", "team_id": payload.get("team_id")}, "unknown type"
    yield {**payload, "type": "invented"}, "unknown type"


def _paths(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    below: Any = node.items() if isinstance(node, dict) else enumerate(node[:2]) if isinstance(node, list) else ()
    for key, value in below:
        if len(path) < 5 and key not in ("blocks", "bot_profile"):
            yield from _paths(value, (*path, key))


def _set(payload: Any, path: tuple[str | int, ...], value: Any) -> Json:
    place = payload
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    changed: Json = payload
    return changed


def _road(town: Town) -> HttpRoad:
    road = town.space.delivery.road
    assert isinstance(road, HttpRoad)
    return road
