"""users.*: who is here."""

from __future__ import annotations

from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call, Method, paged

READ = ("users:read",)


def info(call: Call) -> Json:
    return {"ok": True, "user": call.space.user(call.text("user"))}


def listing(call: Call) -> Json:
    page, more = paged(call, list(call.space.state.users.values()))
    return {"ok": True, "members": page, "cache_ts": int(call.space.clock.now()), "response_metadata": more}


METHODS = {"users.info": Method(info, READ), "users.list": Method(listing, READ)}
