"""python -m tests.bench.serving KIND API_URL TOKEN SECRET DATABASE : one server in a process of its own.

KIND: `hello` a bare Bolt app with process_before_response, `default` as Bolt's documentation has it, `bot` ours.
Prints its port, then serves until stdin closes.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import uvloop
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import logs
from bot.app import running
from bot.config import Settings
from bot.lean import settle
from bot.transports.http import build_http, slack_endpoint
from bot.transports.server import HttpServer

INGEST_TOKEN = "a-token-for-the-bench"


async def _authorize(**_: Any) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T0", bot_id="B0", bot_user_id="U0", bot_token="xoxb-hello-hello"
    )


def _hello(secret: str, *, before_response: bool) -> AsyncApp:
    app = AsyncApp(signing_secret=secret, authorize=_authorize, process_before_response=before_response)

    @app.command("/defect")
    async def hello(ack: Any) -> None:
        await ack("hello")

    return app


async def _nothing() -> list[Any]:
    return []


async def serve(kind: str, api: str, token: str, secret: str, database: str) -> None:
    if kind != "bot":
        app = _hello(secret, before_response=kind == "hello")
        server = HttpServer(build_http(slack_endpoint(app, secret), _nothing), "127.0.0.1", 0)
        await server.start()
        await _until_stdin_closes(server.address)
        await server.stop()
        return
    settings = Settings(
        slack_bot_token=SecretStr(token),
        slack_signing_secret=SecretStr(secret),
        slack_api_url=api,
        database_url=database,
        http_port=0,
        ingest_token=SecretStr(INGEST_TOKEN),
        data_dir=Path(database.rpartition("/")[0].removeprefix("sqlite:///") or "."),
    )
    logs.configure()
    async with running(settings) as bot:
        settle()
        await _until_stdin_closes(bot.http.address)


async def _until_stdin_closes(address: str) -> None:
    print(address, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(*sys.argv[1:]))
