"""When to try again, and when to stop."""

from datetime import datetime, timedelta

from bot.services.delivery import Claimed

BASE = 1.0  # seconds before the second try
# No longer, so that what waited while Slack was down leaves within minutes once it is back.
CAP = 60.0
# A lost answer may stand for a message that is still under way: it is looked for after this.
SETTLING = 2.0
# A row that has failed for so long says nothing anybody still needs.
LIFE = timedelta(hours=24)
# Failures of our own (a template, a store that is down) end sooner: repeating them does not mend them.
OWN_FAILURES = 8
FACTOR = 2.0


def backoff(attempts: int, chance: float) -> timedelta:
    """Doubles from BASE to CAP; `chance` in 0..1 takes up to half of it away, so that no crowd returns as one."""
    whole = min(CAP, BASE * FACTOR ** min(attempts, 16))
    return timedelta(seconds=whole * (1 - chance / 2))


def outlived(row: Claimed, now: datetime) -> bool:
    return now - row.created_at > LIFE


def expired(row: Claimed, now: datetime) -> bool:
    return row.expires_at is not None and now >= row.expires_at
