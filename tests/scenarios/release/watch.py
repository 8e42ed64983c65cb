"""Looks at how releases stand while the days go by, and asks for the same instants when they are long past."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from bot.services.questions import Questions
from tests.scenarios.reading import words
from tests.scenarios.town import Town
from tests.services.test_instants import seen

WAS = re.compile(r" \(was .*?\)")
Seen = dict[str, tuple[object, ...]]
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Watch:
    """At `looks` of `steps` moments, chosen by chance, it keeps all that a reader is told then of each release."""

    town: Town
    steps: int
    looks: int
    seed: str
    kept: list[tuple[datetime, Seen]] = field(default_factory=list)
    step: int = 0

    def __post_init__(self) -> None:
        self._chosen = frozenset(Random(self.seed).sample(range(self.steps), self.looks))

    async def look(self) -> None:
        if self.step in self._chosen:
            self.kept.append(await self._ask(None))
        self.step += 1

    async def check(self) -> None:
        """Verdict, gates, what holds them back, waivers, candidate, snapshot, signatures: each as it was, of each
        release that was planned then."""
        assert (self.step, len(self.kept)) == (self.steps, self.looks)
        for at, then in self.kept:
            later = (await self._ask(at))[1]
            assert {name: later[name] for name in then} == then, at

    async def check_digest(self, at: datetime, headline: str) -> None:
        """Asked in Slack for the instant of a digest, the bot tells its verdict, days and candidate once more."""
        told = WAS.sub("", headline).replace("**", "*")
        release = told.split()[1].rstrip(":")
        moment = at.astimezone(BERLIN).replace(tzinfo=None).isoformat()
        status = await self.town.types(self.town.rana, f'/release status {release} as-of:"{moment}"')
        assert words(status).startswith(f"{told} · as of ")

    async def _ask(self, at: datetime | None) -> tuple[datetime, Seen]:
        def asked(questions: Questions) -> tuple[datetime, Seen]:
            return at or questions.now, seen(questions, at)

        return await self.town.bot.units.ask(self.town.space.team_id, asked)
