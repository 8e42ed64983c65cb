"""How much escaped a release, counted again from the rows of the event log, one defect after the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.scenarios.release.raw import Row
from tests.scenarios.release.world import Fields, World

NO_DEFECTS = ("duplicate", "not_a_defect")


@dataclass(frozen=True)
class Share:
    found: int
    removed: int
    escaped: int

    @property
    def all(self) -> int:
        return self.found + self.escaped


def share(now: World, shipped: Row) -> Share:
    """Of a release that shipped, and was never taken back: what was known at that instant, and what was filed since."""
    last = max(row.seq for row in now.log if row.at <= shipped.at)
    then = World(now.log, last, shipped.at, now.files)
    before = list(_found_in(then, shipped.subject))
    filed = {row.subject for row in now.log if row.kind == "defect_filed" and row.at > shipped.at}
    return Share(
        len(before), sum(map(_removed, before)), sum(d["id"] in filed for d in _found_in(now, shipped.subject))
    )


def open_share(now: World, release: str) -> Share:
    before = list(_found_in(now, release))
    return Share(len(before), sum(map(_removed, before)), 0)


def percent(part: int, whole: int) -> int:
    """Of these small numbers none is so near to nothing or to all that it needs a rule of its own."""
    return round(100 * part / whole + 1e-9)


def _found_in(world: World, release: str) -> Iterator[Fields]:
    """By the build, or without one by the release that it was filed for."""
    built = {build["id"]: build["release"] for build in world.builds}
    filed = {row.subject: row.changes.get("release_id") for row in world.log if row.kind == "defect_filed"}
    for d in world.defects.values():
        build = d.get("found_build_id")
        if (built[build] if build else filed[d["id"]]) == release and d["resolution"] not in NO_DEFECTS:
            yield d


def _removed(d: Fields) -> bool:
    return d["status"] in ("verified", "closed") and d["resolution"] == "fixed"
