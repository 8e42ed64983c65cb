"""Help, from the table of commands."""

from collections.abc import Sequence
from typing import Protocol

from bot.slack.blocks import Json, section
from bot.slack.escaping import Mrkdwn
from bot.slack.mrkdwn import render
from bot.slack.replies import said

LINES_A_BLOCK = 10


class Explained(Protocol):
    """A row of the table of commands."""

    @property
    def slug(self) -> str: ...
    @property
    def summary(self) -> str: ...


def short(six: Sequence[Explained]) -> Json:
    return said(render("help", "short", verbs=six))


def of_verb(verb: Explained, usage: str, example: str) -> Json:
    """`usage` and `example` with their command, without the slash and the workspace's own prefix."""
    return said(render("help", "verb", verb=verb, usage=usage, example=example))


def everything(verbs: Sequence[Explained]) -> Json:
    head = render("help", "head")
    lines = [render("help", "line", verb=verb) for verb in verbs]
    parts = [Mrkdwn("\n".join(lines[i : i + LINES_A_BLOCK])) for i in range(0, len(lines), LINES_A_BLOCK)]
    return {"text": Mrkdwn("\n".join([head, *lines])), "blocks": [section(head), *map(section, parts)]}
