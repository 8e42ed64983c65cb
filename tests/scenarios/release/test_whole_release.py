"""One whole release over both transports: each morning's digest is a file that a person can read, every number in it is
counted once more from the rows of the event log, and what was told at an instant is what is told of it later.

After a change of what a digest says, look at what this rewrites, and commit it:

    COUNTERSIGN_GOLDEN=write python -m pytest tests/scenarios/release
"""

import os
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.jobs.picture import Painter
from bot.services.composing import compose
from bot.services.questions import Questions
from bot.slack.digest_markdown import digest_markdown
from tests.scenarios.conftest import founded
from tests.scenarios.release import plan, raw
from tests.scenarios.release.acts import Stage
from tests.scenarios.release.days import HOURS, LAST_MORNING, RUNS
from tests.scenarios.release.recount import Recount
from tests.scenarios.release.reports import written
from tests.scenarios.release.watch import Watch
from tests.scenarios.release.world import World, by_sum
from tests.scenarios.town import Town

GOLDEN = Path(__file__).parent / "golden"
# Moments at which each transport's release is looked at: two hundred in all.
LOOKS = 100
REWRITES = os.environ.get("COUNTERSIGN_GOLDEN") == "write"
BERLIN = ZoneInfo("Europe/Berlin")
# The log's hash is made of ids and salts, which are never twice the same.
UNCOUNTED = ("**Gates**", "**Next**", "**Expiring waivers**")
HASH = re.compile(r"(?<=:)[0-9a-f]{8}(?=`$)", re.MULTILINE)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return written(tmp_path_factory.mktemp("shop"), RUNS)


@pytest.fixture
async def stage(
    transport: str, sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, reports: dict[str, bytes]
) -> AsyncIterator[Stage]:
    (tmp_path / "requirements.csv").write_text(plan.requirements())
    (tmp_path / "cases.csv").write_text(plan.cases())
    (tmp_path / "gap.csv").write_text(plan.the_gap_closed())
    (tmp_path / "gates.yaml").write_text(plan.GATES)
    # Pictures have tests of their own, and a plotting library takes longer to begin than a day of this release.
    painter = Painter(tmp_path, module="tests.jobs.quick_child")
    async with founded(transport, sqlite_url, tmp_path, caplog, painter=painter) as town:
        yield Stage(town, sqlite_url, tmp_path, reports)


@pytest.mark.timeout(300)
async def test_a_release_is_told_day_by_day_counted_again_and_known_at_any_instant(
    stage: Stage, transport: str
) -> None:
    hours = sorted({*HOURS, *mornings()})
    watch = Watch(stage.town, len(hours) + sum(map(len, HOURS.values())), LOOKS, transport)
    shown: dict[str, str] = {}
    for hour in hours:
        await until(stage.town, hour)
        await watch.look()
        for line in HOURS.get(hour, ()):
            await stage.play(line)
            await watch.look()
        if hour in mornings():
            shown |= await newest(stage.town)
    as_golden(shown)
    sent = raw.digests(stage.url.removeprefix("sqlite:///"))
    recounted(stage, sent, list(shown.values()))
    await watch.check()
    for one, text in zip(sent, shown.values(), strict=True):
        if text.startswith("**"):  # else nothing had happened, and one line said so
            await watch.check_digest(one.at, text.splitlines()[0])


def as_golden(shown: dict[str, str]) -> None:
    for day, text in shown.items():
        path = GOLDEN / f"{day}.md"
        if REWRITES:
            path.write_text(HASH.sub("········", text))
        assert HASH.sub("········", text) == path.read_text(), f"{day} reads otherwise"


def recounted(stage: Stage, sent: list[raw.Sent], shown: list[str]) -> None:
    """Every line with its numbers, and no line or number besides."""
    log = raw.rows(stage.url.removeprefix("sqlite:///"))
    files = by_sum(*(each.read_bytes() for each in stage.folder.glob("*.[cy]*")), *stage.reports.values())
    for one, text in zip(sent, shown, strict=True):
        now = World(log, one.seq, one.at, files)
        then = World(log, one.since_seq, one.since_at or one.at, files)
        told = [*Recount(one, now, then, names(stage.town)).lines()]
        written = [line for line in text.splitlines() if line and line not in UNCOUNTED]
        faults = [line.fault(words) for line, words in zip(told, written, strict=False)]
        assert not any(faults), "\n".join(filter(None, faults))
        assert len(told) == len(written), (one.at, told[len(written) :], written[len(told) :])


def mornings() -> list[str]:
    day, last = datetime.fromisoformat(min(HOURS)).date(), datetime.fromisoformat(LAST_MORNING).date()
    days = [day + timedelta(days=n) for n in range((last - day).days + 1)]
    return [f"{each} 09:00" for each in days if each.isoweekday() < 6]


async def until(town: Town, hour: str) -> None:
    """A second later, so that what is due then is due."""
    await town.quiet()
    moment = datetime.fromisoformat(hour).replace(tzinfo=BERLIN) + timedelta(seconds=1)
    await town.passes(seconds=(moment - town.clock.now()).total_seconds())


def names(town: Town) -> dict[str, str]:
    return {person: town.name_of(person) for person in (town.tess, town.devon, town.rana, town.omar)}


async def newest(town: Town) -> dict[str, str]:
    """Day -> the digest that was sent last, as Markdown."""
    await town.quiet()

    def told(questions: Questions) -> tuple[str, str]:
        release = next(each for each in questions.releases(None) if each.shipped_at is None)
        record = questions.last_digest(release.id, None)
        assert record is not None
        facts = compose(questions, record)
        day = record.at.astimezone(BERLIN).date().isoformat()
        return day, digest_markdown(facts, names(town))

    return dict([await town.bot.units.ask(town.space.team_id, told)])
