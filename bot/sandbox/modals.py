"""Views: at most three deep per person, replaced under a hash, opened by a trigger that lives three seconds."""

from __future__ import annotations

from bot.sandbox.blocks.check import finish_blocks
from bot.sandbox.errors import SlackError
from bot.sandbox.faults import FaultKind
from bot.sandbox.first_values import SINGLE, initial
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

TRIGGER_LIFE = 3.0  # seconds, https://docs.slack.dev/interactivity/handling-user-interaction
DEPTH = 3
KEPT = 5_000  # triggers


def trigger(space: Workspace, user_id: str, kind: str = "") -> str:
    """`kind`: of the payload that carries it."""
    _prune(space)
    trigger_id = f"{space.ids.digits()}.{space.ids.digits(12)}.{space.ids.short(32).lower()}"
    expired = space.faults.next((kind, "trigger"), FaultKind.EXPIRE) is not None
    born = space.clock.now() - (TRIGGER_LIFE + 1 if expired else 0)
    space.state.triggers[trigger_id] = {"user": user_id, "born": born, "used": False}
    return trigger_id


def _prune(space: Workspace) -> None:
    """The newest are enough to tell an expired one from an invented one."""
    triggers = space.state.triggers
    while len(triggers) >= KEPT:
        del triggers[next(iter(triggers))]


def exchange(space: Workspace, trigger_id: str) -> str:
    """The person who pulled it. Raises invalid_trigger_id, exchanged_trigger_id, expired_trigger_id."""
    known = space.state.triggers.get(trigger_id)
    if known is None:
        raise SlackError("invalid_trigger_id")
    if known["used"]:
        raise SlackError("exchanged_trigger_id")
    if space.clock.now() - known["born"] > TRIGGER_LIFE:
        raise SlackError("expired_trigger_id")
    known["used"] = True
    return str(known["user"])


def _stored(space: Workspace, user_id: str, given: Json, kind: str) -> Json:
    view: Json = {
        "id": space.ids.make("V"),
        "team_id": space.team_id,
        "type": kind,
        "state": {"values": {}},
        "previous_view_id": None,
        "root_view_id": None,
        "app_id": space.app["id"],
        "external_id": "",
        "app_installed_team_id": space.team_id,
        "bot_id": space.app["bot_id"],
        "_user": user_id,
    }
    _fill(space, view, given)
    view["root_view_id"] = view["id"]
    return view


# What an app does not say of a view it has not, whatever the view had before.
UNSAID: Json = {
    "title": None,
    "submit": None,
    "close": None,
    "private_metadata": "",
    "callback_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
}


def _fill(space: Workspace, view: Json, given: Json) -> None:
    view |= UNSAID
    view |= {key: value for key, value in given.items() if key not in ("blocks", "type")}
    view["blocks"] = finish_blocks(space.ids, given["blocks"])
    view["hash"] = f"{int(space.clock.now())}.{space.ids.short(8)}"
    view["state"] = {"values": _kept(view)}


def _kept(view: Json) -> Json:
    """What was typed stays where block_id and action_id stay."""
    values = view["state"]["values"]
    ids = {(block["block_id"], element["action_id"]) for block in view["blocks"] for element in elements(block)}
    return {
        block_id: kept
        for block_id, actions in values.items()
        if (kept := {action_id: value for action_id, value in actions.items() if (block_id, action_id) in ids})
    }


def elements(block: Json) -> list[Json]:
    """Whatever a person can use in a block."""
    found = [block.get("element"), block.get("accessory"), *block.get("elements", ())]
    return [each for each in found if isinstance(each, dict) and "action_id" in each]


def values(view: Json) -> Json:
    """The state of every element that has one: what is kept, else what it began with."""
    state: Json = {}
    for block in view["blocks"]:
        for element in elements(block):
            if element["type"] in SINGLE:
                kept = view["state"]["values"].get(block["block_id"], {}).get(element["action_id"])
                state.setdefault(block["block_id"], {})[element["action_id"]] = kept or initial(element)
    return state


def _unique(space: Workspace, given: Json, but: str | None = None) -> None:
    wanted = given.get("external_id")
    if wanted and any(v["external_id"] == wanted and v["id"] != but for v in space.state.views.values()):
        raise SlackError("duplicate_external_id")


def open_root(space: Workspace, user_id: str, given: Json) -> Json:
    """A new stack; what the person had open before is gone."""
    for old in space.state.modals.get(user_id, ()):
        space.state.views.pop(old, None)
    _unique(space, given)
    view = _stored(space, user_id, given, "modal")
    space.state.views[view["id"]] = view
    space.state.modals[user_id] = [view["id"]]
    space.changed("modal", user=user_id)
    return view


def push(space: Workspace, user_id: str, given: Json) -> Json:
    stack = space.state.modals.get(user_id, [])
    if not stack:
        raise SlackError("not_found")
    if len(stack) >= DEPTH:
        raise SlackError("push_limit_reached")
    _unique(space, given)
    view = _stored(space, user_id, given, "modal")
    view |= {"previous_view_id": stack[-1], "root_view_id": stack[0]}
    space.state.views[view["id"]] = view
    stack.append(view["id"])
    space.changed("modal", user=user_id)
    return view


def find(space: Workspace, view_id: str | None, external_id: str | None) -> Json:
    for view in space.state.views.values():
        if view["id"] == view_id or (external_id and view["external_id"] == external_id):
            return view
    raise SlackError("not_found")


def replace(space: Workspace, view: Json, given: Json, seen: str | None = None) -> Json:
    if seen is not None and seen != view["hash"]:
        raise SlackError("hash_conflict")
    _unique(space, given, view["id"])
    # A first value is of the first time: where block_id and action_id stay, a new one changes nothing
    # (docs.slack.dev/surfaces/modals#updating-views).
    view["state"]["values"] = values(view)
    _fill(space, view, given)
    space.changed("modal", user=view["_user"])
    return view


def publish_home(space: Workspace, user_id: str, given: Json, seen: str | None) -> Json:
    known = space.state.views.get(space.state.homes.get(user_id, ""))
    if known is not None and seen is not None and seen != known["hash"]:
        raise SlackError("hash_conflict")
    if known is None:
        known = _stored(space, user_id, given, "home")
        space.state.views[known["id"]] = known
        space.state.homes[user_id] = known["id"]
    else:
        _fill(space, known, given)
    space.changed("home", user=user_id)
    return known


def close(space: Workspace, view: Json) -> Json:
    """Takes one form away; the one below it shows again."""
    space.state.modals[view["_user"]].remove(view["id"])
    space.changed("modal", user=view["_user"])
    return space.state.views.pop(view["id"])


def clear(space: Workspace, user_id: str) -> None:
    for view_id in space.state.modals.pop(user_id, []):
        space.state.views.pop(view_id, None)
    space.changed("modal", user=user_id)


def top(space: Workspace, user_id: str) -> Json | None:
    stack = space.state.modals.get(user_id) or []
    return space.state.views[stack[-1]] if stack else None
