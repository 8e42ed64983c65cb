"""Signed slash commands at a server, and how long each took until it was answered, in milliseconds."""

import asyncio
import hashlib
import hmac
import itertools
import time
from collections.abc import Sequence
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.workspace import Workspace

_NUMBER = itertools.count(1)
WORDS = (
    "cart",
    "total",
    "coupon",
    "login",
    "refund",
    "search",
    "invoice",
    "export",
    "card",
    "address",
    "stock",
    "mail",
)


class Client:
    def __init__(self, space: Workspace, person: str, address: str, session: aiohttp.ClientSession) -> None:
        self._space = space
        self._person = person
        self._url = f"{address}/slack/events"
        self._session = session
        self._channel = space.named("bench")["id"]
        self.unsaved = 0

    def _body(self, command: str, text: str) -> bytes:
        fields = {
            "command": command,
            "text": text,
            "user_id": self._person,
            "user_name": "tess",
            "channel_id": self._channel,
            "channel_name": "bench",
            "team_id": self._space.team_id,
            "team_domain": "bench",
            "api_app_id": self._space.app["id"],
            "is_enterprise_install": "false",
            "trigger_id": f"{next(_NUMBER)}.{time.time_ns()}.bench",
            "response_url": f"{self._space.base_url}/response/none",
            "token": "none",
        }
        return urlencode(fields).encode()

    async def once(self) -> float:
        n = next(_NUMBER)
        title = f"{WORDS[n % 12]} {WORDS[n // 12 % 12]} is wrong {n}"
        began = time.perf_counter()
        answer = await self.types("/defect", f"new {title} sev:S2")
        took = (time.perf_counter() - began) * 1000
        # On a machine that is busy otherwise the store may not begin in time; then it says so, and it took as long.
        self.unsaved += "Filed" not in answer and "hello" not in answer
        return took

    async def types(self, command: str, text: str) -> str:
        """The answer. Raises RuntimeError when it is none."""
        body = self._body(command, text)
        stamp = str(int(time.time()))
        signed = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self._space.app["signing_secret"].encode(), signed, hashlib.sha256)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
        }
        async with self._session.post(self._url, data=body, headers=headers) as response:
            answer = await response.text()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {answer[:200]}")
        return answer

    async def one_after_the_other(self, count: int) -> list[float]:
        return [await self.once() for _ in range(count)]

    async def at_rate(self, per_second: float, count: int) -> list[float]:
        """Open loop: each starts at its time, whether or not the last has ended."""
        began = asyncio.get_running_loop().time()

        async def nth(n: int) -> float:
            await asyncio.sleep(max(0.0, began + n / per_second - asyncio.get_running_loop().time()))
            return await self.once()

        return list(await asyncio.gather(*(nth(n) for n in range(count))))

    async def together(self, clients: int, each: int) -> list[float]:
        runs = await asyncio.gather(*(self.one_after_the_other(each) for _ in range(clients)))
        return [took for run in runs for took in run]

    async def burst(self, count: int) -> list[float]:
        return list(await asyncio.gather(*(self.once() for _ in range(count))))


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
