"""Whether JSON has the shape of a request of Slack's at all: Bolt looks into these before any code of ours is asked."""

from collections.abc import Mapping
from typing import Any

OBJECTS = ("view", "message", "container")


def is_request(body: Any) -> bool:
    if not isinstance(body, Mapping):
        return False
    objects = [body.get("event", {}), *(body[name] for name in OBJECTS if body.get(name) is not None)]
    authorizations = body.get("authorizations")
    objects += authorizations if isinstance(authorizations, list) else [{}] if authorizations is None else [None]
    return all(isinstance(each, Mapping) for each in objects)
