"""What the record says of a release at an instant, beside what is computed for that instant long afterwards.

At instants chosen by chance, between the changes of a history, somebody says no-go: the decision keeps the verdict,
each gate with what holds it back, and every defect that counts, as they stood at that moment.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any

from bot.domain.decisions import Decision
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from tests.replay.drive import Driver
from tests.replay.history import History
from tests.replay.mapping import SCRIBE


@dataclass
class Instants:
    """`wanted` of them, or as many as the history has pauses. `verdicts`: how often each was stored."""

    history: History
    wanted: int
    dice: Random = field(default_factory=lambda: Random(1))
    stored: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    differing: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        steps = self.history.steps
        pauses = [one.at for one, other in pairwise(steps) if one.at < other.at]
        self._chosen = frozenset(self.dice.sample(pauses, min(self.wanted, len(pauses))))

    async def pause(self, driver: Driver, until: datetime) -> None:
        """The clock stands at the history's last change, and the next one comes `until`."""
        if driver.clock.at not in self._chosen:
            return
        driver.clock.at += (until - driver.clock.at) * self.dice.random()
        release = self.dice.choice(sorted(driver.releases))
        reply = await driver.type(SCRIBE, f'/release nogo "{release}" as it stands')
        if not reply.startswith("No-go"):
            raise RuntimeError(f"nothing was decided: {reply}")

    async def compare(self, driver: Driver) -> None:
        """With what is computed now; `/release status` is asked the same, as a person would."""
        driver.clock.at = self.history.steps[-1].at.replace(year=self.history.steps[-1].at.year + 1)
        for at, release, decided, again in await driver.bot.units.ask(driver.space.team_id, _both):
            self.stored += 1
            self.verdicts[decided["verdict"]] += 1
            reply = await driver.type(
                SCRIBE, f'/release status "{release}" as-of:"{at.replace(tzinfo=None).isoformat()}"'
            )
            if again != decided or f": {decided['verdict']}*" not in reply:
                self.differing.append(f"{release} at {at}: {decided} was stored, {again} is computed, {reply} is told")


Told = Mapping[str, Any]


def _both(questions: Questions) -> list[tuple[datetime, str, Told, Told]]:
    found = []
    for release in questions.releases(None):
        for decision in questions.decisions(release.id):
            at = datetime.fromisoformat(decision.body["at"])
            stands = status(questions, questions.release_by_id(release.id), at)
            found.append((at, release.name, _stored(decision), _computed(stands)))
    return found


def _stored(decision: Decision) -> Told:
    return {name: decision.body[name] for name in ("verdict", "snapshot", "gates", "defects")}


def _computed(stands: ReleaseStatus) -> Told:
    return {
        "verdict": stands.readiness.verdict.value,
        "snapshot": stands.snapshot.hash,
        "gates": [
            {
                "name": gate.name,
                "criterion": gate.criterion.value,
                "value": gate.value.value,
                "waived": gate.waived,
                "why": gate.why and gate.why.value,
                "measured": dict(gate.measured),
                "held_back_by": [{"key": each.standing.key, "why": each.why.value} for each in gate.offenders],
            }
            for gate in stands.readiness.gates
        ],
        "defects": [
            {
                "key": each.key,
                "severity": each.severity.value,
                "status": each.status.value,
                "resolution": each.resolution and each.resolution.value,
                # These histories name no builds.
                "fixed_in": each.fixed_in,
                "verified_on": each.verified_on,
            }
            for each in stands.standings
        ],
    }
