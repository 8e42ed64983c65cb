"""Slash commands, from Slack's payload to the answer and the record."""

import json

import pytest

from bot.cli import app as cli
from bot.domain.values import Severity, Status
from bot.services.outgoing import Sort
from bot.slack.answers import Ambiguous, Answer, Fate, Ok, RateLimited, Retryable
from handlers.commands import family_of
from handlers.verbs import Family
from handlers.verbs.slash import ON_THE_COMMAND_LINE
from tests.handlers.slack import CHANNEL, DEVON, OTHER, RHEA, TESS, Office, refused


@pytest.mark.parametrize(
    ("name", "family"),
    [("/defect", Family.DEFECT), ("/acme-verify", Family.VERIFY), ("/RELEASE", Family.RELEASE), ("/other", Family.ALL)],
)
def test_a_command_is_known_by_the_end_of_its_name(name: str, family: Family) -> None:
    assert family_of(name) is family


async def test_a_defect_goes_from_filed_to_verified_by_commands_alone(office: Office) -> None:
    assert "DEF-1" in await office.type("new “Card declined” on retry sev:S1")
    await office.type("new 2.4", command="/release")
    await office.type("build 2.4 2.4.0-rc1", command="/release")
    await office.type("claim DEF-1", DEVON)
    assert "2.4.0-rc1" in await office.type("DEF-1 fixed in rc1.", DEVON)
    assert "somebody else verifies it" in await office.type("DEF-1 pass", DEVON, "/verify")
    assert "verified" in await office.type("DEF-1 pass on rc1 holds", RHEA, "/verify")
    view = await office.defect("DEF-1")
    assert (view.defect.status, view.defect.severity, view.defect.title) == (
        Status.VERIFIED,
        Severity.S1,
        '"Card declined" on retry',
    )
    assert await office.history("DEF-1") == [
        "defect_filed",
        "defect_assigned",
        "defect_fixed",
        "verification_passed",
    ]


async def test_the_same_trigger_acts_once_and_is_answered_once(office: Office) -> None:
    first = await office.type("new Card declined", trigger_id="t-same")
    assert "DEF-1" in first
    assert await office.type("new Card declined", trigger_id="t-same") == ""
    assert "DEF-2" not in await office.type("list status:open")


async def test_a_missing_argument_opens_its_form_with_what_was_said(office: Office) -> None:
    await office.type("new Card declined")
    assert await office.type("verify DEF-1 fail") == ""
    view = office.slack.opened()
    assert view["callback_id"] == "verify"
    outcome = next(block for block in view["blocks"] if block.get("block_id") == "outcome")
    assert outcome["element"]["initial_option"]["value"] == "fail"
    assert "DEF-1" in str(view["blocks"][0])


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("new", "file"),
        ("fixed", "fixed"),
        ("claim", "pick"),
        ("setup", "setup"),
        ("build", "build"),
        ("digest", "digest"),
        ("ship", "ship"),
        ("release new", "release"),
        ("link", "link"),
        ("comment", "comment"),
    ],
)
async def test_every_form_opens_without_anything_on_record(office: Office, typed: str, form: str) -> None:
    assert await office.type(typed) == ""
    assert office.slack.opened()["callback_id"] == form


async def test_a_form_about_an_unknown_defect_is_refused_in_words(office: Office) -> None:
    assert "DEF-9" in await office.type("edit DEF-9")
    assert office.slack.of("views.open") == []


async def test_a_trigger_that_is_too_old_asks_to_press_again(office: Office) -> None:
    office.slack.answers["views.open"] = refused("expired_trigger_id", Fate.TRIGGER)
    assert "again" in await office.type("new")


async def test_a_view_that_slack_refuses_gets_a_reference_and_no_slack_words(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.slack.answers["views.open"] = refused("view_too_large", Fate.PAYLOAD)
    said = await office.type("new")
    reference = said.split("`")[1]
    assert reference.startswith("R-")
    assert "saved" not in said
    assert "view_too_large" not in said
    assert reference in caplog.text


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (RateLimited(12.3), "Slack opens no more forms just now. Try again in 13 s."),
        (Retryable("status 503", sent=True), "Slack could not open the form. Try again."),
        (Ambiguous("TimeoutError"), "Slack did not say whether the form is open. If it is not, try again."),
    ],
)
async def test_a_form_that_slack_does_not_open_just_now_says_so_and_of_nothing_to_save(
    office: Office, answer: Answer, words: str
) -> None:
    office.slack.answers["views.open"] = answer
    assert words in await office.type("new")


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked"])
async def test_where_the_token_is_refused_trying_again_does_not_help_and_is_not_advised(
    office: Office, code: str
) -> None:
    office.slack.answers["views.open"] = refused(code, Fate.INSTALLATION)
    said = await office.type("new")
    assert f"Slack refuses my token (`{code}`), so the form cannot open. Tell an admin: install the app again" in said
    assert "ry again" not in said


async def test_text_without_a_verb_is_offered_as_a_defect_and_one_press_files_it_once(office: Office) -> None:
    body = await office.dispatch(
        {
            "command": "/defect",
            "text": "Cart total is wrong",
            "user_id": TESS,
            "channel_id": OTHER,
            "team_id": "T1",
            "trigger_id": "t-x",
        }
    )
    assert "File" in body.body
    button = json.loads(body.body)["blocks"][1]["elements"][0]
    await office.press(button["value"])
    await office.press(button["value"])
    assert (await office.defect("DEF-1")).defect.title == "Cart total is wrong"
    assert "1 defect" in await office.type("list status:open")


async def test_a_name_typed_by_hand_is_asked_back_and_the_choice_acts(office: Office) -> None:
    await office.type("new Card declined")
    body = await office.dispatch(
        {"command": "/defect", "text": "assign DEF-1 @dana", "user_id": TESS, "channel_id": OTHER, "team_id": "T1"}
    )
    chooser = json.loads(body.body)["blocks"][1]
    action = {"type": "users_select", "action_id": "choose", "block_id": chooser["block_id"], "selected_user": DEVON}
    await office.press("", actions=[action])
    assert (await office.defect("DEF-1")).defect.owner == DEVON


async def test_four_kibibytes_are_filed_and_more_is_refused_with_both_figures(office: Office) -> None:
    assert "at most 250" in await office.type("new " + "x" * 4000)
    said = await office.type("comment DEF-1 " + "🛒" * 1025)
    assert "4096" in said
    assert "4114" in said


async def test_a_command_without_any_field_is_still_answered(office: Office) -> None:
    response = await office.dispatch({"command": "/defect", "team_id": "T1", "trigger_id": ""})
    assert response.status == 200


async def test_a_guest_of_another_company_is_refused_in_words(office: Office) -> None:
    await office.type("new Card declined")
    said = await office.type("claim DEF-1", DEVON, team_id="T9")
    assert "another company" in said
    assert (await office.defect("DEF-1")).defect.owner is None


async def test_what_is_answered_to_a_command_is_for_one_person_alone(office: Office) -> None:
    response = await office.dispatch({"command": "/defect", "text": "help", "user_id": TESS, "team_id": "T1"})
    assert '"response_type": "ephemeral"' in response.body
    assert office.outbox(Sort.NOTICE) == []


async def test_a_sentence_that_begins_like_a_verb_can_still_be_filed(office: Office) -> None:
    said = await office.type("close button does nothing on phones")
    assert "a defect's key belongs here" in said
    assert "File “close button does nothing on phones” as a defect?" in said


async def test_a_card_goes_where_the_command_was_typed_once_it_is_known_that_the_bot_is_in(office: Office) -> None:
    assert "comes to you" in await office.type("new too early")
    office.desk.channels.heard_from("T1", CHANNEL)
    assert "<#C0SHOP>" in await office.type("new in time")


async def test_our_channels_are_learned_with_the_first_request_and_not_again(office: Office) -> None:
    listed = {"id": CHANNEL, "name": "shop", "is_member": True}
    office.slack.answers["conversations.list"] = Ok({"ok": True, "channels": [listed]})
    await office.type("help")
    await office.type("help")
    assert len(office.slack.of("conversations.list")) == 1
    assert "<#C0SHOP>" in await office.type("new x")


async def test_a_name_that_fits_one_person_whom_we_know_needs_no_question(office: Office) -> None:
    members = [{"id": DEVON, "name": "dana", "profile": {"display_name": "Dana"}}, {"id": TESS, "name": "tess"}]
    office.slack.answers["users.list"] = Ok({"ok": True, "members": members})
    await office.type("new x")
    assert "Who is meant" in await office.type("assign DEF-1 @dana")
    assert "is <@U0DEVON>'s now" in await office.type("assign DEF-1 @dana")
    assert "*1 defect*" in await office.type("list owner:@dana")
    assert "no person is called `@nobody` here; there is `@dana` `@tess`" in await office.type("list owner:@nobody")
    assert "did you mean `@dana`?" in await office.type("list owner:@dna")


@pytest.mark.parametrize("command", ["/release", "/trace", "/verify"])
async def test_a_word_that_no_release_knows_is_never_offered_as_a_defect(office: Office, command: str) -> None:
    body = {"command": command, "text": "decision 2.4 please", "user_id": TESS, "team_id": "T1"}
    said = (await office.dispatch(body)).body
    assert "I do not know `decision`. On the command line: `countersign decision REL`." in said
    assert "as a defect?" not in said
    assert '"type": "button"' not in said


@pytest.mark.parametrize("line", ON_THE_COMMAND_LINE.values())
def test_where_the_command_line_is_named_it_knows_the_word(line: str) -> None:
    known = {each.name or (each.callback.__name__ if each.callback else "") for each in cli.registered_commands}
    assert line.split()[1] in known | {each.name for each in cli.registered_groups}
