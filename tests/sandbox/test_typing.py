"""From what fingers type to what a client sends, and back again."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.people.typing import as_blocks, as_sent, as_typed
from bot.sandbox.workspace import Workspace
from tests.sandbox.conftest import person, workspace


@pytest.fixture(scope="module")
def known() -> Workspace:
    return workspace()


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("ask @devon.", "ask <@DEVON>."),
        ("ask @Devon, please", "ask <@DEVON>, please"),
        ("nobody@devon.example", "nobody@devon.example"),
        ("@nobody", "@nobody"),
        ("see #shop-defects!", "see <#SHOP|shop-defects>!"),
        ("#incident-room", "#incident-room"),
        ("(see https://x.example/a?b=1&c=2).", "(see <https://x.example/a?b=1&amp;c=2>)."),
        ("<https://x.example>", "&lt;<https://x.example>&gt;"),
        ("cart.py", "cart.py"),
    ],
)
def test_what_is_typed_becomes_what_a_client_sends(known: Workspace, typed: str, sent: str) -> None:
    expected = sent.replace("DEVON", person(known, "devon")).replace("SHOP", known.named("shop-defects")["id"])
    assert as_sent(known, typed) == expected


def test_a_command_carries_the_names_beside_the_ids(known: Workspace) -> None:
    assert as_sent(known, "assign @Devon", labels=True) == f"assign <@{person(known, 'devon')}|devon>"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.sampled_from("ab@#<>&;|*_ \n") | st.characters(codec="utf-8"), max_size=60))
def test_editing_shows_what_was_typed(known: Workspace, text: str) -> None:
    assert as_typed(known, as_sent(known, text)) == text


def test_references_stand_in_the_rich_text_beside_the_text(known: Workspace) -> None:
    sent = as_sent(known, "@devon look: https://x.example < 3")
    elements = as_blocks(known, sent)[0]["elements"][0]["elements"]
    assert [each["type"] for each in elements] == ["user", "text", "link", "text"]
    assert elements[-1]["text"] == " < 3"
