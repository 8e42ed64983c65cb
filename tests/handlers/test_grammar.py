"""What counts as an act in a defect's thread, and what is talk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.values import Priority, Resolution, Severity
from bot.services import requests as ask
from handlers.grammar import ACTS, Act, read
from handlers.normalise import normalise
from tests.attacks import attack, cpu_seconds

KEY = "SHOP-42"


def request(text: str) -> object:
    typed = read(normalise(text, drop_final_stop=True))
    return typed.request(KEY) if typed else None


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_the_example_of_every_act_is_that_act(act: Act) -> None:
    typed = read(act.example)
    assert typed is not None
    assert typed.act is act


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Fixed.", ask.MarkFixed(KEY)),
        ("fixed in rc3", ask.MarkFixed(KEY, "rc3")),
        ("fixed in “2.4.0-rc3”.", ask.MarkFixed(KEY, "2.4.0-rc3")),
        ("“fixed in rc3.”", ask.MarkFixed(KEY, "rc3")),
        ("“Fixed”", None),
        ("failed: “Save” does nothing", ask.VerifyFail(KEY, '"Save" does nothing')),
        ("fixed 2.4.0-rc3 abc1234", ask.MarkFixed(KEY, "2.4.0-rc3", "abc1234")),
        ("fixed next", ask.MarkFixed(KEY)),
        ("fixed commit: abc1234", ask.MarkFixed(KEY, None, "abc1234")),
        ("claim", ask.Claim(KEY)),
        ("start!", ask.Start(KEY)),
        ("assign <@U12AB|dana>", ask.Assign(KEY, "U12AB")),
        ("assign to @dana", ask.Assign(KEY, "@dana")),
        ("sev S1", ask.Edit(KEY, severity=Severity.S1)),
        ("Severity: s2", ask.Edit(KEY, severity=Severity.S2)),
        ("prio P1", ask.Edit(KEY, priority=Priority.P1)),
        ("rel 2.4", ask.Edit(KEY, release="2.4")),
        ("verified", ask.VerifyPass(KEY)),
        ("verified on 2.4.0-rc3", ask.VerifyPass(KEY, "2.4.0-rc3")),
        ("verify pass on my phone", ask.VerifyPass(KEY, None, None, "on my phone")),
        ("verify fail on rc3 still charges", ask.VerifyFail(KEY, "still charges", "rc3")),
        ("verify fail", ask.VerifyFail(KEY, "")),
        ("verify blocked: staging is down", ask.VerifyBlocked(KEY, "staging is down")),
        ("failed: still charges twice", ask.VerifyFail(KEY, "still charges twice")),
        ("failed on rc3: no", ask.VerifyFail(KEY, "no", "rc3")),
        ("dup of shop-17", ask.Resolve(KEY, Resolution.DUPLICATE, "SHOP-17")),
        ("cannot reproduce: not on any phone", ask.Resolve(KEY, Resolution.CANNOT_REPRODUCE, None, "not on any phone")),
        ("won’t fix", ask.Resolve(KEY, Resolution.WONT_FIX)),
        ("not a defect", ask.Resolve(KEY, Resolution.NOT_A_DEFECT)),
        ("needs info <@U12AB>: which\nbrowser?", ask.AskInfo(KEY, "U12AB", "which\nbrowser?")),
        ("defer to 2.5: new provider", ask.Defer(KEY, "2.5", "new provider")),
        ("reopen: it is back", ask.Reopen(KEY, "it is back")),
        ("undo", ask.Undo(KEY)),
        ("fixed the header, the total is next", None),
        ("fixed 2 of them", None),
        ("fixed in the morning", None),
        ("I will claim", None),
        ("claim it please", None),
        ("failed again on my phone", None),
        ("verified that it is broken", None),
        ("assign it to <@U12AB>", None),
        ("sev S5", None),
        ("rel notes", None),
        ("start over", None),
        ("reopen", None),
        ("undo that", None),
        ("not a defect in my eyes", None),
        ("> fixed", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_whole_text_is_an_act_or_it_is_talk(said: str, meant: object) -> None:
    assert request(said) == meant


@pytest.mark.parametrize("said", ["SHOP-17 fixed in rc3", "shop-17: fixed in rc3", "fixed SHOP-17 in rc3"])
def test_an_act_may_name_its_defect(said: str) -> None:
    typed = read(said)
    assert typed is not None
    assert typed.key == "SHOP-17"
    assert typed.request("SHOP-17") == ask.MarkFixed("SHOP-17", "rc3")


def test_two_keys_before_and_behind_the_verb_are_talk() -> None:
    assert read("SHOP-17 fixed SHOP-18") is None


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    read(normalise(text, drop_final_stop=True))


@pytest.mark.parametrize("head", ["", "fixed in ", "defer to ", "needs info @", "rel ", "verify fail", "SHOP-1 "])
@pytest.mark.parametrize("piece", ["1.", "a", " ", "\n", ":", "a1-", "SHOP-1 ", "fixed ", "@a"])
def test_attack_strings_take_linear_time(head: str, piece: str) -> None:
    text = (head + attack(piece))[:4096]
    assert cpu_seconds(lambda: [read(text + tail) for tail in ("", " x", "!")]) < 0.25
