from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.domain.defect import Defect
from bot.domain.lifecycle import allowed
from bot.domain.values import Status
from bot.services.views import Similar
from bot.slack import acts
from bot.slack.cards import card
from bot.slack.ids import decode
from bot.slack.limits import check
from tests.domain.defects import TESS, filed, later
from tests.slack import showing
from tests.slack.showing import NAMES, STATES, outline, view

TITLE = "SHOP-42  Card declined twice on retry"
ORIGIN = (
    "filed by Tess from <https://acme.slack.com/archives/C0SHOP/p1795424400000100|this message> "
    "<!date^1795424400^{date_short_pretty}|2026-11-23 09:00 UTC>"
)
EVIDENCE = "<https://acme.slack.com/files/U0TESS/F1/declined.png|declined.png>"
SHIPS = "release 2.4 (ships 18 Dec)"
LEADS: dict[str, list[str]] = {
    "fresh": [f"🟡 S3 · new · no owner · {SHIPS}", "Waits for triage: severity, priority, release."],
    "triaged": [f"🔴 S1 P1 · triaged · no owner · {SHIPS}", "Waits for somebody to take it."],
    "asked": [f"🔴 S1 P1 · triaged · no owner · {SHIPS}", "Omar is asked by Tess: which card?"],
    "started": [f"🔴 S1 P1 · in progress · Devon · {SHIPS}", "Devon works on it."],
    "fixed": [
        f"🔴 S1 P1 · fixed by Devon in 2.4.0-rc3 (abc1234) · waits for verification · {SHIPS}",
        "Anybody but Devon can verify on 2.4.0-rc3 or later.",
    ],
    "bounced": [f"🔴 S1 P1 · in progress · Devon · {SHIPS} · 1 bounce", "Devon works on it."],
    "blocked": [
        f"🔴 S1 P1 · fixed by Devon in 2.4.0-rc3 (abc1234) · waits for verification · {SHIPS}",
        "Verification is blocked: staging is down",
    ],
    "verified": [
        f"🔴 S1 P1 · verified by Tess on 2.4.0-rc3 · fixed by Devon in 2.4.0-rc3 (abc1234) · {SHIPS}",
        "Closes when 2.4 ships.",
    ],
    "closed": [f"🔴 S1 P1 · closed · verified by Tess on 2.4.0-rc3 · fixed by Devon in 2.4.0-rc3 (abc1234) · {SHIPS}"],
    "unreproducible": [
        f"🔴 S1 P1 · cannot reproduce, says Devon · waits for confirmation · {SHIPS}",
        "Anybody but Devon can confirm it or send it back.",
    ],
    "duplicate": [f"🔴 S1 P1 · duplicate of SHOP-17 · {SHIPS}", "Closes and reopens with SHOP-17."],
    "deferred": ["🔴 S1 P1 · deferred to 2.4 · no owner"],
}
BUTTONS = {
    "fresh": "[Claim] [Triage…] ⋯ Fixed… | Resolve… | Ask… | Assign… | All it can do…",
    "triaged": "[Claim] [Start] ⋯ Fixed… | Resolve… | Ask… | Assign… | All it can do…",
    "asked": "[Claim] [Start] ⋯ Fixed… | Resolve… | Ask… | Assign… | All it can do…",
    "started": "[Fixed…] [Ask…] ⋯ Resolve… | Assign… | Defer… | Edit… | All it can do…",
    "fixed": "[Passes] [Fails…] ⋯ Blocked… | Reopen… | Edit… | History | All it can do…",
    "bounced": "[Fixed…] [Ask…] ⋯ Resolve… | Assign… | Defer… | Edit… | All it can do…",
    "blocked": "[Passes] [Fails…] ⋯ Blocked… | Reopen… | Edit… | History | All it can do…",
    "verified": "[Close] [Reopen…] ⋯ Edit… | History | Link… | Comment…",
    "closed": "[Reopen…] [History] ⋯ Link… | Comment…",
    "unreproducible": "[Passes] [Fails…] ⋯ Blocked… | Reopen… | Edit… | History | All it can do…",
    "duplicate": "[Reopen…] [Edit…] ⋯ History | Link… | Comment…",
    "deferred": "[Resume] [Edit…] ⋯ History | Link… | Comment…",
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_card_says_title_state_next_actor_origin_evidence_and_what_can_be_done(state: Callable[[], Defect]) -> None:
    defect = state()
    original = "SHOP-17" if defect.duplicate_of else None
    name = state.__name__
    shown = card(view(defect, original=original), NAMES)
    place = ["cart · staging · found in 2.4.0-rc2 · " + ORIGIN] if name == "fresh" else [ORIGIN]
    assert outline(shown) == [TITLE, *LEADS[name], *place, EVIDENCE, BUTTONS[name]]
    assert shown["text"] == "\n".join([TITLE, *LEADS[name]])


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_slacks_own_models_accept_every_card(state: Callable[[], Defect]) -> None:
    for block in card(view(state(), original="SHOP-17"), NAMES)["blocks"]:
        parsed = Block.parse(block)
        assert parsed is not None
        parsed.validate_json()


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_card_is_within_slacks_limits(state: Callable[[], Defect]) -> None:
    crowded = replace(showing.SOURCE, files=showing.SOURCE.files * 40)
    full = view(state(), links=tuple(f"REQ-{n}" for n in range(300)), evidence=(crowded,), comments=1200)
    alike = [Similar("SHOP-17", "x" * 250, Status.NEW, "2.3", ("word",) * 9, 0.5)] * 3
    assert check(card(full, NAMES, alike)) == []


def test_what_it_may_repeat_is_shown_until_somebody_has_triaged_it() -> None:
    alike = [Similar("SHOP-17", "Payment retried", Status.VERIFIED, "2.3", ("declined", "retry"), 0.8)]
    line = "Possible duplicate: SHOP-17 Payment retried (verified in 2.3) — `declined` `retry`"
    assert line in outline(card(view(showing.fresh()), NAMES, alike))
    assert line not in outline(card(view(showing.triaged()), NAMES, alike))


def test_links_name_what_does_not_exist_and_duplicates_are_counted() -> None:
    shown = view(showing.fresh(), links=("REQ-7", "SHOP-9", "TC-3"), duplicates=("SHOP-50",), comments=2)
    lines = outline(card(shown, NAMES))
    assert "REQ-7 unknown requirement · SHOP-9 · TC-3 unknown test case · 1 duplicate: SHOP-50" in lines
    assert f"{EVIDENCE} · 2 comments" in lines


def test_a_fix_in_the_next_build_waits_for_it_and_a_project_without_builds_is_never_asked_for_one() -> None:
    awaiting = showing.fixed(build=None)
    assert "waits for the next build" in outline(card(view(awaiting), NAMES))[1]
    without = view(awaiting, project_has_builds=False, builds=())
    assert outline(card(without, NAMES))[1].split(" · ")[2] == "waits for verification"


def test_without_four_eyes_anybody_can_verify() -> None:
    shown = view(showing.fixed())
    shown.project.policy = type(shown.project.policy)(four_eyes=False)
    assert "Anybody can verify on 2.4.0-rc3 or later." in outline(card(shown, NAMES))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_button_is_there_exactly_for_what_the_lifecycle_allows_and_carries_key_and_version(
    state: Callable[[], Defect],
) -> None:
    defect = state()
    defect.version = 7
    offered = [decode(element["value"]) for element in acts.everything(defect)["elements"]]
    assert all(act and act.subject == "SHOP-42" and act.version == 7 for act in offered)
    verbs = {act.verb for act in offered if act} - set(acts.ALWAYS)
    possible = {acts.verb_of(action) for action in allowed(defect.status)}
    needless = {"claim" if defect.owner else "unassign"}
    if defect.duplicate_of:
        needless |= {"verify_pass", "verify_fail", "verify_blocked"}
    assert verbs == possible - needless


def test_a_card_names_nobody_by_mention() -> None:
    for state in STATES:
        assert "<@" not in str(card(view(state()), NAMES))


@given(title=st.text(min_size=1, max_size=250), question=st.text(max_size=300))
def test_no_title_or_question_becomes_a_live_reference(title: str, question: str) -> None:
    hostile = filed(title=f"{title}<!channel> <@U0TESS> <http://x|y> http://evil.example")
    hostile.ask(later(1), TESS, TESS, f"<!here>{question}")
    for kind, text in showing.texts(card(view(hostile), NAMES)):
        if kind != "text":
            for live in ("<!channel", "<!here", "<@", "<http://x"):
                assert live not in text or kind == "plain_text"
    bold = card(view(hostile), NAMES)["blocks"][0]["elements"][0]["elements"]
    assert bold == [{"type": "text", "text": f"SHOP-42  {hostile.title}", "style": {"bold": True}}]
