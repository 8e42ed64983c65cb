"""The Bolt app behind both transports.

`process_before_response`: a listener runs to its end before Slack is answered, so an ack means that the change is
committed, and without Bolt's 10 ms polling for it. Bolt verifies signatures too; the HTTP transport has then
already done so over the raw bytes.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from time import monotonic
from typing import Protocol

import structlog
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.services.correlation import current_or_new, following
from bot.slack.proxy import proxy_for
from bot.transports.authorization import REFUSAL, note_teams

_log = structlog.get_logger(__name__)


class SlackSettings(Protocol):
    @property
    def slack_api_url(self) -> str: ...
    @property
    def slack_signing_secret(self) -> SecretStr | None: ...


# (road, kind of payload, status, seconds): what was answered and how fast.
Watch = Callable[[str, str, int, float], None]
Around = Callable[[], AbstractContextManager[None]]
# The `type` of a payload; a slash command has none. Whatever else comes is one kind, since each is a line of a table.
KINDS = frozenset(
    {"event_callback", "block_actions", "view_submission", "view_closed", "message_action", "shortcut"}
    | {"block_suggestion", "url_verification"}
)


class WatchedApp(AsyncApp):
    """Both transports end here: what a request causes bears one word in every log line, and its answer is timed."""

    watch: Watch
    around: Around

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        with following(current_or_new()):
            began = monotonic()
            with self.around():
                response = _limited(req) or await super().async_dispatch(req)
            seconds = monotonic() - began
            kind = str(req.body.get("type", "slash_command" if "command" in req.body else ""))
            kind = kind if kind in KINDS or kind == "slash_command" else "other"
            self.watch(req.mode, kind, response.status, seconds)
            # Behind the answer: it leaves at the end of this round of the loop, and nobody waits for a line.
            told = partial(_log.info, road=req.mode, kind=kind, status=response.status, seconds=round(seconds, 4))
            asyncio.get_running_loop().call_soon(told, "request")
            return response


def _limited(req: AsyncBoltRequest) -> BoltResponse | None:
    """Slack tells that it has dropped events; Bolt has no listener for it and would answer 404
    (docs.slack.dev/reference/events/app_rate_limited)."""
    if req.body.get("type") != "app_rate_limited":
        return None
    _log.warning("events_dropped", team=req.body.get("team_id"), minute=req.body.get("minute_rate_limited"))
    return BoltResponse(status=200, body="")


def build_bolt(
    settings: SlackSettings,
    authorize: AsyncAuthorize,
    register: Callable[[AsyncApp], None],
    watch: Watch = lambda *_: None,
    around: Around = nullcontext,
) -> AsyncApp:
    """The app with every listener that `register` adds, and an error handler if it sets one. `around` each request."""
    logger = quiet("countersign.bolt", logging.ERROR)
    client = AsyncWebClient(base_url=settings.slack_api_url, retry_handlers=[], logger=logger)
    client.proxy = proxy_for(settings.slack_api_url)
    secret = settings.slack_signing_secret
    app = WatchedApp(
        name="countersign",
        logger=logger,
        client=client,
        # Not None: Bolt would then look into the environment by itself.
        signing_secret=secret.get_secret_value() if secret else "",
        process_before_response=True,
        before_authorize=note_teams,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes this class too, its annotation does not say so
        user_facing_authorize_error_message=REFUSAL,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.watch, app.around = watch, around
    register(app)
    return app


def quiet(name: str, level: int) -> logging.Logger:
    """A logger with a level of its own: below WARNING Bolt and slack_sdk write out bodies, signatures and all."""
    logger = logging.getLogger(name)
    logger.setLevel(level)
    return logger
