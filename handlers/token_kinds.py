"""What a command line is made of: tokens with their place in the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.span import Span


@dataclass(frozen=True, slots=True)
class Word:
    """One word of free text, or a quoted group (`text` without its quotes)."""

    text: str
    span: Span
    quoted: bool = False

    @property
    def folded(self) -> str:
        """For comparing with verbs: no case, no `:` `,` `;` `.` `!` behind it."""
        return self.text.strip("`").rstrip(":,;.!").casefold()


@dataclass(frozen=True, slots=True)
class Key:
    """`SHOP-42`, `REQ-7`, `TC-3`: also `UTF-8`, since any prefix may be a project's. The span takes `:,;.?!` along."""

    prefix: str
    number: int
    span: Span

    @property
    def text(self) -> str:
        return f"{self.prefix}-{self.number}"


@dataclass(frozen=True, slots=True)
class Named:
    """`sev:S1`: `name` from NAMES, `value` without quotes; references stay as written (`<@U1|dana>`)."""

    name: str
    value: str
    span: Span
    value_span: Span


@dataclass(frozen=True, slots=True)
class UserRef:
    """A reference by Slack (`user_id`, perhaps `name`) or a name that was typed (`@dana`, `@me`: no `user_id`)."""

    user_id: str | None
    name: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class GroupRef:
    """A user group."""

    group_id: str
    name: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A reference by Slack (`channel_id`) or a name that was typed (`#shop-defects`: no `channel_id`)."""

    channel_id: str | None
    name: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Negation:
    """`-label:flaky`; in free text it is a dash and words."""

    of: Named
    span: Span


REFERENCES: dict[str, Callable[[str, str | None, Span], Token]] = {
    "@": UserRef,
    "#": ChannelRef,
    "!subteam^": GroupRef,
}

Token = Word | Key | Named | UserRef | GroupRef | ChannelRef | Negation
