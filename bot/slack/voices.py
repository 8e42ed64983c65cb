"""One set of templates, two grammars: what bold, a person and an instant look like in Slack and in Markdown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.slack.escaping import Mrkdwn, date, display, escape, truncate
from bot.slack.names import Names, named

TITLE = 120
# What begins something in Markdown, or in the HTML that it may hold (spec.commonmark.org/0.31.2/#backslash-escapes).
_LIVE = re.compile(r"([\\`*_\[\]<>|~#])")


@dataclass(frozen=True, slots=True)
class Voice:
    """`b` bold, `t` what somebody typed, `when` an instant; `item` begins a line of a list."""

    b: Callable[[object], Mrkdwn]
    t: Callable[[object], Mrkdwn]
    when: Callable[[datetime], Mrkdwn]
    name: Names
    item: str = ""

    def facts(self) -> dict[str, object]:
        return {"b": self.b, "t": self.t, "when": self.when, "name": self.name, "item": self.item}


def slack(names: Mapping[str, str] | Names) -> Voice:
    """Names notify nobody; a reader sees every instant in their own zone. For one reader alone, `referenced`."""
    return Voice(
        b=lambda words: Mrkdwn(f"*{escape(words)}*"),
        t=lambda words: truncate(display(str(words)), TITLE),
        when=lambda at: date(at, "{date_short_pretty} {time}"),
        name=names if callable(names) else named(names),
    )


def markdown(names: Mapping[str, str], zone: str) -> Voice:
    """For a terminal or a file: instants in the project's zone."""
    return Voice(
        b=lambda words: Mrkdwn(f"**{escape(words)}**"),
        t=lambda words: escape(inert(str(words))),
        when=lambda at: Mrkdwn(at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")),
        name=lambda person: escape(inert(names.get(person, person))),
        item=Mrkdwn("- "),
    )


def inert(words: str) -> str:
    """One line in which nothing is Markdown."""
    return _LIVE.sub(r"\\\1", " ".join(words.split()))
