"""The composition root: the one file that knows every concrete class."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from slack_bolt.async_app import AsyncApp

from bot.acquaintance import Acquaintance
from bot.config import Settings
from bot.health import Health
from bot.ingest.routes import ingest_routes
from bot.jobs.alarm import ClockAlarm
from bot.jobs.calm import PeoplesUnits, UnhurriedUnits, UnitsBetween
from bot.jobs.delivery import Delivery
from bot.jobs.digest_senders import senders
from bot.jobs.digests import DigestJob
from bot.jobs.office import Office
from bot.jobs.picture import Painter
from bot.jobs.reinstating import Reinstating
from bot.jobs.retention import Retention
from bot.jobs.scheduler import Tick, Ticker
from bot.measured import MeasuredSlack, MeasuredUnits
from bot.metrics import Metrics, metrics_route
from bot.services.context import Clock
from bot.services.notifications import notify
from bot.services.roads import ALL
from bot.slack.channels import Channels
from bot.slack.gateway import SlackGateway
from bot.slack.mrkdwn import speak_under
from bot.slack.people import People
from bot.transports.bolt import build_bolt
from bot.transports.http import build_http, slack_endpoint
from bot.transports.nameless import in_words
from bot.transports.server import HttpServer
from bot.transports.socket import SocketMode
from bot.transports.workspaces import Workspaces
from handlers import Desk, register
from handlers.later import Later
from storage.across_teams import SqlSchedules, inherit
from storage.database import Store, open_store
from storage.deliveries import SqlOutboxStore
from storage.installations import SqlInstallations
from storage.lock import serving_lock
from storage.people import SqlNames
from storage.refused import refusals
from storage.retention import SqlRetention
from storage.unit_of_work import SqlUnitsOfWork

_log = structlog.get_logger(__name__)

DIGEST_TICK = timedelta(seconds=5)
RETENTION_TICK = timedelta(hours=1)
REINSTATING_TICK = timedelta(seconds=5)
LAST_WORDS = 5.0  # seconds at shutdown for what nobody needs for the record
REINSTALL = (
    "Install the app in that workspace again, put its new Bot User OAuth Token into SLACK_BOT_TOKEN and start again, "
    "or hand it to `countersign workspace add`; what could not be sent meanwhile is kept and will be."
)
# Seconds that the start waits for what can be learned; it goes on in the background.
ACQUAINTANCE = 1.0


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SlackRoads:
    """Delivery to a workspace or a channel, and the authorization that stands behind it."""

    def __init__(self, delivery: Delivery, workspaces: Workspaces, opened: Callable[[], None]) -> None:
        self._delivery = delivery
        self._workspaces = workspaces
        self._opened = opened

    async def open(self, team_id: str, channel: str | None = None) -> None:
        revived = await self._delivery.resume(team_id, channel or ALL)
        self._opened()
        if revived:
            _log.info("delivery_resumed", team=team_id, channel=channel, rows=revived)

    async def close(self, team_id: str, code: str) -> None:
        await self._workspaces.leave(team_id)
        if await self._delivery.pause(team_id, code):
            _log.warning("uninstalled", team=team_id, code=code, remedy=REINSTALL)


@dataclass
class Countersign:
    """Everything that serves, wired. Without `socket` only HTTP is served."""

    store: Store
    units: MeasuredUnits
    acquaintance: Acquaintance
    bolt: AsyncApp
    desk: Desk
    delivery: Delivery
    ticker: Ticker
    http: HttpServer
    socket: SocketMode | None
    metrics: Metrics


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, *, prefix: str = "", painter: Painter | None = None
) -> AsyncIterator[Countersign]:
    """Serves until the block ends: the store is open, Slack can reach us, the outbox leaves, schedules tick. `prefix`
    stands before the names of our commands.

    Raises AlreadyServing, CannotListen, StoreError. The store must be migrated.
    """
    clock = clock or SystemClock()
    with serving_lock(settings.database_url):
        store = open_store(settings.database_url)
        async with SlackGateway(settings.slack_api_url) as slack:
            speak_under(prefix)
            bot = wired(settings, clock, store, slack, painter)
            await _inherited(store, clock)
            delivering = asyncio.create_task(bot.delivery.run())
            learning = asyncio.create_task(bot.acquaintance.make())
            await asyncio.wait({learning}, timeout=ACQUAINTANCE)
            try:
                await bot.http.start()
                if bot.socket is not None:
                    await bot.socket.start()
                bot.ticker.start()
                yield bot
            finally:
                speak_under("")
                learning.cancel()
                await _stopped(bot, delivering)
                await store.close()


async def _inherited(store: Store, clock: Clock) -> None:
    """On SQLite nobody else serves: what a killed process was about to say is looked up and said at once."""
    if store.dialect == "sqlite":
        now = clock.now()
        held = await inherit(store, now)
        if held:
            _log.info("outbox_inherited", rows=held)


def _token(settings: Settings) -> str:
    return settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""


async def _stopped(bot: Countersign, delivering: "asyncio.Task[None]") -> None:
    """Intake first, then what is under way, then the outbox: what was acknowledged is committed by then."""
    bot.ticker.stop()
    if bot.socket is not None:
        await bot.socket.stop()
    await bot.http.stop()
    await bot.desk.later.end(LAST_WORDS)
    bot.delivery.stop()
    await delivering


def wired(
    settings: Settings, clock: Clock, store: Store, gateway: SlackGateway, painter: Painter | None = None
) -> Countersign:
    token, metrics = _token(settings), Metrics()
    slack = MeasuredSlack(gateway, metrics)
    stored = SqlUnitsOfWork(store, clock, notify)
    units = MeasuredUnits(stored, metrics)
    keys = [key.get_secret_value() for key in settings.encryption_keys]
    workspaces = Workspaces(slack, token, SqlInstallations(store, clock, keys) if keys else None)
    later, called = Later(), SqlNames(store, clock)
    people = People(slack, time.monotonic, lambda team, who: later.start(called.keep(team, who.user_id, who.name)))
    office = Office(slack, workspaces, units, people, clock, random.random)
    painting = senders(painter or Painter(settings.data_dir / "cache"))
    delivery = Delivery(SqlOutboxStore(store, stored, clock), office, ClockAlarm(clock), painting)
    metrics.count(office.counters)
    digests = DigestJob(SqlSchedules(store), units, clock)
    roads = SlackRoads(delivery, workspaces, digests.wake)
    ways = PeoplesUnits(units, office.calm), UnhurriedUnits(units, office.calm)
    desk = Desk(*ways, clock, slack, people, Channels(slack, time.monotonic), roads, later, pause=office.calm.pause)

    def listening(app: AsyncApp) -> None:
        register(app, desk)
        app.error(in_words(lambda url, message: slack.send(url, message=message)))

    bolt = build_bolt(settings, workspaces, listening, metrics.acked, office.calm.answering)
    units.committed = delivery.nudge, digests.wake
    socket = None
    if settings.slack_app_token:
        socket = SocketMode(bolt, slack, settings.slack_app_token.get_secret_value())
    secret = settings.slack_signing_secret
    endpoint = slack_endpoint(bolt, secret.get_secret_value()) if secret else None
    health = Health(store, delivery, clock, metrics, socket, lambda: workspaces.own.refusal)
    between = UnitsBetween(units, office.calm)
    key = settings.ingest_token
    ingest = ingest_routes(key.get_secret_value(), between, office.calm.near) if key else ()
    more = [*ingest, metrics_route(metrics, health.refresh, settings.metrics_readers)]
    http = HttpServer(build_http(endpoint, health.checks, more), settings.http_host, settings.http_port)
    retention = Retention(SqlRetention(store), clock)
    reinstating = Reinstating(lambda: store.read(refusals), workspaces, slack, roads.open, clock)
    ticker = Ticker(
        Tick("digests", DIGEST_TICK, digests.run),
        Tick("retention", RETENTION_TICK, retention.run),
        Tick("reinstating", REINSTATING_TICK, reinstating.run),
    )
    meeting = Acquaintance(workspaces, desk)
    return Countersign(store, units, meeting, bolt, desk, delivery, ticker, http, socket, metrics)
