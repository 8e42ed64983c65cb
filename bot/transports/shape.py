"""Whether JSON has the shape of a request of Slack's at all: Bolt looks into these before any code of ours is asked."""

from collections.abc import Mapping
from typing import Any

OBJECTS = ("view", "message", "container")
# Who and where: an object with an id, an id alone, or nothing.
NAMED = ("team", "user", "enterprise", "channel")
IDS = ("type", "command", "team_id", "user_id", "enterprise_id", "api_app_id", "event_id", "trigger_id", "response_url")
Path = tuple[str | int, ...]
_VIEW: tuple[Path, ...] = (("view", "callback_id"), ("view", "type"))
# What an interaction of each type is found by; Bolt takes it for granted.
FOUND_BY: Mapping[str, tuple[Path, ...]] = {
    "block_actions": (("actions", 0, "action_id"),),
    "block_suggestion": (("action_id",),),
    "shortcut": (("callback_id",),),
    "message_action": (("callback_id",),),
    "view_submission": _VIEW,
    "view_closed": _VIEW,
    "event_callback": (("event", "type"),),
}


def is_request(body: Any) -> bool:
    return isinstance(body, Mapping) and _objects(body) and _words(body)


def _objects(body: Mapping[str, Any]) -> bool:
    objects = [body.get("event", {}), *(body[name] for name in OBJECTS if body.get(name) is not None)]
    authorizations = body.get("authorizations")
    objects += authorizations if isinstance(authorizations, list) else [{}] if authorizations is None else [None]
    return all(isinstance(each, Mapping) for each in objects)


def _words(body: Mapping[str, Any]) -> bool:
    places: list[Mapping[str, Any]] = [body, body.get("event") or {}, *(body.get("authorizations") or ())]
    ids = [place.get(name) for place in places for name in IDS]
    found = all(isinstance(_at(body, path), str) for path in FOUND_BY.get(str(body.get("type")), ()))
    return found and all(each is None or isinstance(each, str) for each in (*ids, *map(_id, _named(places))))


def _named(places: list[Mapping[str, Any]]) -> list[Any]:
    return [place.get(name) for place in places for name in NAMED]


def _id(named: Any) -> Any:
    return named.get("id", named) if isinstance(named, Mapping) else named


def _at(node: Any, path: Path) -> Any:
    for key in path:
        inside = isinstance(node, list) and isinstance(key, int) and key < len(node)
        if not inside and not (isinstance(node, Mapping) and key in node):
            return None
        node = node[key]
    return node
