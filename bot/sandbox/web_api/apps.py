"""Who the app is, and its way in."""

from __future__ import annotations

from bot.sandbox.blocks.check import problems_of
from bot.sandbox.errors import wrong_arguments
from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call, Method


def auth_test(call: Call) -> Json:
    space = call.space
    return {
        "ok": True,
        "url": f"https://{space.team['domain']}.slack.com/",
        "team": space.team["name"],
        "user": space.user(space.bot_user_id)["name"],
        "team_id": space.team_id,
        "user_id": space.bot_user_id,
        "bot_id": space.app["bot_id"],
        "is_enterprise_install": False,
    }


def open_connection(call: Call) -> Json:
    address = call.space.base_url.replace("http", "ws", 1)
    return {
        "ok": True,
        "url": f"{address}/link/?ticket={call.space.delivery.sockets.ticket()}&app_id={call.space.app['id']}",
    }


def team_info(call: Call) -> Json:
    return {"ok": True, "team": {**call.space.team, "email_domain": "", "icon": {}}}


def validate_blocks(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/blocks.validate: no token, one of blocks, message, view."""
    given = [name for name in ("blocks", "message", "view") if call.arguments.get(name)]
    if len(given) != 1:
        raise wrong_arguments("exactly one of blocks, message, view")
    found = problems_of(given[0], call.structure(given[0]))
    errors = [{"pointer": each.pointer, "code": each.code, "message": each.words, "constraint": {}} for each in found]
    return {"ok": True, "errors": errors} if errors else {"ok": True}


METHODS = {
    "api.test": Method(lambda call: {"ok": True, "args": call.arguments}, token=""),
    "auth.test": Method(auth_test),
    "apps.connections.open": Method(open_connection, token="app"),
    "team.info": Method(team_info, ("team:read",)),
    "blocks.validate": Method(validate_blocks, token=""),
}
