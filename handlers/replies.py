"""What a handler answers: words for one person, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Blocks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Reply:
    """`text` says the same as the blocks. `replace`: it takes the place of the message that was clicked.
    `view`: a modal that is opened with the trigger, with `text` for the case that the trigger is too old."""

    text: str = ""
    blocks: Blocks = ()
    replace: bool = False
    view: Mapping[str, Any] | None = None

    @property
    def silent(self) -> bool:
        return not self.text and not self.blocks


SILENT = Reply()
