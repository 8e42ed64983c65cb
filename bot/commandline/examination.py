"""What `countersign doctor` looks at: one table of checks, each answer with its remedy."""

import asyncio
import zoneinfo
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import partial

from pydantic import SecretStr

from bot import manifest
from bot.config import REMEDIES, Settings, variable
from bot.slack.answers import Answer, Fate, Ok, Permanent, SlackPort
from bot.transports.authorization import installation_of
from storage.condition import condition
from storage.installations import tokens_at

SKEW = 60.0  # seconds; Slack's signatures are refused at 300
ZONES = 400  # a full database of zones has about 600 names


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # it works, with something to know
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`remedy`: what to do, empty when there is nothing to do."""

    check: str
    state: State
    says: str
    remedy: str = ""


class Patient:
    """The installation under examination; auth.test is asked once for all checks. `clock`: now, in UTC."""

    def __init__(self, settings: Settings, slack: SlackPort, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.slack = slack
        self.now = clock
        self._auth_test: Answer | None = None

    async def auth_test(self) -> Answer | None:
        """None without a bot token."""
        if self._auth_test is None and self.settings.slack_bot_token:
            self._auth_test = await self.slack.call(_word(self.settings.slack_bot_token), "auth.test", {})
        return self._auth_test


def _word(secret: SecretStr) -> str:
    return secret.get_secret_value()


async def bot_token(patient: Patient) -> Finding:
    finding = partial(Finding, "bot token")
    answer = await patient.auth_test()
    if answer is None and patient.settings.encryption_keys:
        return finding(State.NOTE, "SLACK_BOT_TOKEN is not set: only workspaces with a stored token are served")
    if answer is None:
        return finding(State.FAIL, "SLACK_BOT_TOKEN is not set", _remedy("slack_bot_token"))
    if isinstance(answer, Ok):
        installed = installation_of(answer)
        return finding(State.OK, f"{installed.team_name} ({installed.team_id}), bot {installed.bot_user_id}")
    return _refused("bot token", "slack_bot_token", answer)


async def granted_scopes(patient: Patient) -> Finding:
    finding = partial(Finding, "scopes")
    answer = await patient.auth_test()
    if not isinstance(answer, Ok):
        return finding(State.NOTE, "not checked, because the bot token was not accepted")
    granted = installation_of(answer).scopes
    mentions_only = "app_mentions:read" in granted and "channels:history" not in granted
    wanted = set(manifest.scopes(mentions_only))
    if missing := sorted(wanted - granted):
        remedy = (
            "add them under OAuth & Permissions of your app, or paste `countersign manifest` again, and reinstall it"
        )
        return finding(State.FAIL, f"missing: {', '.join(missing)}", remedy)
    if mentions_only:
        says = "mentions only: acts in threads need the mention, a post whose answer was lost cannot be looked up"
        return finding(State.NOTE, says, "for all messages paste the manifest without --mentions-only and reinstall")
    if spare := sorted(granted - wanted):
        return finding(State.NOTE, f"more than is needed: {', '.join(spare)}", "remove them under OAuth & Permissions")
    return finding(State.OK, f"all {len(wanted)} granted")


async def transport(patient: Patient) -> Finding:
    """Slack's requests need one way in: the app token for Socket Mode, or the signing secret for HTTP."""
    settings = patient.settings
    if settings.slack_app_token is None:
        if settings.slack_signing_secret is None:
            remedy = f"{_remedy('slack_app_token')}; or {_remedy('slack_signing_secret')}, to receive requests by HTTP"
            return Finding("transport", State.FAIL, "neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set", remedy)
        return Finding("transport", State.OK, f"HTTP on {settings.http_host}:{settings.http_port}, signatures verified")
    answer = await patient.slack.call(_word(settings.slack_app_token), "apps.connections.open", {})
    if isinstance(answer, Ok):
        return Finding("transport", State.OK, "Socket Mode: the app token opens connections")
    return _refused("transport", "slack_app_token", answer)


async def database(patient: Patient) -> Finding:
    finding = partial(Finding, "database")
    found = await asyncio.to_thread(condition, patient.settings.database_url)
    if found.trouble:
        return finding(
            State.FAIL, f"cannot be read: {found.trouble}", f"check {variable('database_url')} and the server"
        )
    if found.revision is None:
        return finding(State.FAIL, "there is none yet", "run `countersign migrate`")
    if found.revision != found.newest:
        says = f"at revision {found.revision}, this version needs {found.newest}"
        return finding(State.FAIL, says, "run `countersign migrate`")
    if found.unbound:
        says = "its role owns the tables, so row-level security does not bind it"
        return finding(State.NOTE, says, "serve as a second role: see Two roles on PostgreSQL in docs/operations.md")
    return finding(State.OK, f"reachable, at the newest revision {found.revision}")


async def stored_tokens(patient: Patient) -> Finding:
    """Of several workspaces; each must open with a key of ours."""
    finding = partial(Finding, "tokens")
    settings = patient.settings
    found = await asyncio.to_thread(tokens_at, settings.database_url, [_word(key) for key in settings.encryption_keys])
    if found is None:
        return finding(State.NOTE, "not checked, because the database could not be read")
    shut = [f"{each.team_id} (key {each.key_id})" for each in found if not each.opens]
    if shut:
        says = f"no key in {variable('encryption_keys')} opens {', '.join(shut)}"
        remedy = "add the missing key at the end and restart, or add the workspace again; what was kept is sent then"
        return finding(State.FAIL, says, remedy)
    return finding(State.OK, f"{len(found)} of other workspaces, each can be opened" if found else "none, none needed")


async def clock(patient: Patient) -> Finding:
    finding = partial(Finding, "clock")
    answer = await patient.auth_test()
    date = answer.headers.get("date") if isinstance(answer, Ok) else None
    if not date:
        return finding(State.NOTE, "not checked, because Slack told no time")
    skew = (patient.now() - parsedate_to_datetime(date).astimezone(UTC)).total_seconds()
    says = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Slack's"
    if abs(skew) > SKEW:
        return finding(State.FAIL, says, "set the clock by NTP: Slack's signatures are good for 5 minutes only")
    return finding(State.OK, says)


async def zones(_: Patient) -> Finding:
    known = len(zoneinfo.available_timezones())
    if known < ZONES:
        says = f"{known} time zones are known, which is too few for digests at local times"
        return Finding("time zones", State.FAIL, says, "install the system's tzdata or `pip install tzdata`")
    return Finding("time zones", State.OK, f"{known} known")


CHECKS: tuple[Callable[[Patient], Awaitable[Finding]], ...] = (
    bot_token,
    granted_scopes,
    transport,
    database,
    stored_tokens,
    clock,
    zones,
)


async def examine(patient: Patient) -> list[Finding]:
    """Every check, in the order of the table."""
    return [await check(patient) for check in CHECKS]


def _refused(check: str, field: str, answer: Answer) -> Finding:
    if isinstance(answer, Permanent) and answer.fate is Fate.INSTALLATION:
        return Finding(check, State.FAIL, f"Slack refuses it: {answer.code}", _remedy(field))
    reason = answer.code if isinstance(answer, Permanent) else getattr(answer, "reason", "too many requests")
    remedy = f"check the network, HTTPS_PROXY and {variable('slack_api_url')}, then try again"
    return Finding(check, State.FAIL, f"Slack cannot be reached: {reason}", remedy)


def _remedy(field: str) -> str:
    return f"{variable(field)}: {REMEDIES[field]}"
