"""A Slack message as evidence: its words, files, author and address."""

import re

from bot.services.requests import Evidence, FileRef
from handlers.modals.filled import file_ref
from handlers.normalise import readable
from handlers.payload import Body, each, first, word
from handlers.said import said_beside

_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]+)(?:\|([^<>]*))?>")


def text_of(message: Body) -> str:
    """As people read it: names for references, addresses for links, no escapes."""
    words = readable(_LINK.sub(_address, first(word(message, "text").strip(), said_beside(message))))
    for escaped, plain in _ENTITIES:
        words = words.replace(escaped, plain)
    return "".join(c for c in words if c in "\n\t" or c.isprintable()).strip()


def _address(link: re.Match[str]) -> str:
    url, label = link[1], (link[2] or "").strip()
    bare = url.partition(":")[2].strip("/")
    return url if label.partition("//")[2].strip("/") == bare or label.strip("/") in ("", bare) else f"{label} ({url})"


def files_of(message: Body) -> tuple[FileRef, ...]:
    return tuple(file_ref(file) for file in each(message, "files") if word(file, "id"))


def author_of(message: Body) -> str:
    return first(word(message, "user"), word(message, "bot_id"))


def permalink(domain: str, channel: str, ts: str, thread_ts: str = "") -> str:
    """Built, because no call works where the bot is not a member; empty when the workspace's domain is unknown."""
    if not re.fullmatch(r"[\w-]+", domain) or not ts:
        return ""
    inside = f"?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else ""
    return f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}{inside}"


def evidence_of(message: Body, channel: str, sibling: str = "") -> Evidence:
    """`sibling`: the address of another message of the same channel, which names the workspace."""
    ts, thread_ts = word(message, "ts"), word(message, "thread_ts")
    domain = re.match(r"https://([\w-]+)\.slack\.com/", sibling)
    return Evidence(
        channel=channel,
        message_ts=ts,
        author=author_of(message) or None,
        text=text_of(message) or None,
        permalink=permalink(domain[1], channel, ts, thread_ts) or None if domain else None,
        thread_ts=thread_ts or None,
        files=files_of(message),
    )
