"""What our own code costs, without a network: dispatch, the digest, a tick, the process."""

import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from pydantic import SecretStr

from bot.app import wired
from bot.config import Settings
from bot.domain.values import Surface
from bot.sandbox.workspace import Workspace
from bot.services import requests as ask
from bot.services.composing import compose, draft
from bot.services.context import Context
from bot.services.digest_facts import DigestFacts
from bot.services.filing import file_defect
from bot.services.questions import Questions
from bot.services.releases import plan_release
from bot.slack.gateway import SlackGateway
from storage.database import open_store
from storage.migrations import migrate
from tests.bench.acks import server
from tests.bench.table import Table
from tests.replay.drive import MovableClock

DEFECTS = 500
TEAM = "T0BENCH"


async def timed(work: Callable[[], Awaitable[object]], times: int) -> float:
    """Median milliseconds of one call."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


async def digest(table: Table, folder: Path) -> None:
    """Facts and blocks of a release with 500 defects, from the store to the message, without the picture."""
    url = f"sqlite:///{folder}/digest.db"
    migrate(url)
    store = open_store(url)
    settings = Settings(slack_bot_token=SecretStr("xoxb-bench-bench"), database_url=url, data_dir=folder)
    async with SlackGateway(settings.slack_api_url) as slack:
        bot = wired(settings, MovableClock(), store, slack)
        context = Context(TEAM, "U0BENCH", Surface.COMMAND, "C0BENCH")
        await bot.units.perform(context, lambda uow: plan_release(uow, ask.PlanRelease("2.4")))
        for n in range(DEFECTS):
            request = ask.FileDefect(f"Cart total is wrong {n}", home="C0BENCH")
            await bot.units.perform(context, lambda uow, request=request: file_defect(uow, request))  # type: ignore[misc]

        def build(questions: Questions) -> DigestFacts:
            view = questions.release(None, questions.project_for(None))
            return compose(questions, draft(questions, view))

        table.add(
            f"facts of a digest over {DEFECTS} defects", await timed(lambda: bot.units.ask(TEAM, build), 40), "ms", 5
        )
    await store.close()


async def idle_tick(table: Table, folder: Path) -> None:
    from bot.jobs.digests import DigestJob
    from storage.across_teams import SqlSchedules

    url = f"sqlite:///{folder}/tick.db"
    migrate(url)
    store = open_store(url)
    schedules = SqlSchedules(store)
    clock = MovableClock()
    job = DigestJob(schedules, None, clock)  # type: ignore[arg-type]
    table.add("a tick with nothing due", await timed(job.run, 300), "ms", None)
    await store.close()


async def start(table: Table, space: Workspace, database: str) -> None:
    """Until the first line of a serving process, and what it holds when idle."""
    began = time.perf_counter()
    async with server(space, "bot", database) as (_, pid):
        table.add("serve: from start to ready", time.perf_counter() - began, "s", 2)
        table.add("serve: memory when idle", int(output("ps", "-o", "rss=", "-p", str(pid))) / 1000, "MB", 100)


def plotting(table: Table) -> None:
    code = "import sys, bot.app; print(int('matplotlib' in sys.modules))"
    table.add("serve: plotting library loaded", int(output(sys.executable, "-c", code)), "", 0)


def output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def help_(table: Table) -> None:
    took = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, check=True)
        took.append(time.perf_counter() - began)
    table.add("countersign --help", median(took), "s", 0.4)
