"""What the store keeps of test runs while they come in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.results import Execution
from bot.services.records import TestRun


class Results(Protocol):
    def published(self, build_id: str, checksum: str) -> bool: ...

    def add(self, run: TestRun) -> None:
        """It counts nowhere until it is published."""
        ...

    def stage(self, run: TestRun, place: int, portion: Sequence[Execution]) -> int:
        """`place`: how many stand before them. Answers how many cases were new; they are made."""
        ...

    def record(self, run: TestRun, case_id: str, execution: Execution) -> None:
        """One result by hand, published at once."""
        ...

    def publish(self, run: TestRun) -> bool:
        """False when another run of that build brought the same report before."""
        ...

    def forget_staged(self, before: datetime) -> None:
        """Runs that began before and were never published."""
        ...
