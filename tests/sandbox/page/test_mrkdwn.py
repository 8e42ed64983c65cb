"""Slack's text as HTML, and nothing that somebody wrote as markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.clock import ManualClock
from bot.sandbox.page.drawing import markdown
from bot.sandbox.page.mrkdwn import plain, render
from bot.sandbox.page.reader import Reader
from bot.sandbox.page.rich_text import render as render_rich
from tests.sandbox.conftest import person, workspace

SPACE = workspace(clock=ManualClock(1_797_580_800.0))  # 18 December 2026, 08:00 UTC
TESS = person(SPACE, "tess")
READER = Reader(SPACE, TESS)
SHOP = SPACE.named("shop-defects")["id"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("`a *b* &amp; c`", "<code>a *b* &amp; c</code>"),
        ("a &lt;b&gt; &amp;amp;", "a &lt;b&gt; &amp;amp;"),
        ("one\ntwo", "one<br>two"),
        ("&gt; quoted\n> too\nnot", "<blockquote>quoted<br>too</blockquote>not"),
        ("before\n```\nx = <1>\n```\nafter", "before<pre>x = 1</pre>after"),
        ("<https://x.example/?a=1&amp;b=2|*a* link>", '<a href="https://x.example/?a=1&amp;b=2" target="_blank"'),
        ("<javascript:alert(1)|press>", "press"),
        ("<mailto:a@x.example|a@x.example>", '<a href="mailto:a@x.example"'),
        (":white_check_mark:", "✅"),
        (":no_such_emoji:", ":no_such_emoji:"),
        ("<!channel>", '<span class="mention broadcast">@channel</span>'),
        ("<!date^1797580800^{date_short} at {time}|then>", "Dec 18, 2026 at 09:00"),
        ("<!date^1797580800^{date_pretty}|then>", "today"),
        ("<!date^1797494400^{date_short_pretty} {time}|then>", "yesterday 09:00"),
        ("<!date^soon^{date}|then>", "then"),
        ("<!date^1797580800^{century}|then>", "then"),
        ("<!date^1797580800^{time}^https://x.example|then>", 'noreferrer">09:00</a>'),
        (f"<@{TESS}>", '<span class="mention me">@Tess</span>'),
        ("<@U0NOBODY|gone>", '<span class="mention">@gone</span>'),
        (f"<#{SHOP}|shop-defects>", ">#shop-defects</a>"),
    ],
)
def test_what_the_text_says_is_what_is_drawn(text: str, html: str) -> None:
    assert html in render(text, READER)


def test_the_name_of_a_private_channel_is_not_told_to_a_stranger() -> None:
    room = SPACE.named("incident-room")["id"]
    assert "#incident-room" in render(f"<#{room}>", READER)
    stranger = Reader(SPACE, SPACE.add_person("omar", "Omar"))
    assert "#private-channel" in render(f"<#{room}|incident-room>", stranger)


def test_plain_text_knows_emoji_and_lines_and_nothing_else() -> None:
    assert plain("*a* <b>\n:x:") == "*a* &lt;b&gt;<br>❌"


def test_rich_text_draws_lists_styles_and_references() -> None:
    bold = {"type": "text", "text": "<b>", "style": {"bold": True, "code": True}}
    item = {"type": "rich_text_section", "elements": [bold, {"type": "user", "user_id": TESS}]}
    lists = {"type": "rich_text_list", "style": "ordered", "offset": 2, "indent": 1, "elements": [item]}
    quote = {"type": "rich_text_quote", "elements": [{"type": "link", "url": "javascript:x", "text": "no"}]}
    html = render_rich({"elements": [lists, quote]}, READER)
    assert '<ol start="3" class="level-1"><li><code><strong>&lt;b&gt;</strong></code>' in html
    assert "@Tess" in html
    assert "<blockquote>no</blockquote>" in html


def test_the_markdown_block_reads_headings_bold_and_links() -> None:
    html = markdown(READER, "## Gates\n**2** open, [list](https://x.example)")
    assert html.startswith("<strong>Gates</strong><br><strong>2</strong> open, <a href=")


class Allowed(HTMLParser):
    """Notes every tag, attribute and address that this page does not draw by itself."""

    TAGS = frozenset(
        {"strong", "em", "s", "u", "code", "pre", "blockquote", "br", "span", "a", "div", "ul", "ol", "li"}
    )
    ATTRIBUTES = frozenset({"class", "title", "href", "target", "rel", "data-do", "data-channel", "start"})

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.bad += [tag] if tag not in self.TAGS else []
        self.bad += [name for name, _ in attrs if name not in self.ATTRIBUTES]
        addresses = [value or "" for name, value in attrs if name == "href"]
        self.bad += [each for each in addresses if not each.startswith(("http://", "https://", "mailto:", "?channel="))]


PIECES = st.sampled_from(
    [
        *("<", ">", "&lt;", "&gt;", "&amp;", '"', "'", "`", "```", "*", "_", "~", "|", "\n", "> ", ":x:", " ", "a"),
        *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "<https://x.example|"),
        *("<@U1|", "<#C1|", "<!date^1^{date}|", '" onmouseover="alert(1)', "</span>", "&#106;avascript:", "\0"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=14).map("".join))
def test_nothing_that_somebody_writes_becomes_markup(text: str) -> None:
    rich = {"elements": [{"type": "rich_text_section", "elements": [{"type": "link", "url": text, "text": text}]}]}
    for html in (render(text, READER), plain(text), render_rich(rich, READER), markdown(READER, text)):
        checked = Allowed()
        checked.feed(html)
        assert checked.bad == []
