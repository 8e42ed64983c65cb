"""One secret per source and workspace, derived from the one ingest token: nothing more has to be stored, and a new
token makes all of them void."""

import hashlib
import hmac
from enum import StrEnum


class Source(StrEnum):
    """`ci` reports builds and results; the others are webhooks."""

    CI = "ci"
    GITHUB = "github"
    GITLAB = "gitlab"


def secret_of(token: str, source: Source, team_id: str) -> str:
    """64 hexadecimal digits. `token` is COUNTERSIGN_INGEST_TOKEN."""
    return hmac.new(token.encode(), f"{source}:{team_id}".encode(), hashlib.sha256).hexdigest()


def signature(secret: str, body: bytes) -> str:
    """`sha256=…`, as GitHub signs (docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries)."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def equal(given: str | None, expected: str) -> bool:
    """In constant time; what is no ASCII is never equal."""
    return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
