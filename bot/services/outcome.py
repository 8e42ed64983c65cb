"""What a use case answers: enough for a receipt, never a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.defect import Defect
from bot.domain.events import Kind, Scalar


@dataclass(frozen=True, slots=True)
class Outcome:
    """`nothing`: the defect was that way already; nothing was written."""

    defect: Defect
    kind: Kind
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    nothing: bool = False
