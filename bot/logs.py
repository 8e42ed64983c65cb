"""One log for all: JSON lines on stderr, traces without values, and nothing that opens a door.

ASVS 16.2.5: no secrets in logs. The shapes of Slack's secrets: https://docs.slack.dev/authentication/tokens
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.services.correlation import current

_SECRETS = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w.-]+|xapp-[\w-]+|v0=[0-9a-f]{16,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
    r"|https?://[^\s\"']*/(?:services|response|commands|actions)/[^\s\"']+"
    r"|wss?://[^\s\"']+"
)
HIDDEN = "[hidden]"
# They report each tick, each migration, each start.
TALKATIVE = ("apscheduler", "alembic", "aiohttp.access", "uvicorn")


def redacted(text: str) -> str:
    """Tokens, signatures, passwords in addresses, and addresses that are secrets themselves."""
    return _SECRETS.sub(HIDDEN, text)


def _redact(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: redacted(value) if isinstance(value, str) else value for name, value in entry.items()}


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
    structlog.processors.format_exc_info,
    _redact,
]


def configure(level: int = logging.INFO) -> None:
    """For a process that serves; both structlog and the standard library's loggers end here."""
    handler = logging.StreamHandler(sys.stderr)
    render = structlog.processors.JSONRenderer(default=repr, ensure_ascii=False)
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redact, render]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=last))
    root = logging.getLogger()
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
