"""What a button carries comes back as it was, and garbage comes back as nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.ids import ACTION_ID, OPTION_VALUE, Act, TooLong, action_id, action_name, decode, encode
from tests.attacks import SECONDS, attack, cpu_seconds

TEXT = st.characters(codec="utf-8")
ACTS = st.builds(
    Act,
    st.from_regex(r"[a-z][a-z0-9_.-]{0,20}", fullmatch=True),
    st.text(TEXT, max_size=40),
    st.none() | st.integers(0, 10**12 - 1),
    st.dictionaries(st.text(TEXT, min_size=1, max_size=8), st.text(TEXT, max_size=8), max_size=3),
)
GARBAGE: list[object] = [None, 7, {}, "", " ", "Verify:SHOP-42", "verify:SHOP-42@", "verify:SHOP-42@x", "verify:"]
GARBAGE += ["verify:%ff", "a?b", "a?%ff=1", "a" * 2001, "é", "a:b\n", "a?" + "b=c&" * 33]


@pytest.mark.parametrize(
    ("act", "written"),
    [
        (Act("verify.pass", "SHOP-42", 7), "verify.pass:SHOP-42@7"),
        (Act("sign", "SHOP/2.4", None, {"hash": "9f2c", "vote": "go"}), "sign:SHOP/2.4?hash=9f2c&vote=go"),
        (Act("queue"), "queue"),
        (Act("build", "2.4.0 rc@3"), "build:2.4.0%20rc%403"),
    ],
)
def test_an_act_is_written_in_short(act: Act, written: str) -> None:
    assert encode(act) == written
    assert decode(written) == act


@given(ACTS)
def test_every_act_comes_back_as_it_was(act: Act) -> None:
    assert decode(encode(act)) == act


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_reads_as_nothing(garbage: object) -> None:
    assert decode(garbage) is None


@given(st.text(max_size=60) | st.from_regex(r"[a-z]{1,3}:?[\w%@?=&]{0,20}", fullmatch=True))
def test_any_text_reads_as_an_act_or_as_nothing(text: str) -> None:
    act = decode(text)
    assert act is None or decode(encode(act)) == act


def test_what_does_not_fit_is_refused_when_it_is_written() -> None:
    with pytest.raises(TooLong) as refused:
        encode(Act("assign", "x" * 150), OPTION_VALUE)
    assert refused.value.limit == OPTION_VALUE
    with pytest.raises(TooLong):
        action_id("x" * ACTION_ID, 1)
    with pytest.raises(ValueError, match="not a verb"):
        encode(Act("Not A Verb"))


def test_ids_of_one_block_differ_and_lead_to_one_listener() -> None:
    ids = [action_id("claim", n) for n in range(3)]
    assert ids == ["claim", "claim#1", "claim#2"]
    assert {action_name(each) for each in ids} == {"claim"}


@pytest.mark.parametrize("piece", ["a", "%", "&", "=", "a=b&", ":", "@1", "#1", "?"])
def test_attack_strings_take_linear_time(piece: str) -> None:
    typed = attack(piece)
    assert cpu_seconds(lambda: (decode("a?" + typed[:1990]), decode("a:" + typed), action_name(typed))) < SECONDS
