"""A defect to try things on."""

from datetime import UTC, datetime, timedelta

from bot.domain.defect import Defect
from bot.domain.values import Priority, Resolution, Severity

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
TESS, DEVON, OMAR = "U0TESS", "U0DEVON", "U0OMAR"


def later(minutes: int) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def filed(**values: object) -> Defect:
    fields: dict[str, object] = {
        "id": "d-1",
        "project_id": "p-1",
        "key": "SHOP-42",
        "title": "Card declined twice on retry",
        "reporter": TESS,
        "created_at": MONDAY,
        "since": MONDAY,
    }
    return Defect.file(facts={}, texts={}, **(fields | values))


def triaged() -> Defect:
    defect = filed()
    defect.triage(later(1), severity=Severity.S1, priority=Priority.P1, release_id="r-1")
    return defect


def fixed(owner: str | None = DEVON, by: str = DEVON, build: str | None = "b-3") -> Defect:
    defect = triaged()
    if owner:
        defect.assign(later(2), owner)
    defect.fix(later(3), by, build, "abc1234")
    return defect


def resolved(resolution: Resolution = Resolution.WONT_FIX) -> Defect:
    defect = triaged()
    defect.resolve(later(3), DEVON, resolution, "not now")
    return defect


def verified() -> Defect:
    defect = fixed()
    defect.pass_verification(later(4), TESS, "b-3", four_eyes=True, facts={}, note="")
    return defect
