"""One normaliser before every parser: what phones and Slack do to words is undone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.normalise import MAX_BYTES, TextTooLong, normalise, readable
from tests.attacks import SECONDS, attack, cpu_seconds

ANYTHING = st.text(max_size=800)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("list age&gt;3d", "list age>3d"),
        ("&amp;lt; stays an entity", "&lt; stays an entity"),
        ("new “Cart total” doesn’t add up", 'new "Cart total" doesn\'t add up'),
        ("„Warenkorb“ ist ‚leer‘", "\"Warenkorb\" ist 'leer'"),
        ("list –label:flaky", "list -label:flaky"),
        ("—sev:S1", "--sev:S1"),
        ("list −text:x", "list -text:x"),
        ("2–3 items — and more", "2–3 items — and more"),
        ("fixed\u00a0SHOP-42\u202fin rc3", "fixed SHOP-42 in rc3"),
        ("SHOP\u201142", "SHOP-42"),
        ("SHOP\u200b-\ufeff42\u2060", "SHOP-42"),
        ("\u202eSHOP-42\u202c", "SHOP-42"),
        ("cart\u200dtotal", "carttotal"),
        (
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467 button",
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467 button",
        ),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("nul\x00byte", "nulbyte"),
        ("half \ud83d emoji", "half \ufffd emoji"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("`fixed in rc3`", "fixed in rc3"),
        ("`a` and `b`", "`a` and `b`"),
        ("  claim  ", "claim"),
    ],
)
def test_what_a_phone_changed_is_changed_back(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fixed in <http://2.4.0|2.4.0>", "fixed in 2.4.0"),
        ("build:<http://2.4.0|2.4.0>-rc3", "build:2.4.0-rc3"),
        ("cart on <http://shop.example|shop.example>", "cart on shop.example"),
        ("cart on <https://Shop.example/|shop.example>", "cart on shop.example"),
        ("mail <mailto:dana@shop.example|dana@shop.example>", "mail dana@shop.example"),
        ("mail <mailto:dana@shop.example>", "mail dana@shop.example"),
        ("call <tel:+491234|+49 1234>", "call +49 1234 (tel:+491234)"),
        ("pr:<https://host/pull/12>", "pr:https://host/pull/12"),
        ("pr:<https://host/pull/12|#12>", "pr:https://host/pull/12"),
        ("<https://host/pull/12?a=1&amp;b=2>", "https://host/pull/12?a=1&b=2"),
        ("<https://host/x|https://host/x>", "https://host/x"),
        ("dup of <https://acme.slack.com/archives/C1/p1|SHOP-17>", "dup of SHOP-17"),
        ("see <https://host/x|the log>", "see the log (https://host/x)"),
        ("ships <!date^1766016000^{date}|18 Dec 2025>", "ships 18 Dec 2025"),
        ("if a&lt;b and c&gt;d", "if a<b and c>d"),
        ("List<String> is <b>bold</b>", "List<String> is <b>bold</b>"),
    ],
)
def test_a_link_that_slack_made_is_a_word_again_and_a_typed_link_is_its_address(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize("reference", ["<@U12AB|dana>", "<@U12AB>", "<#C12AB|shop>", "<#C12AB>", "<!subteam^S1|@qa>"])
def test_references_are_kept_as_slack_wrote_them(reference: str) -> None:
    assert normalise(f"assign {reference} now") == f"assign {reference} now"


def test_references_can_be_read_as_names() -> None:
    names = {"U2": "omar"}
    text = "ask <@U1|dana>, <@U2>, <@U3> in <#C1|shop> or <!subteam^S1|@qa>"
    assert readable(text, names.get) == "ask @dana, @omar, @U3 in #shop or @qa"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("claim.", "claim"),
        ("verified on 2.4.0-rc3!", "verified on 2.4.0-rc3"),
        ("cannot reproduce!!", "cannot reproduce!"),
        ("hmm...", "hmm..."),
        ("hmm…", "hmm…"),
        (".", "."),
        ("`fixed in rc3`.", "`fixed in rc3`"),
    ],
)
def test_one_final_stop_is_dropped_where_asked(typed: str, meant: str) -> None:
    assert normalise(typed, drop_final_stop=True) == meant


def test_a_final_stop_stays_unless_asked() -> None:
    assert normalise("new It breaks.") == "new It breaks."


def test_four_kibibytes_are_read_and_one_byte_more_is_refused_with_both_sizes() -> None:
    assert len(normalise("x" * MAX_BYTES)) == MAX_BYTES
    with pytest.raises(TextTooLong) as refused:
        normalise("é" * 2048 + "x")
    assert (refused.value.size, refused.value.limit) == (4097, 4096)


@given(ANYTHING)
def test_any_text_comes_out_clean_and_never_breaks(text: str) -> None:
    clean = normalise(text, drop_final_stop=True)
    assert clean == clean.strip()
    clean.encode("utf-8")
    assert not set(clean) & set("\x00\u00a0\u200b\ufeff\u202e“”’\r")


@given(st.text(st.characters(codec="ascii", exclude_characters="<>&`\x7f", min_codepoint=32), max_size=200))
def test_plain_ascii_passes_unchanged(text: str) -> None:
    assert normalise(text) == text.strip()


@given(ANYTHING.filter(lambda text: "&" not in text and "<" not in text and "`" not in text))
def test_a_text_without_slack_escapes_is_normal_after_one_pass(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


ATTACKS = [
    "<",
    "<http://",
    "<http:|",
    "<@U",
    "<!date^",
    "&lt;",
    "&",
    "—",
    "–a",
    "`",
    "\u200d",
    "é\u200d",
    " ",
    "“",
    "<http://a|",
]


@pytest.mark.parametrize("piece", ATTACKS)
@pytest.mark.parametrize("tail", ["", "x", ">", "\n"])
def test_attack_strings_take_linear_time(piece: str, tail: str) -> None:
    typed = attack(piece, tail)
    assert cpu_seconds(lambda: readable(normalise(typed, drop_final_stop=True))) < SECONDS
