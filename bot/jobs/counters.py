"""What delivery did, as numbers that only grow; `/metrics` shows them under these names."""

from collections import Counter
from dataclasses import dataclass, field, fields

from bot.services.outgoing import Sort


@dataclass
class Counters:
    """`ambiguous`: posts whose answer was lost where history cannot be read, so nobody knows whether they arrived.
    `leases_lost`: rows let go in mid-call, because the store could not be told in time that they are still held.
    `digests`: by how their sending ended."""

    sent: int = 0
    put_back: int = 0
    needless: int = 0
    expired: int = 0
    ambiguous: int = 0
    dead: int = 0
    rate_limited: int = 0
    strays: int = 0
    anchored_anew: int = 0
    failures: int = 0
    leases_lost: int = 0
    digests: Counter[str] = field(default_factory=Counter)

    def ended(self, sort: Sort, how: str) -> None:
        """One try of a row; `how` is one of the names above."""
        setattr(self, how, getattr(self, how) + 1)
        if sort is Sort.DIGEST:
            self.digests[how] += 1

    def named(self) -> dict[str, int]:
        numbers = {each.name: getattr(self, each.name) for each in fields(self) if each.type is int}
        return {f"outbox_{name}_total": value for name, value in numbers.items()}
