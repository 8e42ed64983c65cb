"""views.*: https://docs.slack.dev/surfaces/modals"""

from __future__ import annotations

from bot.sandbox import modals
from bot.sandbox.blocks.check import refuse_bad_view
from bot.sandbox.errors import SlackError
from bot.sandbox.payloads import view_for_app
from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call, Method


def _view(call: Call, kind: str) -> Json:
    view = call.structure("view", "invalid_arguments")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: view"]})
    refuse_bad_view(view, kind)
    return view


def _answer(view: Json) -> Json:
    return {"ok": True, "view": view_for_app(view)}


def opening(call: Call) -> Json:
    view = _view(call, "modal")
    return _answer(modals.open_root(call.space, modals.exchange(call.space, call.text("trigger_id")), view))


def pushing(call: Call) -> Json:
    view = _view(call, "modal")
    return _answer(modals.push(call.space, modals.exchange(call.space, call.text("trigger_id")), view))


def updating(call: Call) -> Json:
    view = _view(call, "modal")
    shown = modals.find(call.space, call.maybe("view_id"), call.maybe("external_id"))
    return _answer(modals.replace(call.space, shown, view, call.maybe("hash")))


def publishing(call: Call) -> Json:
    view = _view(call, "home")
    if not call.space.features.get("app_home", {}).get("home_tab_enabled"):
        raise SlackError("not_enabled")
    person = str(call.space.user(call.text("user_id"))["id"])
    return _answer(modals.publish_home(call.space, person, view, call.maybe("hash")))


METHODS = {
    "views.open": Method(opening),
    "views.push": Method(pushing),
    "views.update": Method(updating),
    "views.publish": Method(publishing),
}
