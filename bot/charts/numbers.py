"""The numbers that travel to the drawing process, as JSON.

{"release": "2.4", "ships": "2026-12-18" or null,
 "days": [{"day": "2026-11-20", "filed": 12, "fixed": 9, "verified": 7, "open": 3}, ...]}
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Day:
    """Counts at the end of that local day. `filed`: all that count in the release, its scope; `fixed` and
    `verified`: how many of them are or were; `open`: how many still need work."""

    day: date
    filed: int
    fixed: int
    verified: int
    open: int


@dataclass(frozen=True, slots=True)
class BurnUp:
    """`days`: at least one, in order; days without a change may be left out."""

    release: str
    ships: date | None
    days: tuple[Day, ...]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), default=date.isoformat).encode()


def from_json(text: bytes) -> BurnUp:
    """Raises ValueError, KeyError or TypeError for anything that `to_json` does not write."""
    data = json.loads(text)
    ships = data["ships"]
    return BurnUp(str(data["release"]), date.fromisoformat(ships) if ships else None, tuple(map(_day, data["days"])))


def _day(data: Mapping[str, Any]) -> Day:
    counts = (int(data[name]) for name in ("filed", "fixed", "verified", "open"))
    return Day(date.fromisoformat(data["day"]), *counts)
