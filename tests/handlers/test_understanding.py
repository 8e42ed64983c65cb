"""From the words behind a command to a request."""

import contextlib
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.values import Priority, Resolution, Severity
from bot.services import requests as ask
from handlers import questions
from handlers.normalise import normalise
from handlers.parsing import UsageError
from handlers.understanding import Incomplete, NoVerb, understand
from handlers.verbs import COMMANDS, PHRASES, Family, Verb


def request(text: str, family: Family = Family.DEFECT) -> object:
    return understand(family, normalise(text)).request


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.slug)
def test_the_example_of_every_verb_is_understood_under_its_command_as_that_verb(row: Verb) -> None:
    asked = understand(row.family, row.example)
    assert asked.verb is row or asked.verb.slug.startswith(row.slug)


def test_no_phrase_means_two_verbs() -> None:
    assert len(PHRASES) == sum(len(set(row.phrases)) for row in COMMANDS)


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fixed SHOP-42 in 2.4.0-rc3", ask.MarkFixed("SHOP-42", "2.4.0-rc3")),
        ("fixed shop-42 rc3", ask.MarkFixed("SHOP-42", "rc3")),
        ("SHOP-42 fixed", ask.MarkFixed("SHOP-42")),
        ("SHOP-42 fixed in next", ask.MarkFixed("SHOP-42")),
        ("FIXED “SHOP-42” abc1234", None),
        ("fixed SHOP-42 abc1234", ask.MarkFixed("SHOP-42", None, "abc1234")),
        ("fixed SHOP-42 in 2.4 abc1234", ask.MarkFixed("SHOP-42", "2.4", "abc1234")),
        ("fixed SHOP-42 build:rc3 commit:abc pr:<https://host/1>", ask.MarkFixed("SHOP-42", "rc3", "abc", "https://host/1")),
        ("claim SHOP-42", ask.Claim("SHOP-42")),
        ("assign <@U12AB|dana> SHOP-42", ask.Assign("SHOP-42", "U12AB")),
        ("SHOP-42 assign to @dana", ask.Assign("SHOP-42", "@dana")),
        ("needs info SHOP-42 <@U12AB> which browser?", ask.AskInfo("SHOP-42", "U12AB", "which browser?")),
        ("SHOP-42 needs info @ana", ask.AskInfo("SHOP-42", "@ana", "")),
        ("triage SHOP-42 sev:s1 prio: p1 rel:2.4", ask.Triage("SHOP-42", Severity.S1, Priority.P1, "2.4")),
        ("triage SHOP-42 S1 P2", ask.Triage("SHOP-42", Severity.S1, Priority.P2)),
        ("edit SHOP-42 comp:none", ask.Edit("SHOP-42", component="")),
        ("edit SHOP-42 title:“Card declined”", ask.Edit("SHOP-42", title="Card declined")),
        ("resolve SHOP-42 duplicate of SHOP-17 same stack", ask.Resolve("SHOP-42", Resolution.DUPLICATE, "SHOP-17", "same stack")),  # noqa: E501
        ("resolve SHOP-42 can’t reproduce on any phone", ask.Resolve("SHOP-42", Resolution.CANNOT_REPRODUCE, None, "on any phone")),  # noqa: E501
        ("SHOP-42 dup of SHOP-17", ask.Resolve("SHOP-42", Resolution.DUPLICATE, "SHOP-17")),
        ("wont fix SHOP-42 as agreed", ask.Resolve("SHOP-42", Resolution.WONT_FIX, None, "as agreed")),
        ("defer SHOP-42 to 2.5: new provider", ask.Defer("SHOP-42", "2.5", "new provider")),
        ("reopen SHOP-42 it is back", ask.Reopen("SHOP-42", "it is back")),
        ("comment SHOP-42 see error:500, \"quoted\"  twice", ask.Comment("SHOP-42", 'see error:500, "quoted"  twice')),
        ("link SHOP-42 to REQ-7 TC-3", ask.Link("SHOP-42", ("REQ-7", "TC-3"))),
        ("undo", ask.Undo()),
        ("SHOP-42 undo", ask.Undo("SHOP-42")),
        ("verify SHOP-42 pass on rc3 holds", ask.VerifyPass("SHOP-42", "rc3", None, "holds")),
        ("pass SHOP-42", ask.VerifyPass("SHOP-42")),
        ("SHOP-42 fail on rc3 env:staging still charges", ask.VerifyFail("SHOP-42", "still charges", "rc3", "staging")),
        ("fail SHOP-42 on my phone it hangs", ask.VerifyFail("SHOP-42", "on my phone it hangs")),
        ("verify SHOP-42 blocked staging is down", ask.VerifyBlocked("SHOP-42", "staging is down")),
        ("show SHOP-42", questions.Show("SHOP-42")),
        ("dups card declined", questions.Duplicates(text="card declined")),
        ("mine", questions.MyFiled()),
        ("release list", questions.ListReleases()),
        ("release new 2.4 ships:2026-12-18", ask.PlanRelease("2.4", date(2026, 12, 18))),
        ("build 2.4 2.4.0-rc3 commits:abc1234,def5678", ask.RegisterBuild("2.4", "2.4.0-rc3", ("abc1234", "def5678"))),
        ('status 2.4 as-of:"2026-11-20 18:00"', questions.ReleaseStatus("2.4", "2026-11-20T18:00:00")),
        ("gates", questions.ReleaseGates()),
        ("ship SHOP/2.4", ask.Ship("SHOP/2.4")),
        ("ship 2.4 anyway: the contract says so", ask.Ship("2.4", "the contract says so")),
        ("digest 2.4 at 9:05 Europe/Berlin weekdays", ask.ScheduleDigest("2.4", "09:05", "Europe/Berlin")),
        ("digest 2.4 <#C12AB|shop> mon, wed at 17.30", ask.ScheduleDigest("2.4", "17:30", None, frozenset({1, 3}), "C12AB")),  # noqa: E501
        ("digest off", ask.StopDigest()),
        ("digest 2.4 now", ask.SendDigest("2.4")),
        ("help fixed", questions.Help("fixed")),
    ],
)  # fmt: skip
def test_any_verb_works_under_any_command(typed: str, meant: object, family: Family) -> None:
    if meant is None:
        with pytest.raises(UsageError):
            request(typed, family)
    else:
        assert request(typed, family) == meant


def test_new_and_list_mean_releases_under_release_and_defects_elsewhere() -> None:
    assert request("new 2.4", Family.RELEASE) == ask.PlanRelease("2.4")
    assert request("new 2.4 is slow") == ask.FileDefect("2.4 is slow")
    assert request("list", Family.RELEASE) == questions.ListReleases()
    assert request("list sev:S1", Family.VERIFY) == questions.ListDefects("sev:S1")


def test_a_command_alone_shows_what_waits() -> None:
    shown = [type(request("", family)) for family in (Family.DEFECT, Family.VERIFY, Family.RELEASE, Family.ALL)]
    assert shown == [questions.MyQueue, questions.VerifyQueue, questions.ReleaseStatus, questions.Help]


def test_a_key_alone_shows_the_defect_and_under_verify_opens_the_form() -> None:
    assert request("shop-42") == questions.Show("SHOP-42")
    assert request("SHOP-42", Family.VERIFY) == questions.OpenForm("verify", "SHOP-42")


def test_a_title_keeps_its_quotes_unless_it_is_one_quote_and_names_its_people() -> None:
    typed = 'new Total shows "0.00" for <@U12AB|dana> sev:S2 comp:cart req:REQ-7 req:REQ-8'
    assert request(typed) == ask.FileDefect(
        'Total shows "0.00" for @dana', Severity.S2, component="cart", requirements=("REQ-7", "REQ-8")
    )
    assert request('new "sev:S1 is ignored"') == ask.FileDefect("sev:S1 is ignored")


@pytest.mark.parametrize(
    ("typed", "problem", "pointed", "near"),
    [
        ("new Card declined sevrity:S1", "unknown_field", "sevrity:S1", "severity:"),
        ("triage SHOP-42 sev:critical", "no_such_value", "critical", None),
        ("triage SHOP-42 sev:S5", "no_such_value", "S5", "S1"),
        ("triage SHOP-42 sev:S1 severity:S2", "twice", "S2", None),
        ("claim SHOP-42 now", "left_over", "now", None),
        ("claim it", "no_key", "it", None),
        ("assign SHOP-42 dana", "no_person", "dana", None),
        ("release new 2.4 ships:2026-02-30", "no_day", "2026-02-30", None),
        ("status 2.4 as-of:25:00", "no_moment", "25:00", None),
        ("digest 2.4 at noon", "no_schedule", "noon", None),
        ("digest 2.4 at 09:00 #shop", "no_channel", "#shop", None),
        ("fixed SHOP-42 sev:S1", "unknown_field", "sev:S1", None),
    ],
)
def test_a_mistake_is_pointed_at_and_carries_the_verbs_example(
    typed: str, problem: str, pointed: str, near: str | None
) -> None:
    with pytest.raises(UsageError) as refused:
        request(typed)
    assert refused.value.span is not None
    assert (refused.value.problem, refused.value.span.of(typed)) == (problem, pointed)
    assert near is None or refused.value.near == near
    assert refused.value.example


@pytest.mark.parametrize(
    ("typed", "verb", "argument", "seen"),
    [
        ("new sev:S2", "new", "title", {"severity": "S2"}),
        ("fixed", "fixed", "key", {}),
        ("assign SHOP-42", "assign", "person", {"key": "SHOP-42"}),
        ("triage SHOP-42", "triage", "priority", {"key": "SHOP-42"}),
        ("edit SHOP-42", "edit", "field", {"key": "SHOP-42"}),
        ("resolve SHOP-42 duplicate", "resolve", "original", {"key": "SHOP-42", "resolution": "duplicate"}),
        ("defer SHOP-42 2.5", "defer", "reason", {"key": "SHOP-42", "release": "2.5"}),
        ("verify SHOP-42 fail on rc3", "verify", "note", {"key": "SHOP-42", "build": "rc3", "outcome": "fail"}),
        ("build 2.4", "build", "build", {"release": "2.4"}),
        ("digest 2.4", "digest", "at", {"release": "2.4"}),
    ],
)
def test_what_is_missing_is_asked_for_in_the_verbs_form_with_what_was_said(
    typed: str, verb: str, argument: str, seen: dict[str, str]
) -> None:
    with pytest.raises(Incomplete) as incomplete:
        request(typed)
    assert (incomplete.value.verb.slug, incomplete.value.argument, incomplete.value.seen) == (verb, argument, seen)
    assert incomplete.value.verb.modal


@pytest.mark.parametrize(
    "row", [row for row in COMMANDS if row.right not in ("show", "undo", "")], ids=lambda row: row.slug
)
def test_every_verb_that_needs_something_has_a_form_for_it(row: Verb) -> None:
    try:
        understand(Family.RELEASE if row.family is Family.RELEASE else Family.DEFECT, row.slug)
    except Incomplete:
        assert row.modal


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Cart total is wrong", None),
        ('"Cart total" is wrong', None),
        ("fixd SHOP-42", "fixed"),
        ("SHOP-42 clam", "claim"),
    ],
)
def test_text_without_a_verb_is_told_from_a_verb_mistyped(typed: str, near: str | None) -> None:
    with pytest.raises(NoVerb) as refused:
        request(typed)
    assert refused.value.text == typed
    assert (refused.value.near.slug if refused.value.near else None) == near


WORDS = st.sampled_from(
    [*PHRASES, "SHOP-42", "REQ-7", "sev:S1", "sev:", "rel:2.4", "in", "on", "@dana", "<@U12>", "<#C12|x>", '"', "at", "09:00",  # noqa: E501
     "-label:x", "é", "rc3", "build:rc3", "anyway:", "now", "pass", "fail", ":", "as-of:x"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=80), st.sampled_from(list(Family)))
@example("verify SHOP-42 SHOP-42 pass", Family.DEFECT)
def test_whatever_is_typed_is_a_request_or_one_of_three_mistakes(text: str, family: Family) -> None:
    with contextlib.suppress(Incomplete, NoVerb, UsageError):
        assert understand(family, normalise(text)).request is not None


@given(
    st.text(st.characters(codec="ascii", exclude_characters='":@#<>`-=\x7f', min_codepoint=33), min_size=1, max_size=60)
)
def test_a_plain_title_is_filed_as_it_was_typed(title: str) -> None:
    assert request(f"new {title}") == ask.FileDefect(normalise(f"new {title}").removeprefix("new ").strip())


@pytest.mark.parametrize("title", ["release button is missing", "list is empty", "fixed header hides the total"])
def test_a_title_may_begin_with_the_word_of_another_verb(title: str) -> None:
    assert request(f"new {title}") == ask.FileDefect(title)
