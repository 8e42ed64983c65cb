"""What somebody does to the workspace in the very moment in which the app calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.sandbox import conversation, membership
from bot.sandbox.faults import FaultKind
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace


def _archive(space: Workspace, arguments: Json) -> None:
    channel = str(arguments.get("channel", ""))
    if channel in space.state.channels:
        membership.archive(space, channel, str(space.state.channels[channel]["creator"]))


def _revoke(space: Workspace, _: Json) -> None:
    membership.uninstall(space)


def _delete_parent(space: Workspace, arguments: Json) -> None:
    delete_thread(space, str(arguments.get("channel", "")), str(arguments.get("thread_ts", "")))


def delete_thread(space: Workspace, channel_id: str, thread_ts: str) -> None:
    """The replies and their parent, so that not even a tombstone is left."""
    for message in space.thread(channel_id, thread_ts)[::-1]:
        if message["ts"] in space.state.messages[channel_id]:
            conversation.delete(space, channel_id, message["ts"])


MISHAPS: Mapping[FaultKind, Callable[[Workspace, Json], None]] = MappingProxyType(
    {FaultKind.ARCHIVE: _archive, FaultKind.REVOKE: _revoke, FaultKind.DELETE_PARENT: _delete_parent}
)
