"""Posting as Slack limits it: about one message a second and channel, after a short burst
(docs.slack.dev/apis/web-api/rate-limits)."""

from __future__ import annotations

import math


class Limit:
    """Of each channel; none while `burst` is 0. `refused` counts what was told to wait."""

    def __init__(self, burst: int = 0, every: float = 1.0) -> None:
        self.burst = burst
        self.every = every
        self.refused = 0
        self._next: dict[str, float] = {}

    def wait(self, channel: str, now: float) -> int:
        """Whole seconds after which the channel takes a message again; 0 where it takes one now, which is counted."""
        if not self.burst:
            return 0
        flow = max(self._next.get(channel, now), now)
        early = flow - now - (self.burst - 1) * self.every
        if early > 0:
            self.refused += 1
            return max(1, math.ceil(early))
        self._next[channel] = flow + self.every
        return 0
