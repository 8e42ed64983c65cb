"""What a phone and Slack made of somebody's words, back to what they meant; runs once, before every parser.

References stay as Slack writes them (`<@U1|dana>`, `<#C1|shop>`, `<!subteam^S1|@qa>`). Somebody who types such a
reference by hand, letter by letter, gets one too: it carries no authority, so nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_BYTES = 4096
"""Of UTF-8, as received."""

ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(ENTITIES))

_CHARACTERS = {
    **dict.fromkeys("“”„‟", '"'),
    **dict.fromkeys("‘’‚‛", "'"),
    **dict.fromkeys("\u00a0\u2007\u202f\u3000", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"),
    # Zero width, direction marks, soft hyphen; and controls, of which PostgreSQL stores no NUL.
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c\u180e", None),
    **dict.fromkeys(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]), None),
    **dict.fromkeys((chr(c) for c in [*range(0x20), 0x7F] if chr(c) not in "\t\n\r\x0b\x0c"), None),
}
_TRANSLATION = str.maketrans(_CHARACTERS)
_JOINERS = re.compile("[\u200c\u200d]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DASHES = re.compile(r"(?<!\S)[–—―−]+(?=\w)")
_DASH = {"–": "-", "−": "-", "—": "--", "―": "--"}
_CODE = re.compile(r"`([^`\n]+)`")

_LINK = re.compile(r"<((?:https?|ftp|mailto|tel|sms|slack):[^<>|\n]+)(?:\|([^<>\n]*))?>", re.IGNORECASE)
_DATE = re.compile(r"<!date\^[^<>|\n]*\|([^<>\n]*)>")
_SCHEME = re.compile(r"^(?:https?://|ftp://|mailto:|tel:|sms:|slack://)", re.IGNORECASE)
_NAME_OF_OURS = re.compile(r"(?=\D*\d)[\w.#/+-]+")
_MENTION = re.compile(r"<([@#])([A-Z][A-Z0-9]+)(?:\|([^<>\n]*))?>|<!subteam\^([A-Z0-9]+)(?:\|([^<>\n]*))?>")


class TextTooLong(ValueError):
    """`size` bytes of UTF-8 arrived where `limit` are read."""

    def __init__(self, size: int, limit: int = MAX_BYTES) -> None:
        super().__init__(f"{size} bytes where {limit} are read")
        self.size, self.limit = size, limit


def normalise(text: str, *, drop_final_stop: bool = False) -> str:
    """The text as meant; raises TextTooLong. Not for text that went through here before: `&amp;lt;` is `&lt;` once.

    `drop_final_stop` takes one final `.` or `!` away: for sentences that are acts, not for titles or comments.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise TextTooLong(size)
    text = text.replace("\r\n", "\n").translate(_TRANSLATION)
    text = _SURROGATE.sub("\ufffd", _JOINERS.sub(_joiner, text))
    text = _ENTITY.sub(lambda entity: ENTITIES[entity[0]], _DATE.sub(r"\1", _LINK.sub(_unlinked, text)))
    text = _DASHES.sub(lambda run: "".join(_DASH[c] for c in run[0]), text).strip()
    whole = _CODE.fullmatch(text)
    text = whole[1].strip() if whole else text
    return without_final_stop(text) if drop_final_stop else text


def without_final_stop(text: str) -> str:
    """Without one final `.` or `!`; an ellipsis stays."""
    stopped = text.endswith((".", "!")) and not text.endswith("..") and len(text) > 1
    return text[:-1].rstrip() if stopped else text


def readable(text: str, name_of: Callable[[str], str | None] = lambda _id: None) -> str:
    """References as people read them (`@dana`, `#shop`), for titles; `name_of` knows the names that Slack left out."""

    def name(reference: re.Match[str]) -> str:
        sigil, subject, label, group, group_label = reference.groups()
        if group:
            return "@" + (group_label or name_of(group) or group).lstrip("@")
        return sigil + (label or name_of(subject) or subject)

    return _MENTION.sub(name, text)


def _joiner(run: re.Match[str]) -> str:
    """Joiners make one emoji of several, or Persian and Indic words: kept between two such characters only."""
    text, start, end = run.string, run.start(), run.end()
    between = start and end < len(text) and not text[start - 1].isascii() and not text[end].isascii()
    return run[0][0] if between else ""


def _unlinked(link: re.Match[str]) -> str:
    """A word that Slack turned into a link, a key or build that somebody linked, or the address itself."""
    url, label = link[1], (link[2] or "").strip()
    if _SCHEME.sub("", url).rstrip("/").casefold() == label.rstrip("/").casefold():
        return label or url
    if not label or label == url or link.string.endswith("pr:", 0, link.start()):
        return url.removeprefix("mailto:").removeprefix("tel:")
    return label if _NAME_OF_OURS.fullmatch(label) else f"{label} ({url})"
