"""Slack's text: what people wrote is escaped, what we refer to is marked as ours.

Only `& < >` are escaped (docs.slack.dev/messaging/formatting-message-text); Slack decodes nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from bot.slack import cut

USER = re.compile(r"[UW][A-Z0-9]{1,30}")
CHANNEL = re.compile(r"[CDG][A-Z0-9]{1,30}")
URL = re.compile(r"(?:https?://|mailto:)[^\s<>|\x00-\x20]{1,2900}", re.IGNORECASE)
DATE = "{date_short_pretty} {time}"
_REFERENCE = re.compile(r"<([^<>|\n]*)(?:\|([^<>\n]*))?>")


class Mrkdwn(str):
    """Escaped already, with references of ours. Whatever is done to it by string methods gives a plain str again,
    which is then escaped once more: a mistake shows as `&amp;`, never as a live reference."""

    __slots__ = ()


def escape(text: object) -> Mrkdwn:
    """What somebody wrote, as inert text; Mrkdwn as it is."""
    if isinstance(text, Mrkdwn):
        return text
    return Mrkdwn(str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def finalize(value: object) -> Mrkdwn:
    """What Jinja writes for an expression; nothing for None, since a field may be empty."""
    return Mrkdwn() if value is None else escape(value)


def user(user_id: str) -> Mrkdwn:
    """A mention: it notifies. Anything that is no id is written as text."""
    return Mrkdwn(f"<@{user_id}>") if USER.fullmatch(user_id) else escape(user_id)


def display(name: str) -> Mrkdwn:
    """A person's name, which notifies nobody, without characters that would format the words around it."""
    return escape(_one_line(re.sub(r"[*~`]", "", name)))


def channel(channel_id: str) -> Mrkdwn:
    return Mrkdwn(f"<#{channel_id}>") if CHANNEL.fullmatch(channel_id) else escape(channel_id)


def link(label: str, url: str | None) -> Mrkdwn:
    """A label on an address; only the label where the address is none that we would link."""
    words = Mrkdwn(_one_line(escape(label).replace("|", " ")))
    if not url or not URL.fullmatch(url):
        return words
    return Mrkdwn(f"<{escape(url)}|{words}>") if words and "<" not in words else Mrkdwn(f"<{escape(url)}>")


def date(at: datetime, form: str = DATE) -> Mrkdwn:
    """An instant in each reader's own zone; UTC where it cannot be drawn. ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("an instant without a zone")
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Mrkdwn(f"<!date^{int(at.timestamp())}^{_one_line(re.sub(r'[<>|^&]', ' ', form))}|{fallback}>")


def day(word: str) -> Mrkdwn:
    """`2026-12-18` as people say it; what is no day as it is."""
    try:
        return Mrkdwn(f"{datetime.fromisoformat(word):%-d %b}") if len(word) == len("2026-12-18") else escape(word)
    except ValueError:
        return escape(word)


def code(text: object) -> Mrkdwn:
    """One code span. A backtick cannot be escaped, so it becomes a look-alike; an empty text a space."""
    inside = _flat(escape(plain(text) if isinstance(text, Mrkdwn) else text)).replace("`", "ˋ")
    return Mrkdwn(f"`{inside or ' '}`")


def quote(text: object) -> Mrkdwn:
    """Every line as a quotation."""
    return Mrkdwn("\n".join(f"> {line}" for line in escape(text).splitlines()))


def truncate(text: object, limit: int) -> Mrkdwn:
    """At most `limit` long as Slack counts, escapes included; `…` where something is missing."""
    return Mrkdwn(cut.cut_mrkdwn(escape(text), limit))


def join(items: Iterable[object], separator: str = ", ") -> Mrkdwn:
    return Mrkdwn(escape(separator).join(map(escape, items)))


def plain(text: str, name_of: Callable[[str], str | None] = lambda _id: None) -> str:
    """For places that parse nothing (`plain_text`, a terminal): references become words, escapes characters."""

    def word(reference: re.Match[str]) -> str:
        target, label = reference.groups()
        if target[:1] in "@#":
            return target[:1] + (name_of(target[1:]) or label or target[1:])
        return label or target.removeprefix("!")

    readable = _REFERENCE.sub(word, text)
    return readable.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _flat(text: str) -> str:
    """One line with its inner spaces, which matter in code."""
    return " ".join(text.splitlines())


FILTERS: dict[str, Callable[..., Mrkdwn]] = {
    "user": user,
    "display": display,
    "channel": channel,
    "link": link,
    "date": date,
    "day": day,
    "code": code,
    "quote": quote,
    "truncate": truncate,
    "join": join,
}
