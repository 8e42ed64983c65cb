"""What is beside the acks: dispatch with every handler, calls to Slack before the ack, a release among very many."""

import asyncio
import hashlib
import hmac
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest

from bot.app import Countersign, wired
from bot.config import Settings
from bot.domain.values import Surface
from bot.sandbox.workspace import Workspace
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.filing import file_defect
from bot.services.questions import Questions
from bot.services.readiness import status
from bot.services.releases import plan_release
from bot.slack.gateway import SlackGateway
from bot.transports.authorization import OneWorkspace
from bot.transports.bolt import build_bolt
from storage.database import open_store
from storage.migrations import migrate
from tests.bench.table import Table
from tests.replay.drive import MovableClock

TEAM, SECRET = "T0BENCH", "0123456789abcdef0123456789abcdef"
ROUNDS, EACH = 7, 200
COUNTING = 500
COMMANDS = ("new Cart total is wrong", "new", "mine", "list", "show DEF-1", "claim DEF-1", "fixed DEF-1", "help")


def settings_of(space: Workspace | None, database: str, folder: Path) -> Settings:
    return Settings(
        slack_bot_token=SecretStr(space.app["bot_token"] if space else "xoxb-bench-bench"),
        slack_signing_secret=SecretStr(SECRET),
        slack_api_url=f"{space.base_url}/api/" if space else "http://127.0.0.1:9/api/",
        database_url=database,
        data_dir=folder,
    )


def signed(body: str) -> AsyncBoltRequest:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
    }
    return AsyncBoltRequest(body=body, headers=headers)


async def dispatch(table: Table, space: Workspace, folder: Path) -> None:
    """A closed form, which needs nothing but to be found: among all listeners, and as the only one. In turns."""
    settings = settings_of(space, _fresh(folder, "dispatch"), folder)
    async with SlackGateway(settings.slack_api_url) as slack:
        store = open_store(settings.database_url)
        bot = wired(settings, MovableClock(), store, slack)
        workspace = OneWorkspace(slack, space.app["bot_token"])
        alone = build_bolt(settings, workspace, _only_closed, bot.metrics.acked)
        body = urlencode({"payload": _closed(space)})
        times: dict[str, list[float]] = {"all": [], "one": []}
        for _ in range(ROUNDS):
            times["all"].append(await _dispatched(bot.bolt, body))
            times["one"].append(await _dispatched(alone, body))
        every, one = median(times["all"]), median(times["one"])
        table.add("dispatch with every handler / with one listener", every / one, "x", 1.5, f"{every:.3f} ms")
        await bot.desk.later.drain()
        await store.close()


def _only_closed(app: AsyncApp) -> None:
    async def closed(ack: Callable[[], object]) -> None:
        await ack()  # type: ignore[misc]

    app.view_closed("form")(closed)


def _closed(space: Workspace) -> str:
    user = next(iter(space.state.users.values()))["id"]
    return (
        f'{{"type":"view_closed","team":{{"id":"{space.team_id}"}},"user":{{"id":"{user}"}},'
        '"view":{"id":"V1","type":"modal","callback_id":"form","private_metadata":""}}'
    )


async def _dispatched(app: AsyncApp, body: str) -> float:
    took = []
    for _ in range(EACH):
        request = signed(body)
        began = time.perf_counter()
        response = await app.async_dispatch(request)
        took.append((time.perf_counter() - began) * 1000)
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {response.body}")
    return median(took)


async def calls_before_the_ack(table: Table, space: Workspace, folder: Path) -> None:
    """No delivery runs here: whatever is called is called on the way to an answer."""
    settings = settings_of(space, _fresh(folder, "calls"), folder)
    async with SlackGateway(settings.slack_api_url) as slack:
        store = open_store(settings.database_url)
        bot = wired(settings, MovableClock(), store, slack)
        await _typed(bot, space, "new Acquainted")
        await bot.desk.later.drain()
        before = len(space.calls)
        for words in COMMANDS:
            await _typed(bot, space, words)
        called = [method for method, _ in space.calls[before:] if not method.startswith("views.")]
        table.add(f"Slack calls before the ack of {len(COMMANDS)} commands, but views.*", len(called), "", 0)
        await bot.desk.later.drain()
        await store.close()


async def _typed(bot: Countersign, space: Workspace, words: str) -> None:
    fields = {
        "command": "/defect",
        "text": words,
        "user_id": next(iter(space.state.users)),
        "channel_id": space.named("bench")["id"],
        "team_id": space.team_id,
        "trigger_id": f"{time.time_ns()}.bench",
        "response_url": f"{space.base_url}/response/none",
    }
    response = await bot.bolt.async_dispatch(signed(urlencode(fields)))
    if response.status != 200:
        raise RuntimeError(f"{words}: {response.status} {response.body}")


async def readiness(table: Table, folder: Path, others: int) -> None:
    """One release's readiness beside its own statement on a bare driver, among the defects of another release."""
    url = _fresh(folder, "readiness")
    store = open_store(url)
    settings = settings_of(None, url, folder)
    async with SlackGateway(settings.slack_api_url) as slack:
        units = wired(settings, MovableClock(), store, slack).units
        context = Context(TEAM, "U0BENCH", Surface.COMMAND, "C0BENCH")
        for name in ("2.4", "2.5"):
            await units.perform(context, lambda uow, name=name: plan_release(uow, ask.PlanRelease(name)))  # type: ignore[misc]
        for n in range(COUNTING):
            request = ask.FileDefect(f"Cart total is wrong {n}", home="C0BENCH", release="2.4")
            await units.perform(context, lambda uow, request=request: file_defect(uow, request))  # type: ignore[misc]
        path = url.removeprefix("sqlite:///")
        _multiply(path, others)

        def assess(questions: Questions) -> int:
            return len(status(questions, questions.release("2.4", questions.project_for(None))).standings)

        raw, ours = [], []
        with sqlite3.connect(path) as bare:
            statement, values = _covering(bare)
            for _ in range(ROUNDS * 5):
                began = time.perf_counter()
                assert len(bare.execute(statement, values).fetchall()) == COUNTING
                raw.append((time.perf_counter() - began) * 1000)
                began = time.perf_counter()
                assert await units.ask(TEAM, assess) == COUNTING
                ours.append((time.perf_counter() - began) * 1000)
        what = f"readiness of a release among {others:,} defects / its raw SQL"
        table.add(what, median(ours) / median(raw), "x", 1.3, f"{median(ours):.1f} ms")
    await asyncio.to_thread(store.close_sync)


def _covering(bare: sqlite3.Connection) -> tuple[str, tuple[object, ...]]:
    release = bare.execute("SELECT id FROM releases WHERE name = '2.4'").fetchone()[0]
    statement = """
        SELECT v.defect_id, d.key, d.title, v.status, v.resolution, v.severity, v.owner, d.reporter, v.resolver,
               v.fix_owner, v.fixed_in, v.triaged, d.created_at, v.since, v.bounces, d.blocked, d.asked, v.verified_on,
               v.duplicate_of, v.priority, v.release_id, v.fix_commit
          FROM defect_versions v JOIN defects d ON d.team_id = v.team_id AND d.id = v.defect_id
         WHERE v.team_id = ? AND v.counts_in = ? AND v.valid_to > ? AND v.status <> 'closed'
         ORDER BY d.id"""
    return statement, (TEAM, release, int(time.time() * 1e6))


def _multiply(path: str, others: int) -> None:
    """That many defects in the other release, copied from one."""
    with sqlite3.connect(path) as store:
        (other,) = store.execute("SELECT id FROM releases WHERE name = '2.5'").fetchone()
        (one,) = store.execute("SELECT id FROM defects LIMIT 1").fetchone()
        for table, ident in (("defects", "id"), ("defect_versions", "defect_id")):
            columns = [row[1] for row in store.execute(f"PRAGMA table_info({table})")]
            changed = {ident: "'other-' || n", "key": "'OTHER-' || n", "release_id": "?", "counts_in": "?"}
            taken = ", ".join(changed.get(name, f'"{name}"') for name in columns)
            marks = [other] * sum(changed.get(name) == "?" for name in columns)
            store.execute(
                f"WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < {others}) "
                f"INSERT INTO {table} SELECT {taken} FROM {table}, count WHERE {ident} = ?",
                (*marks, one),
            )
        store.execute("ANALYZE")


def _fresh(folder: Path, name: str) -> str:
    url = f"sqlite:///{folder}/{name}.db"
    migrate(url)
    return url
