"""Whether JSON has the shape of a request of Slack's at all: Bolt looks into these before any code of ours is asked."""

from collections.abc import Mapping
from typing import Any

OBJECTS = ("event", "view", "message", "container")


def is_request(body: Any) -> bool:
    if not isinstance(body, Mapping):
        return False
    objects = all(isinstance(body.get(name) or {}, Mapping) for name in OBJECTS)
    authorizations = body.get("authorizations") or []
    return objects and isinstance(authorizations, list) and all(isinstance(each, Mapping) for each in authorizations)
