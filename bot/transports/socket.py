"""Socket Mode: two connections kept alive, each rebuilt with growing pauses, the new one before the old one ends."""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import aiohttp
from slack_bolt.async_app import AsyncApp

from bot.slack.answers import Answer, Fate, Ok, Permanent, RateLimited, SlackPort
from bot.slack.proxy import proxy_for
from bot.transports.bolt import quiet
from bot.transports.readiness import Check
from bot.transports.session import Session

LOG = quiet("countersign.socket", logging.WARNING)

CONNECTIONS = 2  # of at most 10 per app; each payload goes to one of them, so one may always be rebuilt
HEARTBEAT = 10.0  # seconds between pings; half of it without a pong ends the connection
HELLO = 10.0  # seconds to connect and be greeted
FAREWELL = 2.0  # seconds that a peer gets to say goodbye: one that hangs must not hold up its successor
RETIREMENT = 30.0  # seconds that a replaced connection may go on (Slack warns about 10 s ahead)

SWITCHED_OFF = (
    "Slack closed the connection because Socket Mode is switched off for this app (link_disabled): "
    "turn it on under Socket Mode in the app's settings, then start again."
)
REFUSED = (
    "Slack refuses SLACK_APP_TOKEN ({code}): create an App-Level Token with the scope connections:write "
    "under Basic Information of the app, then start again."
)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: between 0 and `base * 2**failures` seconds, never above `cap`; none for the first attempt."""

    base: float = 0.5
    cap: float = 15.0
    crowded: float = 30.0  # seconds after `too_many_websockets`: others of this app need the places now
    steady: float = 10.0  # a connection that lived as long was no failure

    def pause(self, failures: int) -> float:
        return random.uniform(0, min(self.cap, self.base * 2**failures)) if failures else 0.0


class SocketMode:
    """`await start()`, then `stopped` tells whether it ended for good, and `check()` feeds `/readyz`."""

    def __init__(
        self,
        app: AsyncApp,
        slack: SlackPort,
        app_token: str,
        *,
        connections: int = CONNECTIONS,
        backoff: Backoff | None = None,
        heartbeat: float = HEARTBEAT,
        hello: float = HELLO,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._slack = slack
        self._token = app_token
        self._wanted = connections
        self._backoff = backoff or Backoff()
        self._heartbeat = heartbeat
        self._hello = hello
        self._clock = clock
        self._live: set[Session] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None
        self._down_since = clock()
        self._fault = "starting"
        self.reconnects = 0
        self.stopped: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        """Returns at once; connections come up, and back, by themselves. `stopped` resolves to a sentence when
        they never will again."""
        self._http = aiohttp.ClientSession()
        for _ in range(self._wanted):
            self._spawn(self._keep())

    async def stop(self) -> None:
        """Acks what is under way, then closes. The queue is Slack's: it delivers elsewhere or again."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*(session.close() for session in tuple(self._live)))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    def check(self) -> Check:
        """Ready with one connection; the other may be on its way."""
        if self.stopped.done():
            return Check("socket", False, self.stopped.result())
        if self._live:
            return Check("socket", True, f"{len(self._live)} of {self._wanted} connections")
        return Check("socket", False, f"no connection for {self._clock() - self._down_since:.0f} s: {self._fault}")

    async def _keep(self) -> None:
        """One place: connects, waits until a successor is needed, and again, until Slack says never."""
        failures = 0
        while not self.stopped.done():
            await asyncio.sleep(self._backoff.pause(failures))
            failures += 1
            try:
                session = await self._connect()
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                self._fault = f"connecting failed ({type(error).__name__})"
                continue
            if session is None:
                continue
            born = self._clock()
            await session.wants_successor.wait()
            self._fault = session.end
            self.reconnects += 1
            if session.end == "link_disabled":
                self._give_up(SWITCHED_OFF)
            elif session.end == "too_many_websockets":
                await asyncio.sleep(self._backoff.crowded)
            elif self._clock() - born >= self._backoff.steady:
                failures = 0

    async def _connect(self) -> Session | None:
        """A greeted session that serves already, or None with the fault noted. Raises what aiohttp raises."""
        answer = await self._slack.call(self._token, "apps.connections.open", {})
        if not isinstance(answer, Ok):
            await self._refused(answer)
            return None
        assert self._http is not None
        url = str(answer.data["url"])
        async with asyncio.timeout(self._hello):
            socket = await self._http.ws_connect(
                url, heartbeat=self._heartbeat, proxy=proxy_for(url), timeout=aiohttp.ClientWSTimeout(ws_close=FAREWELL)
            )
        session = Session(self._app, socket)
        serving = self._spawn(self._serve(session))
        greeted = asyncio.create_task(session.hello.wait())
        await asyncio.wait({greeted, serving}, timeout=self._hello, return_when=asyncio.FIRST_COMPLETED)
        if session.hello.is_set():
            return session
        greeted.cancel()
        self._fault = "no hello from Slack"
        await session.close()
        return None

    async def _serve(self, session: Session) -> None:
        watch = asyncio.create_task(self._count(session))
        try:
            LOG.info("connection ended: %s", await session.run())
        finally:
            watch.cancel()
            self._live.discard(session)
            if not self._live:
                self._down_since = self._clock()
            await session.close()

    async def _count(self, session: Session) -> None:
        """Counts it as live from its hello on; ends it some time after its successor was called for."""
        await session.hello.wait()
        self._live.add(session)
        await session.wants_successor.wait()
        await asyncio.sleep(RETIREMENT)
        await session.close()

    async def _refused(self, answer: Answer) -> None:
        self._fault = f"apps.connections.open: {answer}"
        if isinstance(answer, RateLimited):
            await asyncio.sleep(answer.retry_after)
        elif isinstance(answer, Permanent) and answer.fate is Fate.INSTALLATION:
            self._give_up(REFUSED.format(code=answer.code))

    def _give_up(self, sentence: str) -> None:
        if not self.stopped.done():
            LOG.error(sentence)
            self.stopped.set_result(sentence)

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            # A fault of ours: better a process that ends and is started again than one that looks alive.
            self._give_up(f"Socket Mode ended unexpectedly ({type(error).__name__}).")
