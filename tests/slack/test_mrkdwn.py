"""Words come from templates; what people wrote never becomes a live reference."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, TemplateNotFound, UndefinedError

from bot.slack.escaping import FILTERS
from bot.slack.mrkdwn import Mrkdwn, UnknownBlock, Words, escape, our_words, plain
from tests.attacks import SECONDS, attack, cpu_seconds

WORDS = Words(
    DictLoader(
        {
            "macros.j2": "{% macro bold(text) %}*{{ text }}*{% endmacro %}",
            "defect_fixed.j2": """
                {% block title %}
                    {{ macros.bold(key) }}  {{ title }}
                {% endblock %}
                {% block line %}
                    {% set who %}{{ fixer | display }}{% endset %}
                    {{ who }} fixed this in {{ build | code }}.
                    {% if reporter %}
                        {{ reporter | user }}, does it hold?
                    {% endif %}


                    {{ note }}
                {% endblock %}
                {% block people %}{{ people | map("user") | join(", ") }}{% endblock %}
                {% block everything %}
                    {{ it }}|{{ it | user }}|{{ it | display }}|{{ it | channel }}|{{ it | link(it) }}
                    {{ it | link("https://x.example/") }}|{{ it | code }}|{{ it | quote }}|{{ it | truncate(20) }}
                    {{ [it, it] | join(it) }}|{{ macros.bold(it) }}|{{ it ~ it }}
                    {{ macros.bold(it) ~ it }}|{{ it | upper }}|{{ it | day }}
                {% endblock %}
            """,
            "replies/done.j2": "{% block text %}Done{% endblock %}",
        }
    )
)
LIVE = re.compile(r"<[^<>]*>")
HOSTILE = st.sampled_from(
    [
        *("<!channel>", "<!here>", "<@U12AB>", "<#C12AB>", "<!subteam^S1>", "<https://evil.example|x>"),
        *("&lt;!channel&gt;", "`", "|", "\n", "*", "&", "<", ">"),
    ]
)
ANYTHING = st.lists(HOSTILE | st.text(max_size=10), max_size=8).map("".join)


def one(template: str, **context: object) -> str:
    return Words(DictLoader({"t.j2": "{% block b %}" + template + "{% endblock %}"})).render("t", "b", **context)


def test_a_block_is_rendered_without_the_templates_indentation_and_blank_edges() -> None:
    assert WORDS.render("defect_fixed", "title", key="SHOP-42", title="a  b") == "*SHOP-42*  a  b"


def test_lines_that_say_nothing_leave_one_blank_line_at_most() -> None:
    line = WORDS.render("defect_fixed", "line", fixer="Devon", build="rc3", reporter=None, note="")
    assert line == "Devon fixed this in `rc3`."
    line = WORDS.render("defect_fixed", "line", fixer="Devon", build="rc3", reporter="U1", note="Retry it")
    assert line == "Devon fixed this in `rc3`.\n<@U1>, does it hold?\n\nRetry it"


def test_what_somebody_wrote_is_escaped_once_also_through_a_macro() -> None:
    title = WORDS.render("defect_fixed", "title", key="A&B", title="<!channel> & co")
    assert title == "*A&amp;B*  &lt;!channel&gt; &amp; co"


def test_references_of_ours_stay_live_also_when_joined() -> None:
    assert WORDS.render("defect_fixed", "people", people=["U1", "U2", "<!here>"]) == "<@U1>, <@U2>, &lt;!here&gt;"


def test_a_missing_name_is_an_error_and_an_empty_one_is_not() -> None:
    with pytest.raises(UndefinedError):
        one("{{ owner }}")
    assert one("[{{ owner }}]", owner=None) == "[]"


def test_an_unknown_block_names_the_known_ones() -> None:
    with pytest.raises(UnknownBlock, match=r"defect_fixed: no block 'lime', only everything, line, people, title"):
        WORDS.render("defect_fixed", "lime")
    with pytest.raises(TemplateNotFound):
        WORDS.render("nothing", "line")


def test_templates_and_blocks_can_be_listed() -> None:
    assert WORDS.templates() == ["defect_fixed", "replies/done"]
    assert WORDS.blocks("replies/done") == {"text"}


@given(ANYTHING)
def test_no_text_of_a_user_comes_out_live(text: str) -> None:
    out = WORDS.render("defect_fixed", "everything", it=text)
    ours = [re.compile(r"<https://x\.example/(\|[^<>|\n]+)?>"), *own_references(text)]
    assert all(any(pattern.fullmatch(live) for pattern in ours) for live in LIVE.findall(out))
    assert LIVE.sub("", out).count("<") == 0
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt|LT|GT|AMP);)*", LIVE.sub("", out))


def own_references(text: str) -> list[re.Pattern[str]]:
    """An id that was given as a person or channel, an address that was given as an address."""
    as_id = [re.compile(re.escape(f"<{sigil}{text}>")) for sigil in "@#" if re.fullmatch(r"[UWCDG][A-Z0-9]+", text)]
    url = re.fullmatch(r"(?:https?://|mailto:)[^\s<>|]+", text, re.IGNORECASE)
    return [*as_id, *([re.compile(re.escape(f"<{escape(text)}|{escape(text)}>"))] if url else [])]


@given(ANYTHING)
def test_plain_gives_back_what_was_escaped(text: str) -> None:
    assert plain(escape(text)) == text


@pytest.mark.parametrize(
    ("filtered", "text"),
    [
        ('{{ "U12" | user }}', "<@U12>"),
        ('{{ "U12><!channel" | user }}', "U12&gt;&lt;!channel"),
        ('{{ "Dana *bold* `x`\nSmith" | display }}', "Dana bold x Smith"),
        ('{{ "C12" | channel }}', "<#C12>"),
        ('{{ "a|b\nc<" | link("https://x.example/?a=1&b=2") }}', "<https://x.example/?a=1&amp;b=2|a b c&lt;>"),
        ('{{ "x" | link("javascript:alert(1)") }}', "x"),
        ('{{ "x" | link("https://x.example/>|<!channel>") }}', "x"),
        ('{{ "x" | link(none) }}', "x"),
        ('{{ "" | link("https://x.example/") }}', "<https://x.example/>"),
        ('{{ "a`b\nc  <d>" | code }}', "`aˋb c  &lt;d&gt;`"),
        ('{{ "" | code }}', "` `"),
        ('{{ "one\n<two>" | quote }}', "> one\n> &lt;two&gt;"),
        ('{{ "a & b and more" | truncate(8) }}', "a &amp;…"),
        ('{{ "a & b" | truncate(30) }}', "a &amp; b"),
        ('{{ ["a", "<b>"] | join(" & ") }}', "a &amp; &lt;b&gt;"),
        ('{{ "2026-12-08" | day }}', "8 Dec"),
        ('{{ "<2.4.0-rc" | day }}', "&lt;2.4.0-rc"),
    ],
)
def test_filters(filtered: str, text: str) -> None:
    assert one(filtered) == text


def test_an_instant_is_drawn_in_each_readers_zone_and_falls_back_to_utc() -> None:
    at = datetime(2026, 12, 18, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert one("{{ at | date }}", at=at) == "<!date^1797584400^{date_short_pretty} {time}|2026-12-18 09:00 UTC>"
    assert one("{{ at | date('{date}>|<!here>^') }}", at=at) == "<!date^1797584400^{date} !here|2026-12-18 09:00 UTC>"
    with pytest.raises(ValueError, match="without a zone"):
        one("{{ at | date }}", at=at.replace(tzinfo=None))


def test_mrkdwn_reads_as_words_where_nothing_is_parsed() -> None:
    text = Mrkdwn(
        "<@U1> and <@U2> in <#C1> see <https://x.example|the &lt;log&gt;> <https://y.example> <!date^1^{date}|1970>"
    )
    names = {"U1": "Dana", "C1": "shop"}
    assert plain(text, names.get) == "@Dana and @U2 in #shop see the <log> https://y.example 1970"


@pytest.mark.parametrize("piece", ["<", "`", "|", "\n", "\n\n\n", " ", " \n", "&", "*", "https://", "<@U1>", "🇩"])
def test_attack_strings_take_linear_time(piece: str) -> None:
    typed = attack(piece)
    assert cpu_seconds(lambda: plain(WORDS.render("defect_fixed", "everything", it=typed))) < SECONDS


def test_every_filter_is_tested_by_the_hostile_block() -> None:
    assert set(FILTERS) == {"user", "display", "channel", "link", "date", "day", "code", "quote", "truncate", "join"}


def test_every_template_of_the_product_compiles_and_has_blocks() -> None:
    words = our_words()
    assert all(words.blocks(template) for template in words.templates())
    assert our_words() is words


def test_templates_name_no_command_without_the_filter_that_knows_its_prefix() -> None:
    sources = {path.name: path.read_text() for path in (Path(__file__).parents[2] / "templates").rglob("*.j2")}
    assert sources
    bare = re.compile(r"/(?:defect|verify|release|trace|countersign)\b")
    assert {name: found for name, text in sources.items() if (found := bare.findall(text))} == {}
