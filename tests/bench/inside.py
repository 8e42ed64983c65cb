"""What our own code costs, without a network: dispatch, the digest, a tick, the process."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median

from pydantic import SecretStr

from bot.app import wired
from bot.config import Settings
from bot.domain.values import Surface
from bot.jobs.digests import DigestJob
from bot.sandbox.workspace import Workspace
from bot.services import requests as ask
from bot.services.composing import compose, draft
from bot.services.context import Context
from bot.services.digest_facts import DigestFacts
from bot.services.filing import file_defect
from bot.services.notifications import notify
from bot.services.questions import Questions
from bot.services.releases import plan_release
from bot.slack.gateway import SlackGateway
from storage.across_teams import SqlSchedules
from storage.database import open_store
from storage.migrations import migrate
from storage.unit_of_work import SqlUnitsOfWork
from tests.bench.acks import server
from tests.bench.table import Table
from tests.replay.drive import MovableClock

DEFECTS = 500
SCHEDULES = 10_000
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
    """None of ten thousand plans is due."""
    url = f"sqlite:///{folder}/tick.db"
    migrate(url)
    store = open_store(url)
    clock = MovableClock()
    units = SqlUnitsOfWork(store, clock, notify)
    context = Context(TEAM, "U0BENCH", Surface.COMMAND, "C0BENCH")
    await units.perform(context, lambda uow: plan_release(uow, ask.PlanRelease("2.4")))
    with sqlite3.connect(url.removeprefix("sqlite:///")) as plain:
        plain.execute(
            "WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < ?)"
            ' INSERT INTO schedules (team_id, id, release_id, channel, "at", timezone, days, next_at)'
            " SELECT team_id, 'plan-' || n, id, 'C' || n, '09:00', 'UTC', '[1]', ? FROM releases, count",
            (SCHEDULES, int((clock.now() + timedelta(days=1)).timestamp() * 1e6)),
        )
    job = DigestJob(SqlSchedules(store), units, clock)

    async def woken() -> None:
        job.wake()
        await job.run()

    table.add(f"a tick with nothing due, {SCHEDULES:,} schedules", await timed(job.run, 300), "ms", 0.1)
    table.add("the same when it asks the store, once in 30 s or after a commit", await timed(woken, 300), "ms")
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
