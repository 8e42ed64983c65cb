"""The Events API: which event goes where; every other one is acknowledged and forgotten."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from bot.services.roads import REMOVED
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.home import home_opened
from handlers.payload import Body, dig, first, word
from handlers.thread import message


async def _joined(desk: Desk, incoming: Incoming, event: Body) -> None:
    if incoming.bot and word(event, "user") == incoming.bot:
        desk.channels.heard_from(incoming.context.team_id, word(event, "channel"))
        desk.later.start(desk.roads.open(incoming.context.team_id, word(event, "channel")))


async def _changed(desk: Desk, incoming: Incoming, event: Body) -> None:
    """Archived or renamed: asked again when it matters."""
    channel = first(word(event, "channel"), word(event, "channel", "id"))
    desk.channels.forget(incoming.context.team_id, channel)


async def _brought_back(desk: Desk, incoming: Incoming, event: Body) -> None:
    await _changed(desk, incoming, event)
    desk.later.start(desk.roads.open(incoming.context.team_id, word(event, "channel")))


async def _uninstalled(desk: Desk, incoming: Incoming, _: Body) -> None:
    await _forgotten(desk, incoming, REMOVED)


async def _revoked(desk: Desk, incoming: Incoming, event: Body) -> None:
    """People's own tokens are none of ours."""
    if dig(event, "tokens", "bot"):
        await _forgotten(desk, incoming, "token_revoked")


async def _forgotten(desk: Desk, incoming: Incoming, code: str) -> None:
    await desk.roads.close(incoming.context.team_id, code)
    desk.channels.forget_all(incoming.context.team_id)


async def _home(desk: Desk, incoming: Incoming, event: Body) -> None:
    await home_opened(desk, incoming, event)


EVENTS: Mapping[str, Callable[[Desk, Incoming, Body], Awaitable[None]]] = MappingProxyType(
    {
        "message": message,
        "app_mention": message,
        "app_home_opened": _home,
        "member_joined_channel": _joined,
        "channel_archive": _changed,
        "channel_unarchive": _brought_back,
        "group_unarchive": _brought_back,
        "channel_rename": _changed,
        "app_uninstalled": _uninstalled,
        "tokens_revoked": _revoked,
    }
)


async def event(desk: Desk, incoming: Incoming) -> None:
    """Raises what the store raises: Slack then sends it again."""
    body = dig(incoming.body, "event") or {}
    handle = EVENTS.get(word(body, "type"))
    if handle is not None:
        await handle(desk, incoming, body)
