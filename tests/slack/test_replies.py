from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.events import Kind, Scalar
from bot.domain.values import Status
from bot.services.outcome import Outcome
from bot.services.views import Similar
from bot.slack import replies, similar
from bot.slack.ids import Act, decode
from bot.slack.mrkdwn import our_words
from tests.domain.defects import DEVON, OMAR, TESS
from tests.slack import showing
from tests.slack.showing import outline, view

NO_RECEIPT = {
    Kind.COMMENT_EDITED,
    Kind.COMMENT_ERASED,
    Kind.FOLLOWERS_CHANGED,
    Kind.LINKS_CARRIED,
    Kind.SEVERITY_CARRIED,
}
_ELSEWHERE = frozenset(
    {
        "project",
        "release",
        "build",
        "digest",
        "results",
        "result",
        "tests",
        "requirements",
        "cases",
        "gates",
        "waiver",
        "signoff",
        "policy",
        "failure",
        "texts",
    }
)
ABOUT_DEFECTS = [kind for kind in Kind if kind.value.split("_")[0] not in _ELSEWHERE]


def received(kind: Kind, **facts: object) -> list[str]:
    return outline(replies.receipt(Outcome(showing.fixed(), kind, facts), me=DEVON))  # type: ignore[arg-type]


def test_every_kind_of_change_of_a_defect_has_a_receipt() -> None:
    assert {kind.value for kind in ABOUT_DEFECTS if kind not in NO_RECEIPT} | {"nothing"} == our_words().blocks(
        replies.RECEIPT
    )


def test_receipts_say_what_happened_where_and_offer_the_way_back() -> None:
    assert received(Kind.DEFECT_FILED, channel="C0SHOP", in_thread=True) == [
        "Filed as SHOP-42, in this thread.",
        "[Undo]",
    ]
    assert received(Kind.DEFECT_FILED, channel="C0SHOP", in_thread=False) == [
        "Filed as SHOP-42, in <#C0SHOP>.",
        "[Undo]",
    ]
    assert received(Kind.DEFECT_FILED, channel="", in_thread=False) == [
        "Filed as SHOP-42. Its card comes to you: no home channel is chosen yet.",
        "[Undo] [Choose a home channel]",
    ]
    assert received(Kind.DEFECT_FIXED, build=None, release="2.4") == [
        "Fixed, in the next build of 2.4. Somebody else verifies SHOP-42.",
        "[Undo] [Name the build…]",
    ]
    assert received(Kind.DEFECT_FIXED, build="2.4.0-rc3", release="2.4") == [
        "Fixed, in 2.4.0-rc3. Somebody else verifies SHOP-42.",
        "[Undo]",
    ]
    assert received(Kind.DEFECT_ASSIGNED, owner=DEVON) == ["SHOP-42 is yours now.", "[Undo]"]
    assert received(Kind.DEFECT_ASSIGNED, owner=OMAR) == [f"SHOP-42 is <@{OMAR}>'s now.", "[Undo]"]
    assert received(Kind.DEFECT_EDITED, fields="severity release_id") == [
        "SHOP-42 is changed: severity, release.",
        "[Undo]",
    ]
    assert received(Kind.VERIFICATION_FAILED, owner=DEVON, bounces=2) == [
        f"SHOP-42 is back with <@{DEVON}> (bounce 2).",
        "[Undo]",
    ]
    assert received(Kind.COMMENT_ADDED) == ["Noted on SHOP-42."]
    assert received(Kind.CHANGE_UNDONE, undone="defect_filed") == ["Taken back: SHOP-42 is withdrawn."]


def test_what_was_that_way_already_has_nothing_to_undo() -> None:
    answer = replies.receipt(Outcome(showing.started(), Kind.DEFECT_ASSIGNED, nothing=True), me=DEVON)
    assert outline(answer) == ["SHOP-42 is that way already; nothing changed."]


def test_the_way_back_carries_the_version_that_it_would_undo() -> None:
    defect = showing.fixed()
    defect.version = 4
    answer = replies.receipt(Outcome(defect, Kind.DEFECT_FIXED, {"build": "2.4.0-rc3"}), me=DEVON)
    assert decode(answer["blocks"][1]["elements"][0]["value"]) == Act("undo", "SHOP-42", 4)


@pytest.mark.parametrize("kind", [kind for kind in ABOUT_DEFECTS if kind not in NO_RECEIPT])
def test_a_receipt_needs_no_fact_that_a_thread_does_not_know(kind: Kind) -> None:
    answer = replies.receipt_of(kind, "SHOP-42", None, {}, me=TESS)
    assert "SHOP-42" in answer["text"] or kind is Kind.DEFECT_FIXED
    assert answer["text"].endswith(".")


@given(st.text(min_size=1, max_size=250))
def test_any_title_can_be_offered_as_a_defect_and_what_fits_comes_back(title: str) -> None:
    act = decode(replies.offer(title)["blocks"][1]["elements"][0]["value"])
    assert act is not None
    assert act.verb == "new"
    assert title.startswith(act.extra["title"])


def test_a_thread_of_several_defects_asks_with_a_button_per_key() -> None:
    choices = [(key, Act("claim", key)) for key in ("SHOP-42", "SHOP-43")]
    assert outline(replies.which_key(choices)) == [
        "This thread holds several defects. Which one?",
        "[SHOP-42] [SHOP-43]",
    ]


def test_a_stale_click_is_shown_how_things_stand() -> None:
    lines = outline(replies.stale(view(showing.verified()), showing.NAMES))
    assert lines[0] == "SHOP-42 has changed since these buttons were drawn. Now:"
    assert lines[-1] == "[Close] [Reopen…] ⋯ Edit… | History | Link… | Comment…"


def test_possible_duplicates_and_what_can_be_said_of_them() -> None:
    one = Similar("SHOP-17", "Paid <twice>", Status.NEW, None, ("paid",), 0.5)
    line = "SHOP-17 Paid &lt;twice&gt; (new) — `paid`"
    assert outline(similar.of_words("paid", [one])) == ["1 possible duplicate:", line, "[Same as SHOP-17] [Open]"]
    unlikely = [replace(one, worth_showing=False)] * 2
    assert outline(similar.of_words("paid", unlikely))[0] == "Probably new. Nearest on record:"
    assert outline(similar.of_defect("SHOP-9", unlikely, asked=True))[0] == "SHOP-9 is probably new. Nearest on record:"
    assert outline(similar.of_words("paid", [])) == ["Nothing like it is on record."]
    judged = "[Same as SHOP-17] [Not a duplicate] [Open]"
    assert outline(similar.of_defect("SHOP-42", [one])) == ["Possible duplicate of SHOP-42:", line, judged]
    assert outline(similar.of_defect("SHOP-42", [])) == ["Nothing like SHOP-42 is on record."]
    assert outline(similar.noted("SHOP-42", "SHOP-9", [one], asked=False)) == [
        "SHOP-42 is not a duplicate of SHOP-9; that one is not shown for it again.",
        "Possible duplicate of SHOP-42:",
        line,
        judged,
    ]


def test_a_text_too_long_for_a_button_is_cut_and_never_loses_the_key() -> None:
    one = Similar("SHOP-17", "Paid", Status.NEW, None, ("paid",), 0.5)
    message = similar.of_words("ß" * 3000, [one])
    act = decode(message["blocks"][2]["elements"][0]["value"])
    assert act is not None
    assert (act.verb, act.extra["original"], set(act.extra["text"])) == ("same_as", "SHOP-17", {"ß"})


def test_a_failure_that_saved_nothing() -> None:
    assert outline(replies.not_saved("R-7F3K")) == [
        "Not saved, nothing changed. Try again; if it stays, tell an admin `R-7F3K`."
    ]


def test_a_closed_channel_is_explained_to_one_person_with_its_remedy() -> None:
    facts: dict[str, Scalar] = {"channel": "C0SHOP", "method": None, "code": "is_archived", "key": "SHOP-42"}
    assert outline(replies.told("route_paused", facts)) == [
        "I cannot write in <#C0SHOP> (`is_archived`), so SHOP-42 does not show there; the record is complete. "
        "To mend it: unarchive it, or choose another home channel with `/defect setup`."
    ]


def test_a_shipped_release_is_one_line() -> None:
    facts: dict[str, Scalar] = {
        "actor": OMAR,
        "release": "2.4",
        "verdict": "AT RISK",
        "closed": 1,
        "still_open": 2,
        "anyway": True,
    }
    told = replies.told("release_shipped", {**facts, "keys": "SHOP-1, SHOP-2", "reason": "agreed"}, showing.NAMES)
    assert outline(told) == [
        "Omar shipped release 2.4 past its gates (AT RISK): 1 defect closed, 2 still open: SHOP-1, SHOP-2. "
        "Reason: agreed."
    ]
