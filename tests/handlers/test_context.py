"""Who asks, for which workspace, where: read from payloads as Slack sends them."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.values import Surface
from bot.services.context import Receipt
from bot.slack.ids import Act
from bot.slack.similar import SAME
from handlers.actions import receipts_of_click
from handlers.context import Authorized, event_receipts, incoming, tenant, trigger_receipt, view_receipt
from handlers.modals import alike
from handlers.payload import dig, each, number, word

OURS = Authorized(token="xoxb", bot="UBOT", team="T1", enterprise="E1")
ALONE = Authorized(token="xoxb", bot="UBOT", team="T1")


@pytest.mark.parametrize(
    ("body", "guest"),
    [
        ({"user_id": "U1", "team_id": "T1"}, None),
        ({"user": {"id": "U1", "team_id": "T1"}, "team": {"id": "T1"}}, None),
        ({"user": {"id": "U1", "team_id": "T9"}, "team": {"id": "T9"}}, "T9"),
        ({"user": {"id": "U1"}}, None),
        ({"user": "U1"}, None),
        ({"user": {"id": "U1"}, "team": {"id": "T9"}}, "T9"),
        ({"event": {"previous_message": {"user": "U1"}}}, None),
        ({"user_id": "U1", "team_id": "T9"}, "T9"),
        ({"user": {"id": "U1", "team_id": "T9"}, "team": {"id": "T1"}}, "T9"),
        ({"event": {"user": "U1", "user_team": "T9", "team": "T1"}, "team_id": "T1"}, "T9"),
        ({"event": {"user": "U1", "team": "T9"}, "team_id": "T1"}, "T9"),
        ({"event": {"message": {"user": "U1", "team": "T9"}}, "team_id": "T1"}, "T9"),
    ],
)
def test_the_actors_own_workspace_is_told_from_the_tenant(body: dict[str, Any], guest: str | None) -> None:
    context = incoming(body, ALONE, Surface.BUTTON).context
    assert (context.team_id, context.actor, context.guest_team) == ("T1", "U1", guest)


@pytest.mark.parametrize(
    "company",
    [
        lambda name: {"enterprise": {"id": name}},
        lambda name: {"enterprise_id": name},
        lambda name: {"user": {"id": "U1", "team_id": "T2", "enterprise_id": name}},
    ],
)
def test_another_workspace_of_the_same_organisation_is_no_guest(company: Callable[[str], dict[str, Any]]) -> None:
    click = {"user": {"id": "U1", "team_id": "T2"}, "team": {"id": "T2"}}
    guests = [incoming({**click, **company(name)}, OURS, Surface.BUTTON).context.guest_team for name in ("E1", "E9")]
    assert guests == [None, "T2"]


@pytest.mark.parametrize("own", ["T1", "E1", ""])
def test_nobody_of_ours_is_a_guest_where_their_organisation_is_not_said(own: str) -> None:
    assert incoming({"user": {"id": "U1", "team_id": own}}, OURS, Surface.BUTTON).context.guest_team is None


def test_an_event_names_the_receivers_organisation_which_proves_nothing_of_its_author() -> None:
    said = {"event": {"user": "U1", "user_team": "T9"}, "enterprise_id": "E1", "team_id": "T1"}
    assert incoming(said, OURS, Surface.THREAD).context.guest_team == "T9"


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"authorizations": [{"team_id": "T5"}], "team_id": "T6"}, "T5"),
        ({"view": {"app_installed_team_id": "T4"}, "team": {"id": "T6"}}, "T4"),
        ({"team_id": "T6", "team": {"id": "T8"}}, "T6"),
        ({"team": {"id": "T8"}, "user": {"team_id": "T7"}}, "T8"),
        ({"team": None, "user": {"team_id": "T7"}}, "T7"),
        ({"event": {"team": "T3"}}, "T3"),
        ({}, ""),
    ],
)
def test_an_organisation_wide_installation_takes_the_tenant_from_the_payload(body: dict[str, Any], team: str) -> None:
    assert tenant(body, Authorized(team="T1", org_wide=True)) == team
    assert tenant(body, ALONE) == "T1"


def test_where_it_was_made_is_read_from_each_kind_of_payload() -> None:
    click = {"container": {"channel_id": "C1", "message_ts": "2.0", "thread_ts": "1.0"}}
    shortcut = {"channel": {"id": "C1"}, "message": {"ts": "2.0", "thread_ts": "1.0"}}
    bare = {"channel": {"id": "C1"}, "message_ts": "2.0", "message": {"thread_ts": "1.0"}}
    event = {"event": {"channel": "C1", "ts": "2.0", "thread_ts": "1.0"}}
    change = {"event": {"channel": "C1", "ts": "3.0", "message": {"ts": "2.0", "thread_ts": "1.0"}}}
    gone = {"event": {"channel": "C1", "deleted_ts": "2.0", "previous_message": {"ts": "2.0", "thread_ts": "1.0"}}}
    unnamed = {"event": {"channel": "C1", "ts": "3.0", "previous_message": {"ts": "2.0", "thread_ts": "1.0"}}}
    unread = {"event": {"channel": "C1", "ts": "3.0", "deleted_ts": "2.0", "thread_ts": "1.0"}}
    for body in (click, shortcut, bare, event, change, gone, unnamed, unread):
        context = incoming(body, ALONE, Surface.THREAD).context
        assert (context.channel, context.message_ts, context.thread_ts) == ("C1", "2.0", "1.0")


def test_a_command_is_made_in_a_channel_and_on_no_message() -> None:
    context = incoming({"channel_id": "C1"}, ALONE, Surface.COMMAND).context
    assert (context.channel, context.message_ts, context.thread_ts) == ("C1", None, None)


def test_each_delivery_has_the_receipts_that_its_kind_can_have() -> None:
    event = {"event_id": "Ev1", "event": {"channel": "C1", "ts": "2.0"}}
    assert event_receipts(event, "claim") == (Receipt("event", "Ev1"), Receipt("message", "C1:2.0:claim"))
    assert event_receipts(event) == (Receipt("event", "Ev1"),)
    assert trigger_receipt({"trigger_id": "t1"}) == (Receipt("trigger", "t1"),)
    assert view_receipt({"view": {"id": "V1"}}) == (Receipt("view", "V1"),)
    assert event_receipts({}, "claim") == trigger_receipt({}) == view_receipt({"view": 3}) == ()


@pytest.mark.parametrize(
    ("verb", "where", "kinds"),
    [
        ("claim", {}, ["trigger"]),
        ("new", {}, ["trigger", "button"]),
        ("new", {"message_ts": None}, ["trigger"]),
        ("same_as", {"is_ephemeral": True}, ["trigger", "button"]),
        ("same_as", {}, ["trigger"]),
    ],
)
def test_a_button_counts_once_where_no_state_refuses_the_second_press(
    verb: str, where: dict[str, Any], kinds: list[str]
) -> None:
    container = {"channel_id": "C1", "message_ts": "2.0", **where}
    body = {"trigger_id": "t1", "container": container}
    here = incoming(body, ALONE, Surface.BUTTON, trigger_receipt(body))
    known = {"trigger": "t1", "button": f"C1:2.0:{verb}"}
    assert receipts_of_click(here, Act(verb)) == tuple(Receipt(kind, known[kind]) for kind in kinds)
    assert receipts_of_click(here, None) == (Receipt("trigger", "t1"),)


def test_a_same_defect_that_is_said_in_the_form_counts_once_for_the_whole_form() -> None:
    form = {"trigger_id": "t1", "view": {"id": "V1", "callback_id": alike.FORM}}
    here = incoming(form, ALONE, Surface.MODAL, trigger_receipt(form))
    assert receipts_of_click(here, Act(SAME)) == (Receipt("trigger", "t1"), Receipt("view", "V1"))
    assert receipts_of_click(here, Act("claim")) == (Receipt("trigger", "t1"),)


@pytest.mark.parametrize("body", [{"response_url": "u1"}, {"response_urls": [{"response_url": "u1"}, {}]}])
def test_a_click_and_a_form_each_say_where_they_can_be_answered(body: dict[str, Any]) -> None:
    assert incoming(body, ALONE, Surface.BUTTON).response_url == "u1"


def test_whatever_is_missing_or_of_another_kind_reads_as_nothing() -> None:
    body = {"a": [{"b": "x"}, 3], "n": 5, "t": True}
    assert dig(body, "a", 0, "b") == "x"
    assert dig(body, "a", 7) is None
    assert dig(body, "a", "b") is None
    assert word(body, "n") == ""
    assert list(each(body, "a")) == [{"b": "x"}]
    assert list(each(body, "n")) == []
    assert (number(body, "n"), number(body, "t"), number(body, "a")) == (5, 0, 0)
