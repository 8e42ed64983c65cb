"""The only tokenizer: typed tokens with their place, free text exactly as it was typed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.span import Span
from handlers.normalise import normalise
from handlers.tokens import (
    NAMES,
    ChannelRef,
    GroupRef,
    Key,
    Named,
    Negation,
    Token,
    UnclosedQuote,
    UserRef,
    Word,
    tokenise,
)
from tests.attacks import SECONDS, attack, cpu_seconds


def only(text: str) -> Token:
    (token,) = tokenise(text)
    return token


def names(text: str) -> dict[str, str]:
    return {token.name: token.value for token in tokenise(text) if isinstance(token, Named)}


def test_a_command_falls_into_verb_key_free_text_names_user_and_channel() -> None:
    kinds = [type(token) for token in tokenise('assign shop-42 to @dana "right now" sev:S1 #shop-defects')]
    assert kinds == [Word, Key, Word, UserRef, Word, Named, ChannelRef]


@pytest.mark.parametrize("typed", ["SHOP-42", "shop-42", "Shop-42:", "SHOP-42,", "SHOP-42.", "`SHOP-42`", "shop-42?"])
def test_a_key_is_a_key_in_any_case_and_with_punctuation_behind_it(typed: str) -> None:
    token = only(typed)
    assert isinstance(token, Key)
    assert (token.text, token.prefix, token.number) == ("SHOP-42", "SHOP", 42)
    assert token.span == Span(0, len(typed))


@pytest.mark.parametrize("typed", ["REQ-7", "TC-3"])
def test_requirements_and_test_cases_are_keys_too(typed: str) -> None:
    assert isinstance(only(typed), Key)


@pytest.mark.parametrize(
    "typed", ["2.4.0-rc3", "SHOP-", "SHOP-0", "SHOP-042", "-42", "A-1-2", "SHOP-42x", "project1234-1"]
)
def test_builds_and_near_keys_are_words(typed: str) -> None:
    assert isinstance(only(typed), Word)


@pytest.mark.parametrize(("short", "name"), NAMES.items())
def test_every_short_name_stands_for_its_name_in_any_case(short: str, name: str) -> None:
    for typed in (short, short.upper()):
        token = only(f"{typed}:x1")
        assert isinstance(token, Named)
        assert (token.name, token.value) == (name, "x1")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ('as-of:"2026-11-20 18:00"', {"as_of": "2026-11-20 18:00"}),
        ('title:"say \\"hi\\" twice" sev:s2', {"title": 'say "hi" twice', "severity": "s2"}),
        ("owner:<@U1|Dana Smith> rel:2.4", {"owner": "<@U1|Dana Smith>", "release": "2.4"}),
        ("owner:@me", {"owner": "@me"}),
        ("owner:<@U1|dana>: x", {"owner": "<@U1|dana>"}),
        (r'title:"C:\temp \\ fails"', {"title": "C:\\temp \\ fails"}),
        ("commits:abc123,def456", {"commits": "abc123,def456"}),
        ("pr:https://host/pull/12?a=b", {"pr": "https://host/pull/12?a=b"}),
        ("sev:S1, rel:2.4;", {"severity": "S1", "release": "2.4"}),
        ("sev: S1 prio:  p2", {"severity": "S1", "priority": "p2"}),
        ("--sev=S1 --rel 2.4 --env:staging", {"severity": "S1", "release": "2.4", "environment": "staging"}),
        ("sev: high", {}),
        ("build: fails on CI", {}),
        ("sev:", {}),
        ('sev:""', {}),
        ("sev=S1", {}),
        ("note", {}),
    ],
)
def test_names_take_quoted_listed_spaced_and_dashed_values_and_leave_free_text_alone(
    typed: str, found: dict[str, str]
) -> None:
    assert names(typed) == found


def test_a_name_that_the_verb_does_not_take_is_free_text() -> None:
    tokens = tokenise("new Answers status:500 sev:S2", names={"severity"})
    assert [token.name for token in tokens if isinstance(token, Named)] == ["severity"]
    assert tokens.without(token for token in tokens if isinstance(token, Named)) == "new Answers status:500"


@pytest.mark.parametrize(
    ("typed", "user_id", "name"),
    [
        ("<@U12|dana>", "U12", "dana"),
        ("<@W12>", "W12", None),
        ("<@U12>:", "U12", None),
        ("@dana", None, "dana"),
        ("@dana.smith:", None, "dana.smith"),
        ("@jürgen", None, "jürgen"),
        ("@me", None, "me"),
    ],
)
def test_people_are_references_or_names_to_look_up(typed: str, user_id: str | None, name: str | None) -> None:
    assert only(typed) == UserRef(user_id, name, Span(0, len(typed)))


def test_channels_and_groups_are_references_and_a_number_sign_with_digits_is_not() -> None:
    assert only("<#C12|shop>") == ChannelRef("C12", "shop", Span(0, 11))
    assert only("#shop-defects") == ChannelRef(None, "shop-defects", Span(0, 13))
    assert only("<!subteam^S12|@qa>") == GroupRef("S12", "qa", Span(0, 18))
    assert isinstance(only("#12"), Word)
    assert isinstance(only("a@shop.example"), Word)


def test_a_reference_glued_to_a_word_is_still_found() -> None:
    assert [type(token) for token in tokenise("to<@U1|Dana Smith>,ok")] == [Word, UserRef, Word]


def test_one_dash_negates_a_name_and_nothing_else() -> None:
    token = only("-label:flaky")
    assert isinstance(token, Negation)
    assert (token.of.name, token.of.value) == ("label", "flaky")
    assert isinstance(only("-5"), Word)


@pytest.mark.parametrize(
    "title",
    [
        "Cart total is Wrong",
        "http 500: timeout",
        "note: x, and  two   spaces",
        "error:500 at https://shop.example/a?b=c",
        'the 24" screen "flickers" sometimes',
        "UTF-8 export (see SHOP-1) breaks!",
        "#1 -- a <b> & c",
    ],
)
def test_free_text_between_verb_and_names_comes_back_verbatim(title: str) -> None:
    tokens = tokenise(f"new   {title}  sev:S2 rel:2.4", names={"severity", "release"})
    taken = [tokens.items[0], *(token for token in tokens if isinstance(token, Named))]
    assert tokens.without(taken) == title


def test_names_in_the_middle_leave_one_space_and_a_whole_quote_loses_its_quotes() -> None:
    middle = tokenise("Cart total  sev:S2  is wrong")
    assert middle.without([middle.items[2]]) == "Cart total is wrong"
    quoted = tokenise('new "Cart total: sev:S2" sev:S1')
    assert quoted.without([quoted.items[0], quoted.items[2]]) == "Cart total: sev:S2"


@pytest.mark.parametrize("verb", ["failed:", "failed", "failed ,", "failed :"])
def test_what_follows_a_verb_is_kept_as_typed(verb: str) -> None:
    tokens = tokenise(f"{verb} it  still: charges")
    assert tokens.rest(tokens.items[0]) == "it  still: charges"


def test_what_follows_a_person_is_kept_as_typed() -> None:
    text = "needs info @ana: which browser?"
    assert tokenise(text).rest(only_user(text)) == "which browser?"


def only_user(text: str) -> UserRef:
    (user,) = (token for token in tokenise(text) if isinstance(token, UserRef))
    return user


@pytest.mark.parametrize("typed", ["Failed:", "failed", "FAILED.", "`failed`"])
def test_a_verb_is_compared_without_case_and_punctuation(typed: str) -> None:
    token = only(typed)
    assert isinstance(token, Word)
    assert token.folded == "failed"


def test_an_unclosed_quote_is_an_ordinary_character_and_can_be_pointed_at() -> None:
    tokens = tokenise('new "Cart total sev:S2')
    assert tokens.unclosed == Span(4, 5)
    assert names('new "Cart total sev:S2') == {"severity": "S2"}
    assert tokens.without([tokens.items[0], tokens.items[3]]) == '"Cart total'
    with pytest.raises(UnclosedQuote) as refused:
        tokens.closed()
    assert refused.value.span == Span(4, 5)


def test_an_unclosed_quote_in_a_value_is_found_and_closed_quotes_pass() -> None:
    assert tokenise('title:"Cart total').unclosed == Span(6, 7)
    closed = tokenise('new "Cart" title:"a b" 24" x"')
    assert closed.closed() is closed


@given(st.text(max_size=300).map(normalise))
def test_every_character_but_whitespace_lies_in_exactly_one_token(text: str) -> None:
    tokens = tokenise(text)
    spans = [token.span for token in tokens]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    covered = {i for span in spans for i in range(*span)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


PIECES = st.sampled_from(
    ["sev:S1", "-label:x", "@dana", "<@U1|d>", "#c", "SHOP-4:", '"ab"', '"', "word", "x:y", "--rel", '24"', "\\"]
)


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_tokens_of_a_command_line_cover_it_and_taking_none_gives_it_back(text: str) -> None:
    tokens = tokenise(text)
    spans = [token.span for token in tokens]
    assert spans == sorted(spans)
    assert "".join(span.of(text) for span in spans).split() or not text.strip()
    if len(tokens.items) != 1:
        assert tokens.without([]) == text.strip()


ATTACKS = [
    '" ',
    '"a"b ',
    '"\\',
    '\\"',
    "a:",
    "<@",
    "<@U1|",
    "sev: ",
    "--rel ",
    "--sev",
    "@a.",
    "A-1",
    "-",
    "x-",
    ":::",
    "`",
    "a=",
    '="',
    "a<@U1>",
    '"',
    '"a\\',
]


@pytest.mark.parametrize("piece", ATTACKS)
@pytest.mark.parametrize("tail", ["", '"', ">", " x"])
def test_attack_strings_take_linear_time(piece: str, tail: str) -> None:
    typed = attack(piece, tail)
    assert cpu_seconds(lambda: tokenise(typed).without([])) < SECONDS
