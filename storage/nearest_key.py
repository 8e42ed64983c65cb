"""Which key somebody meant who typed one that nobody has."""

import re
from collections.abc import Iterator

from sqlalchemy import select

from bot.domain.nearest import nearest
from storage.tables import defects, projects
from storage.tenant import TEAM, Tenant, param

_KEY = re.compile(r"([A-Z][A-Z0-9]*)-?([0-9]{1,9})")
_PREFIXES = select(projects.c.prefix).where(projects.c.team_id == TEAM).order_by(projects.c.prefix)
_EXISTING = select(defects.c.key).where(defects.c.team_id == TEAM, defects.c.key.in_(param("keys", expanding=True)))


def nearest_key(tenant: Tenant, typed: str) -> str | None:
    """The right number under a mistyped prefix, else a number with two digits swapped or one too many."""
    written = _KEY.fullmatch(typed)
    if written is None:
        return None
    prefix = nearest(written[1], [row.prefix for row in tenant.all(_PREFIXES)])
    if prefix is None:
        return None
    keys = [f"{prefix}-{number}" for number in dict.fromkeys(_numbers(written[2]))]
    existing = {row.key for row in tenant.all(_EXISTING, keys=keys)}
    return next((key for key in keys if key in existing), None)


def _numbers(digits: str) -> Iterator[str]:
    yield str(int(digits))
    for at in range(len(digits) - 1):
        yield digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    for at in reversed(range(len(digits))):
        yield digits[:at] + digits[at + 1 :]
