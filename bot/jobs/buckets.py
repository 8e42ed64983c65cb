"""How fast we may speak: what Slack told us to wait for, and the pace that avoids being told.

A 429 parks only its own (team, method, channel). Posting is paced at about one message per second and channel with a
short burst (docs.slack.dev/apis/web-api/rate-limits); a late row keeps the turn it was given, so that a crowd in one
channel is put back once each and not at every turn.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

EVERY = timedelta(seconds=1)
# How far posting may run ahead of its pace; bulk leaves room for what people wait for.
BURST = timedelta(seconds=8)
BULK_BURST = timedelta(seconds=3)
FORGOTTEN = timedelta(minutes=10)

Bucket = tuple[str, str, str]  # team, method, channel or ""
Channel = tuple[str, str]  # team, channel


@dataclass
class Parking:
    """Buckets that Slack has closed for a while."""

    _until: dict[Bucket, datetime] = field(default_factory=dict)

    def park(self, bucket: Bucket, until: datetime) -> None:
        self._until[bucket] = max(until, self._until.get(bucket, until))

    def wait(self, bucket: Bucket, now: datetime) -> datetime | None:
        """Until when, or None when it is open."""
        until = self._until.get(bucket)
        if until is not None and until <= now:
            del self._until[bucket]
            return None
        return until


@dataclass
class Pace:
    """The generic cell rate algorithm, one cell per channel: `_next` is when an even flow would send the next one."""

    every: timedelta = EVERY
    burst: timedelta = BURST
    bulk_burst: timedelta = BULK_BURST
    _next: dict[Channel, datetime] = field(default_factory=dict)
    _turns: dict[str, datetime] = field(default_factory=dict)

    def turn(self, channel: Channel, row_id: str, now: datetime, *, bulk: bool) -> datetime:
        """When this row may be posted: not after `now` means now. Bulk gets no turn ahead of its time."""
        if (given := self._turns.get(row_id)) is not None:
            if given <= now:
                del self._turns[row_id]
            return given
        flow = max(self._next.get(channel, now), now)
        turn = flow - (self.bulk_burst if bulk else self.burst)
        if bulk and turn > now:
            return turn
        self._forget(now)
        self._next[channel] = flow + self.every
        if turn > now:
            self._turns[row_id] = turn
        return turn

    def _forget(self, now: datetime) -> None:
        if len(self._next) > 10_000:
            self._next = {channel: at for channel, at in self._next.items() if at > now}
            self._turns = {row: at for row, at in self._turns.items() if at > now - FORGOTTEN}
