"""A release as a digest sees it, made without a store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.builds import Build
from bot.domain.criteria import assess
from bot.domain.events import Kind
from bot.domain.gates import DEFAULT, Criterion
from bot.domain.project import Project
from bot.domain.readiness import Evidence, Value, Verdict
from bot.domain.release import Release
from bot.domain.standing import Standing
from bot.domain.traceability import Gap
from bot.domain.turning import Cause, Turned
from bot.domain.values import Resolution, Severity, Status
from bot.services.composing import blockers, next_acts, queue
from bot.services.digest_facts import Counted, DigestFacts, Noted, Since
from bot.services.readiness import ReleaseStatus
from bot.services.views import ReleaseView

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TESS, DEVON, OMAR, ANA = "U0TESS", "U0DEVON", "U0OMAR", "U0ANA"
NAMES = {TESS: "Tess", DEVON: "Devon", OMAR: "Omar", ANA: "Ana"}
PROJECT = Project("p-1", "SHOP", "Shop", "C0SHOP", "Europe/Berlin")
RELEASE = Release("r-24", "p-1", "2.4", NOW - timedelta(days=30), date(2026, 12, 2))
RC3 = Build("b-3", "r-24", "2.4.0-rc3", 3, NOW - timedelta(days=2))


def standing(number: int, title: str = "Card declined twice on retry", **values: Any) -> Standing:
    """An open, triaged S3 of 2.4 that Devon owns, unless said otherwise."""
    plain = Standing(
        id=f"d-{number}",
        key=f"SHOP-{number}",
        title=title,
        status=Status.TRIAGED,
        resolution=None,
        severity=Severity.S3,
        owner=DEVON,
        reporter=TESS,
        resolver=None,
        fix_owner=None,
        fixed_in=None,
        triaged=True,
        created_at=NOW - timedelta(days=3),
        since=NOW - timedelta(days=3),
        bounces=0,
        release_id="r-24",
    )
    return plain._replace(**values)


def fixed(number: int, reporter: str = OMAR, days: int = 1, **values: Any) -> Standing:
    """Fixed by Devon in rc3, to be verified by its reporter."""
    return standing(
        number,
        **{
            "status": Status.RESOLVED,
            "resolution": Resolution.FIXED,
            "reporter": reporter,
            "resolver": DEVON,
            "fixed_in": "b-3",
            "since": NOW - timedelta(days=days),
            **values,
        },
    )


def status(
    *standings: Standing, builds: Sequence[Build] = (RC3,), release: Release = RELEASE, at: datetime = NOW
) -> ReleaseStatus:
    view = ReleaseView(release, PROJECT, tuple(builds), builds[0].registered_at if builds else None)
    today = at.date()
    seen = Evidence(
        standings, builds, bool(builds), {Criterion.TRIAGED: at - timedelta(days=2)}, today, release.ships_on
    )
    return ReleaseStatus(view, at, today, assess(seen), standings, bool(builds), DEFAULT)


def facts(
    stands: ReleaseStatus, since: Since | None = None, seq: int = 18231, digest_id: str = "0193-digest"
) -> DigestFacts:
    return DigestFacts(
        digest_id,
        stands,
        since or Since(None),
        blockers(stands),
        queue(stands),
        next_acts(stands),
        seq,
        "9f2c11aa77ee0000",
    )


def busy() -> DigestFacts:
    """A day with something of everything, the words of its people hostile."""
    stands = status(
        standing(42, severity=Severity.S1),
        standing(44, "Coupon *field* <!channel> accepts 300 %", severity=Severity.S2, owner=None),
        fixed(21, days=3),
        fixed(29),
        fixed(30, reporter=DEVON, blocked="staging is `down` & out"),
        standing(50, triaged=False, owner=None, status=Status.NEW, created_at=NOW - timedelta(days=4)),
        standing(
            51, status=Status.RESOLVED, resolution=Resolution.WONT_FIX, resolver=DEVON, since=NOW - timedelta(hours=2)
        ),
        fixed(60, fixed_in=None),
    )
    counted = {
        Counted.FILED: ("SHOP-42", "SHOP-44", "SHOP-50"),
        Counted.FIXED: ("SHOP-21",),
        Counted.VERIFIED: (),
        Counted.BOUNCED: ("SHOP-30",),
    }
    turned = Turned(DEFAULT.rules[0], Value.PASS, Value.FAIL, Cause(Kind.DEFECT_FILED, TESS, NOW, "SHOP-42"))
    since = Since(NOW - timedelta(days=1), counted, ("2.4.0-rc3",), (turned,), Verdict.AT_RISK, {Noted.REPORTS: 2}, 3)
    return replace(facts(stands, since), gaps={Gap.UNTESTED: 6, Gap.ORPHAN: 1})


def quiet() -> DigestFacts:
    return facts(status(fixed(21), fixed(29)), Since(NOW - timedelta(days=1), verdict=Verdict.AT_RISK), seq=18244)
