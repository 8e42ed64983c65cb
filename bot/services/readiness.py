"""Is a release ready, now or at any instant, and why?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.attention import Next, next_act
from bot.domain.builds import Build
from bot.domain.criteria import assess, awaits_build
from bot.domain.errors import NotReady
from bot.domain.gates import GatePolicy
from bot.domain.gates import in_force as policy_of
from bot.domain.local_time import today
from bot.domain.readiness import Evidence, Gate, Readiness
from bot.domain.release import Release
from bot.domain.results import NOTHING, Tally
from bot.domain.signoffs import Snapshot
from bot.domain.standing import Standing
from bot.domain.values import OPEN, Resolution, Status
from bot.domain.waivers import Stage, Waiver, in_force
from bot.services.criteria import Scene, evidence_of, tally
from bot.services.questions import Questions
from bot.services.views import ReleaseView


@dataclass(frozen=True, slots=True)
class ReleaseStatus:
    """How a release stands at one instant. `standings`: what counts in it and is not closed.

    `policy`: the gates that it was held to then. `tests`: what they found out on the candidate. `waivers`: all that
    were ever asked for.
    `days_left` until the ship date in the project's zone, negative when it has passed, None without one.
    """

    view: ReleaseView
    at: datetime
    today: date
    readiness: Readiness
    standings: tuple[Standing, ...]
    has_builds: bool
    policy: GatePolicy
    tests: Tally = NOTHING
    waivers: tuple[Waiver, ...] = ()

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
    def builds(self) -> tuple[Build, ...]:
        """Those of that instant."""
        return tuple(build for build in self.view.builds if build.registered_at <= self.at)

    @property
    def candidate(self) -> Build | None:
        """Of that instant."""
        return self.release.candidate(self.builds)

    @property
    def scene(self) -> Scene:
        return Scene(self.view.project, self.release, self.builds, self.standings, self.at, self.at)

    @property
    def snapshot(self) -> Snapshot:
        """What is signed of it."""
        values = {str(gate.name): gate.value.value for gate in self.readiness.gates}
        waived = tuple(waiver.number for waiver in self.waivers_at(Stage.IN_FORCE))
        return Snapshot(self.candidate.name if self.candidate else None, values, waived, self.policy.version)

    def waivers_at(self, *stages: Stage) -> tuple[Waiver, ...]:
        """Those that stood so at that instant."""
        zone = self.scene.zone
        return tuple(each for each in self.waivers if each.stage(self.at, self.builds, zone) in stages)

    def count(self, status: str) -> int:
        """How many are in that status; duplicates follow their originals and are not counted."""
        return sum(s.status == status and s.resolution is not Resolution.DUPLICATE for s in self.standings)

    def next_of(self, standing: Standing) -> Next:
        """What happens to it next and whose move that is: who can change a gate that it holds back."""
        return next_act(standing, awaits_build=self.has_builds and self._awaits_build(standing))

    def _awaits_build(self, standing: Standing) -> bool:
        fixed = standing.status is Status.RESOLVED and standing.resolution is Resolution.FIXED
        return fixed and awaits_build(standing, self.builds)


def status(
    questions: Questions,
    view: ReleaseView,
    at: datetime | None = None,
    known: tuple[Standing, ...] | None = None,
    policy: GatePolicy | None = None,
) -> ReleaseStatus:
    """`at` None is now; builds and defects of any other instant are as they were then. `known`: what counted then.
    `policy`: other gates than those that held then."""
    moment = at or questions.now
    view = view.as_of(at) if at else view
    standings = tuple(questions.counting(view.release, at)) if known is None else known
    builds = tuple(build for build in view.builds if build.registered_at <= moment)
    held = policy or policy_of(questions.gate_policies(view.project.id), moment)
    scene = Scene(view.project, view.release, builds, standings, at, moment)
    has_builds = view.first_build_at is not None and view.first_build_at <= moment
    waivers = tuple(questions.waivers(view.release.id))
    evidence = _evidence(questions, scene, held, waivers, has_builds=has_builds)
    readiness = assess(evidence, held.rules)
    return ReleaseStatus(
        view, moment, evidence.today, readiness, standings, has_builds, held, tally(questions, scene), waivers
    )


def just_before_shipping(questions: Questions, view: ReleaseView) -> ReleaseStatus:
    """Of a release that has shipped: as it stood in the instant before, its defects not yet closed with it."""
    assert view.release.shipped_at is not None
    return status(questions, view, view.release.shipped_at - timedelta(microseconds=1))


def gates(questions: Questions, view: ReleaseView, at: datetime | None = None) -> tuple[Gate, ...]:
    return status(questions, view, at).readiness.gates


def named_gate(found: ReleaseStatus, word: str) -> Gate:
    """Raises UnknownGate."""
    return found.readiness.gate(found.policy.called(word).name)


def not_ready(found: ReleaseStatus, *, signing: bool) -> NotReady:
    """The refusal, with each gate that holds it back."""
    gates = tuple(gate for gate in found.readiness.gates if not gate.stands)
    candidate = found.candidate.name if found.candidate else None
    hours = found.view.project.policy.untriaged_hours
    return NotReady(found.release.name, found.readiness.verdict.value, gates, candidate, hours, signing)


def _evidence(
    questions: Questions, scene: Scene, policy: GatePolicy, waivers: tuple[Waiver, ...], *, has_builds: bool
) -> Evidence:
    counting = [standing for standing in scene.standings if standing.status is not Status.CLOSED]
    own = evidence_of(questions, scene, policy.rules)
    held = in_force(waivers, scene.moment, scene.builds, scene.zone)
    day = today(scene.moment, scene.zone)
    return Evidence(counting, scene.builds, has_builds, own, day, scene.release.ships_on, held)
