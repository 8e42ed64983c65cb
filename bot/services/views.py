"""What a reader gets to see: a defect or a release with everything that its card, its queue or its digest names."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.domain.builds import Build, Fix, may_hold
from bot.domain.defect import Defect
from bot.domain.project import Project
from bot.domain.release import Release
from bot.domain.standing import Standing as Standing
from bot.domain.values import Status
from bot.services.records import Anchor, EvidenceRecord


@dataclass(frozen=True, slots=True)
class DefectView:
    """`builds`: those of the defect's release, or of its fix's, in order. `duplicates`: keys that follow it. `titles`:
    of the links that are known.

    Only of a defect that was asked for by itself, and empty in lists: `told`, what its reporter wrote beside the title
    (actual, expected, steps); `escaped`, the name of the release that it escaped (docs/quality.md says when).
    """

    defect: Defect
    project: Project
    release: Release | None = None
    found_build: Build | None = None
    fixed_in: Build | None = None
    verified_on: Build | None = None
    builds: tuple[Build, ...] = ()
    project_has_builds: bool = False
    original: str | None = None
    duplicates: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[EvidenceRecord, ...] = ()
    comments: int = 0
    anchor: Anchor | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    escaped: str = ""

    @property
    def awaits_build(self) -> bool:
        """Its fix is in no build yet that it could be verified on; never so where the project registers none."""
        fix = Fix(self.fixed_in, self.defect.fix_commit, self.defect.release_id)
        return self.project_has_builds and not may_hold(self.builds, fix)


@dataclass(frozen=True, slots=True)
class Page:
    """`total` counts all that match."""

    items: tuple[DefectView, ...]
    total: int
    offset: int


@dataclass(frozen=True, slots=True)
class Similar:
    """`shared`: the words both have, the rarest first; `score` in 0..1: how likely the two are the same.

    `worth_showing`: likely enough for somebody who did not ask; who asks (`/defect dups`) gets the others too.
    """

    key: str
    title: str
    status: Status
    release: str | None
    shared: tuple[str, ...]
    score: float
    worth_showing: bool = True


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """`first_build_at`: when the project registered its first build, in whichever release; None: never. `shippings`:
    from when until when it was shipped, None while it still is."""

    release: Release
    project: Project
    builds: tuple[Build, ...] = ()
    first_build_at: datetime | None = None
    shippings: tuple[tuple[datetime, datetime | None], ...] = ()

    def as_of(self, at: datetime) -> "ReleaseView":
        """With the release as it was: shipped or not."""
        held = (begun for begun, ended in self.shippings if begun <= at and (ended is None or ended > at))
        shipped_at = next(held, None)
        return replace(self, release=replace(self.release, shipped_at=shipped_at))

    @property
    def named(self) -> str:
        """As it is called in any project."""
        return f"{self.project.prefix}/{self.release.name}"


@dataclass(frozen=True, slots=True)
class BurnDay:
    """Counts at the end of that local day: all that count in the release, and how many are fixed and settled."""

    day: date
    filed: int
    fixed: int
    verified: int
    open: int
