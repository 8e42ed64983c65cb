"""Is a release ready, now or at any instant, and why?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.attention import Next, next_act
from bot.domain.builds import Build
from bot.domain.local_time import today
from bot.domain.project import Project
from bot.domain.readiness import Evidence, Gate, Offender, Readiness, Value, assess, awaits_build
from bot.domain.release import Release
from bot.domain.results import NOTHING, Tally
from bot.domain.standing import Standing, standing_of
from bot.domain.values import OPEN, Resolution, Status
from bot.domain.working_hours import reaches_back
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.views import ReleaseView


@dataclass(frozen=True, slots=True)
class ReleaseStatus:
    """How a release stands at one instant. `standings`: what counts in it and is not closed.

    `tests`: what they found out on the candidate.
    `days_left` until the ship date in the project's zone, negative when it has passed, None without one.
    """

    view: ReleaseView
    at: datetime
    today: date
    readiness: Readiness
    standings: tuple[Standing, ...]
    has_builds: bool
    tests: Tally = NOTHING

    @property
    def release(self) -> Release:
        return self.view.release

    @property
    def days_left(self) -> int | None:
        return (self.release.ships_on - self.today).days if self.release.ships_on else None

    @property
    def open(self) -> tuple[Standing, ...]:
        return tuple(s for s in self.standings if s.status in OPEN)

    @property
    def candidate(self) -> Build | None:
        """The newest build of that instant."""
        return next((build for build in reversed(self.view.builds) if build.registered_at <= self.at), None)

    def count(self, status: str) -> int:
        """How many are in that status; duplicates follow their originals and are not counted."""
        return sum(s.status == status and s.resolution is not Resolution.DUPLICATE for s in self.standings)

    def next_of(self, standing: Standing) -> Next:
        """What happens to it next and whose move that is: who can change a gate that it holds back."""
        return next_act(standing, awaits_build=self.has_builds and self._awaits_build(standing))

    def _awaits_build(self, standing: Standing) -> bool:
        fixed = standing.status is Status.RESOLVED and standing.resolution is Resolution.FIXED
        return fixed and awaits_build(standing, [b for b in self.view.builds if b.registered_at <= self.at])


def status(
    questions: Questions, view: ReleaseView, at: datetime | None = None, known: tuple[Standing, ...] | None = None
) -> ReleaseStatus:
    """`at` None is now; builds and defects of any other instant are as they were then. `known`: what counted then."""
    moment = at or questions.now
    standings = tuple(questions.counting(view.release, at)) if known is None else known
    builds = [build for build in view.builds if build.registered_at <= moment]
    has_builds = view.first_build_at is not None and view.first_build_at <= moment
    seen = _evidence(view.project, view.release, moment, standings, builds, has_builds=has_builds)
    tests = questions.tally(builds[-1].id, at) if builds else NOTHING
    return ReleaseStatus(view, moment, seen.today, assess(seen), standings, has_builds, tests)


def gates(questions: Questions, view: ReleaseView, at: datetime | None = None) -> tuple[Gate, ...]:
    return status(questions, view, at).readiness.gates


def readiness_in(uow: UnitOfWork, release: Release) -> Readiness:
    """The same inside the transaction that depends on it."""
    standings = [standing_of(defect) for defect in uow.defects.unclosed(release)]
    project = uow.projects.by_id(release.project_id)
    has_builds = bool(uow.releases.project_builds(project.id))
    builds = uow.releases.builds(release.id)
    return assess(_evidence(project, release, uow.now, standings, builds, has_builds=has_builds))


def reasons(readiness: Readiness) -> tuple[str, ...]:
    """One for each gate that does not pass: its name and what holds it back."""
    return tuple(
        f"{gate.name.value}: {', '.join(_names(gate.offenders)) or (gate.why.value if gate.why else gate.value.value)}"
        for gate in readiness.gates
        if gate.value is not Value.PASS
    )


def _names(offenders: tuple[Offender, ...]) -> list[str]:
    return [offender.standing.key for offender in offenders]


def untriaged_before(project: Project, at: datetime) -> datetime:
    """What was filed earlier has waited too long at `at`; a whole minute, which people and queries can write."""
    limit = timedelta(hours=project.policy.untriaged_hours)
    return reaches_back(limit, at, ZoneInfo(project.timezone), project.policy.hours).replace(second=0, microsecond=0)


def _evidence(
    project: Project,
    release: Release,
    at: datetime,
    standings: tuple[Standing, ...] | list[Standing],
    builds: list[Build],
    *,
    has_builds: bool,
) -> Evidence:
    zone = ZoneInfo(project.timezone)
    counting = [standing for standing in standings if standing.status is not Status.CLOSED]
    return Evidence(
        counting,
        builds,
        has_builds,
        untriaged_before(project, at),
        today(at, zone),
        release.ships_on,
    )
