"""What a button carries: an act on something, as it was when the button was drawn.

`verb:SUBJECT@version?name=value`, percent-encoded. It is opaque to Slack and proves nothing: whoever reads it checks
the actor and the state again. Text that is not of this form (an old message, a forgery) reads as None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode

BUTTON_VALUE = 2000
OPTION_VALUE = 150
ACTION_ID = 255
BLOCK_ID = 255

_ACT = re.compile(
    r"(?P<verb>[a-z][a-z0-9_.-]{0,63})(?::(?P<subject>[\w.~/%-]+))?(?:@(?P<version>[0-9]{1,12}))?(?:\?(?P<extra>\S*))?",
    re.ASCII,
)
_ORDINAL = re.compile(r"#[0-9]{1,3}$")


class TooLong(ValueError):
    """An act that does not fit where it was to be written: a mistake in the code, not in what somebody typed."""

    def __init__(self, written: str, limit: int) -> None:
        super().__init__(f"{len(written)} characters where {limit} fit: {written[:40]}")
        self.written, self.limit = written, limit


@dataclass(frozen=True, slots=True)
class Act:
    """`verb` as commands call it; `subject` a key, release or id; `version` of the state that the button showed."""

    verb: str
    subject: str = ""
    version: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


def encode(act: Act, limit: int = BUTTON_VALUE) -> str:
    """For a button's value; with OPTION_VALUE for an option's. Raises TooLong, and ValueError for what is no verb."""
    subject = f":{quote(act.subject, safe='/')}" if act.subject else ""
    version = f"@{act.version}" if act.version is not None else ""
    extra = f"?{urlencode(act.extra)}" if act.extra else ""
    written = f"{act.verb}{subject}{version}{extra}"
    if not _ACT.fullmatch(written):
        raise ValueError(f"not a verb or version: {written[:80]}")
    if len(written) > limit:
        raise TooLong(written, limit)
    return written


def decode(value: object) -> Act | None:
    """The act, or None for anything that `encode` did not write."""
    if not isinstance(value, str) or len(value) > BUTTON_VALUE or not (parts := _ACT.fullmatch(value)):
        return None
    try:
        subject = unquote(parts["subject"] or "", errors="strict")
        extra = dict(_pairs(parts["extra"])) if parts["extra"] else {}
    except ValueError:
        return None
    version = parts["version"]
    return Act(parts["verb"], subject, int(version) if version else None, extra)


def action_id(name: str, ordinal: int = 0) -> str:
    """The name by which a listener is found; ids of one block must differ, so further ones get an ordinal."""
    written = f"{name}#{ordinal}" if ordinal else name
    if len(written) > ACTION_ID:
        raise TooLong(written, ACTION_ID)
    return written


def action_name(written: str) -> str:
    """The name without its ordinal."""
    return _ORDINAL.sub("", written)


def _pairs(extra: str) -> list[tuple[str, str]]:
    return parse_qsl(extra, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=32)
