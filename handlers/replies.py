"""What a handler answers: words for one person, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.blocks import Json, section


@dataclass(frozen=True, slots=True)
class Reply:
    """`message`: text, and blocks that say the same. `replace`: it takes the place of the message that was clicked."""

    message: Mapping[str, Any] | None = None
    replace: bool = False

    @property
    def silent(self) -> bool:
        return self.message is None


SILENT = Reply()


def reply(text: str, *more: Json) -> Reply:
    """One section, and whatever follows it."""
    return Reply({"text": text, "blocks": [section(text), *more]})
