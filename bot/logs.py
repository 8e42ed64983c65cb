"""One log for all: JSON lines on stderr, traces without values, and nothing that opens a door.

ASVS 16.2.5: no secrets in logs. The shapes of Slack's secrets: https://docs.slack.dev/authentication/tokens
"""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

from bot.lean import without

# It draws traces for terminals, where structlog finds it; our lines are JSON. 4 MB.
with without("rich"):
    import structlog

from bot.services.correlation import current
from bot.traces import without_values

_SECRETS = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w.-]+|xapp-[\w-]+|v0=[0-9a-f]{16,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    r"|https?://[^\s\"'\\]*/(?:services|response|commands|actions)/[^\s\"'\\]+"
    r"|wss?://[^\s\"'\\]+"
)
HIDDEN = "[hidden]"
# Shorter ones stand in other words too.
SHORTEST = 6
# They report each tick, each migration, each start.
TALKATIVE = ("apscheduler", "alembic", "aiohttp.access", "uvicorn")


_known: list[str] = []


def redacted(text: str) -> str:
    """Tokens, signatures, passwords in addresses, addresses that are secrets themselves, what `configure` was told."""
    for secret in _known:
        text = text.replace(secret, HIDDEN)
    return _SECRETS.sub(HIDDEN, text)


def forget_secrets() -> None:
    _known.clear()


def _rendered(*given: Any) -> str:
    """The whole line, whatever an object in it says of itself."""
    return redacted(str(_RENDER(*given)))


_RENDER = structlog.processors.JSONRenderer(default=repr, ensure_ascii=False)


def _correlate(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Which request this follows from, where it follows from one."""
    if word := current():
        entry["correlation"] = word
    return entry


SHARED: list[Any] = [
    _correlate,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_values,
]


def _only_through(root: logging.Logger) -> None:
    """A library that brought handlers of its own would write past ours."""
    for each in root.manager.loggerDict.values():
        if isinstance(each, logging.Logger):
            each.handlers.clear()
            each.propagate = True


def configure(level: int = logging.INFO, secrets: Iterable[str] = ()) -> None:
    """For a process that serves; both structlog and the standard library's loggers end here. `secrets`: its own, which
    have no shape to know them by."""
    _known[:] = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)
    handler = logging.StreamHandler(sys.stderr)
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _rendered]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=last))
    root = logging.getLogger()
    _only_through(root)
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
