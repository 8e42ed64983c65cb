"""What delivery did, as numbers that only grow; `/metrics` shows them under these names."""

from dataclasses import asdict, dataclass


@dataclass
class Counters:
    """`ambiguous`: posts whose answer was lost where history cannot be read, so nobody knows whether they arrived.
    `leases_lost`: rows let go in mid-call, because the store could not be told in time that they are still held."""

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

    def named(self) -> dict[str, int]:
        return {f"outbox_{name}_total": value for name, value in asdict(self).items()}
