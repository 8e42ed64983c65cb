"""A clock that runs as time does and can be put forward."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # half past eight in Berlin


@dataclass
class TownClock:
    start: datetime = MONDAY
    _began: float = field(default_factory=time.monotonic)
    _put_forward: timedelta = timedelta()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self._began) + self._put_forward

    def put_forward(self, by: timedelta) -> None:
        self._put_forward += by
