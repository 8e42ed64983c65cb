"""The Bolt app behind both transports.

`process_before_response`: a listener runs to its end before Slack is answered, so an ack means that the change is
committed, and without Bolt's 10 ms polling for it. Bolt verifies signatures too; the HTTP transport has then
already done so over the raw bytes.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.proxy import proxy_for
from bot.transports.authorization import REFUSAL, note_teams


class SlackSettings(Protocol):
    @property
    def slack_api_url(self) -> str: ...
    @property
    def slack_signing_secret(self) -> SecretStr | None: ...


def build_bolt(settings: SlackSettings, authorize: AsyncAuthorize, register: Callable[[AsyncApp], None]) -> AsyncApp:
    """The app with every listener that `register` adds, and an error handler if it sets one."""
    logger = quiet("countersign.bolt", logging.ERROR)
    client = AsyncWebClient(base_url=settings.slack_api_url, retry_handlers=[], logger=logger)
    client.proxy = proxy_for(settings.slack_api_url)
    secret = settings.slack_signing_secret
    app = AsyncApp(
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
    register(app)
    return app


def quiet(name: str, level: int) -> logging.Logger:
    """A logger with a level of its own: below WARNING Bolt and slack_sdk write out bodies, signatures and all."""
    logger = logging.getLogger(name)
    logger.setLevel(level)
    return logger
