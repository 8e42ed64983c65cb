"""What `/metrics` and `/readyz` say of a process; one word leads from a request to its messages."""

import asyncio
import json
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.jobs.counters import Counters
from bot.metrics import Metrics, metrics_route
from bot.transports.http import build_http
from bot.transports.readiness import Check
from bot.transports.server import HttpServer
from storage.database import open_store
from tests.faults.books import opened
from tests.faults.serving import Bot, Shop, bots, shop
from tests.faults.stage import until
from tests.owner import as_owner
from tests.scenarios.reading import words
from tests.storage.acting import Workspace

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "operations.md").read_text()
Samples = dict[str, float]


async def samples(bot: Bot) -> Samples:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{bot.address}/metrics")
    assert answer.status_code == 200
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def lines(bot: Bot) -> list[dict[str, Any]]:
    return [json.loads(line) for line in bot.log.splitlines()]


def _cards(bot: Bot) -> list[dict[str, Any]]:
    return [line for line in lines(bot) if line["event"] == "outbox_sent" and line["sort"] == "card"]


async def types(town: Shop, line: str) -> str:
    said = await town.act.commands.slash(town.people[0], town.channels[0], line)
    return words(said.shown)


@pytest.mark.parametrize("sockets", [False, True], ids=["http", "socket"])
async def test_one_word_leads_from_a_request_to_everything_that_follows(
    sockets: bool, sqlite_url: str, tmp_path: Path
) -> None:
    async with shop(sockets=sockets) as town, bots(town, tmp_path, sqlite_url, sockets=sockets) as (bot,):
        if sockets:
            await town.space.feed.wait_until(lambda: bool(town.space.delivery.sockets.connections), 30)
        for title in ("Total wraps", "Coupon is lost"):
            assert "Filed as" in await types(town, f"/defect new {title}")

        async def said() -> bool:
            return len(_cards(bot)) == 2

        await until(said, "both cards are posted")
        requests = [line for line in lines(bot) if line.get("kind") == "slash_command"]
        assert {line["event"] for line in requests} == {"request"}
        followed = [line["correlation"] for line in requests]
        assert len(set(followed)) == 2
        assert {line["correlation"] for line in _cards(bot)} == set(followed)
        kept = text("SELECT correlation FROM outbox WHERE sort = 'card' ORDER BY id")
        with as_owner(sqlite_url) as connection:
            assert list(connection.scalars(kept)) == followed


async def test_what_happened_is_counted_and_what_waits_grows_old(sqlite_url: str, tmp_path: Path) -> None:
    async with shop() as town, bots(town, tmp_path, sqlite_url) as (bot,):
        town.space.faults.plan("slash_command", "repeat")
        assert "Filed as" in await types(town, "/defect new Total wraps")
        assert "There is no defect" in await types(town, "/defect claim DEF-99")

        async def quiet() -> bool:
            return (await samples(bot))["outbox_waiting"] == 0

        await until(quiet, "everything is said")
        seen = await samples(bot)
        assert seen['ack_seconds_count{kind="slash_command",road="http"}'] == 3
        assert seen['commit_seconds_count{outcome="known"}'] == seen["receipts_known_total"] == 1
        assert seen['commit_seconds_count{outcome="refused"}'] == 1
        assert seen['slack_calls_total{method="chat.postMessage",outcome="ok"}'] == 1
        assert (seen["outbox_oldest_seconds"], seen["outbox_ambiguous_total"], seen["store_waiting"]) == (0, 0, 0)

        town.space.faults.plan("chat.postMessage", "server_error", times=100)
        await types(town, "/defect new Coupon is lost")

        async def old() -> bool:
            seen = await samples(bot)
            return seen["outbox_waiting"] >= 1 and seen["outbox_oldest_seconds"] > 1

        await until(old, "the card waits")
        seen = await samples(bot)
        assert seen['slack_calls_total{method="chat.postMessage",outcome="retryable"}'] >= 1
        assert (await bot.asked("/readyz"))[0] == 200, "Slack's trouble is none of this process"


async def test_a_token_that_is_refused_in_mid_life_is_told_and_what_waits_leaves_once_it_is_good_again(
    sqlite_url: str, tmp_path: Path
) -> None:
    """A process that gets no requests could not even say why: it goes on serving, and the alert counts."""
    async with shop() as town, bots(town, tmp_path, sqlite_url) as (bot,):
        town.space.app["revoked"] = True
        assert "Filed as DEF-1" in await types(town, "/defect new Total wraps")

        async def slack() -> dict[str, Any]:
            status, told = await bot.asked("/readyz")
            assert (status, told["ready"]) == (200, True)
            return next(check for check in told["checks"] if check["name"] == "slack")

        async def refused() -> bool:
            return not (await slack())["ok"]

        await until(refused, "it says that the token is refused")
        words = f"the token of {town.space.team_id} is refused (token_revoked): `countersign doctor` says what to do"
        assert (await slack())["reason"] == f"{words}; what could not be said is kept"
        assert "so the form cannot open. Tell an admin" in await types(town, "/defect new")

        async def aging() -> bool:
            seen = await samples(bot)
            return (seen["outbox_waiting"], seen["workspaces_refused"]) == (0, 1) and seen["outbox_oldest_seconds"] > 1

        await until(aging, "the alert counts")
        with opened(sqlite_url) as store:
            Workspace(store, "TOTHER").act(lambda uow: uow.projects.for_channel("C1"))
        assert await slack() == {"name": "slack", "ok": True, "reason": f"{words}; what could not be said is kept"}
        seen = await samples(bot)
        assert (seen["workspaces_refused"], seen["outbox_oldest_seconds"]) == (1, 0)

        town.space.app["revoked"] = False

        async def said() -> bool:
            return len(_cards(bot)) == 1 and (await samples(bot))["workspaces_refused"] == 0

        await until(said, "the card stands, without a start")
        told = [line for line in lines(bot) if line["event"] == "token_refused"]
        assert [(line["level"], line["code"]) for line in told] == [("error", "token_revoked")]


async def test_a_token_that_is_refused_from_the_start_is_said_to_whoever_acts_and_learned_when_it_is_good(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with shop() as town:
        town.space.app["revoked"] = True
        async with bots(town, tmp_path, sqlite_url) as (bot,):

            async def refused() -> bool:
                status, told = await bot.asked("/readyz")
                assert (status, told["ready"]) == (200, True)
                reason = "the token of the environment is refused (token_revoked): `countersign doctor` says what to do"
                return {"name": "slack", "ok": False, "reason": reason} in told["checks"]

            await until(refused, "it says that the token is refused")
            assert (await samples(bot))["workspaces_refused"] == 1
            assert "Slack refuses my token (`token_revoked`), so nothing changed" in await types(
                town, "/defect new Lost"
            )
            town.space.app["revoked"] = False

            async def well() -> bool:
                _, told = await bot.asked("/readyz")
                return all(check["ok"] for check in told["checks"]) and (await samples(bot))["workspaces_refused"] == 0

            await until(well, "it has asked again")
            assert "Filed as DEF-1" in await types(town, "/defect new Total wraps")


async def test_who_is_no_reader_finds_nothing() -> None:
    async def nothing() -> None:
        return None

    async def no_checks() -> list[Check]:
        return []

    for readers, status in ((["127.0.0.0/8"], 200), (["10.0.0.0/8", "::1/128"], 404)):
        route = metrics_route(Metrics(), nothing, [ip_network(reader) for reader in readers])
        server = HttpServer(build_http(None, no_checks, [route]), "127.0.0.1", 0)
        await server.start()
        async with httpx.AsyncClient(base_url=server.address, trust_env=False) as client:
            assert (await client.get("/metrics")).status_code == status
            assert (await client.get("/healthz")).status_code == 200
        await server.stop()


async def test_a_store_that_takes_no_commit_makes_the_process_unready(sqlite_url: str, tmp_path: Path) -> None:
    """Its file is locked by somebody who does not let go: it answers every question."""
    async with shop() as town, bots(town, tmp_path, sqlite_url) as (bot,):
        assert await bot.asked("/readyz") == (
            200,
            {
                "ready": True,
                "checks": [
                    {"name": "store", "ok": True, "reason": "0 units of work wait"},
                    {"name": "outbox", "ok": True, "reason": "empty"},
                    {"name": "slack", "ok": True, "reason": "takes our tokens"},
                ],
            },
        )
        store = open_store(sqlite_url)
        blocked, free = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def hold(_: object) -> None:
            loop.call_soon_threadsafe(blocked.set)
            asyncio.run_coroutine_threadsafe(free.wait(), loop).result(60)

        holding = asyncio.create_task(store.run(hold, deadline=60))
        await blocked.wait()
        status, told = await bot.asked("/readyz")
        assert status == 503
        assert not told["ready"]

        async def aging() -> bool:
            return (await samples(bot))["outbox_oldest_seconds"] > 1

        await until(aging, "the alert counts")
        free.set()
        await holding
        await store.close()

        async def well() -> bool:
            ready = (await bot.asked("/readyz"))[0] == 200
            return ready and (await samples(bot))["outbox_oldest_seconds"] == 0

        await until(well, "it is ready again")


def test_every_metric_is_explained() -> None:
    """Under the names that Prometheus collects; the outbox's counters stand in one row each."""
    metrics = Metrics()
    metrics.count(Counters())
    names = {family.name + ("_total" if family.type == "counter" else "") for family in metrics.registry.collect()}
    assert set(re.findall(r"^\| `([a-z_]+)(?:\{[a-z,]+\})?` \| (?:counter|gauge|histogram) \|", PAGE, re.M)) == names
