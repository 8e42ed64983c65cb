"""Was it posted? After a lost answer the channel itself is asked, by the outbox id in the message's metadata.

Read back only with `include_all_metadata`; visible to every app of the workspace, so the payload holds nothing but
the id (docs.slack.dev/messaging/message-metadata).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.services.records import Place
from bot.slack.answers import Ambiguous, Answer, Fate, Ok, Permanent, SlackPort

EVENT_TYPE = "countersign_outbox"  # [a-z0-9_]: with a dot in it Slack drops the metadata silently (bolt-python#863)
PAGE = 100
PAGES = 10


@dataclass(frozen=True, slots=True)
class Found:
    """`stray`: it was meant for a thread and stands at the channel's root."""

    ts: str
    stray: bool = False


@dataclass(frozen=True, slots=True)
class NotThere:
    """The whole span was read and it is not in it."""


def stamped(payload: Mapping[str, Any], outbox_id: str) -> dict[str, Any]:
    """The arguments of chat.postMessage with the outbox id in their metadata."""
    return {**payload, "metadata": {"event_type": EVENT_TYPE, "event_payload": {"outbox_id": outbox_id}}}


def strayed(asked: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether a reply became a root message: where the parent is deleted chat.postMessage answers ok all the same.

    An answer that does not show the message says nothing of it: what stands in its thread is not taken away on a guess.
    """
    shown = data.get("message") or {}
    return bool(asked.get("thread_ts")) and bool(shown) and shown.get("thread_ts") != asked["thread_ts"]


def place_of(data: Mapping[str, Any], asked: str) -> Place | None:
    """Where a message stands, from the answer to a post in `asked`; None where it does not say. What is posted to a
    person's id is answered with the conversation that it went to."""
    ts = data.get("ts") or (data.get("message") or {}).get("ts")
    return Place(str(data.get("channel") or asked), str(ts)) if ts else None


async def look_up(
    slack: SlackPort, token: str, channel: str, thread_ts: str | None, outbox_id: str, oldest: str
) -> Found | NotThere | Answer:
    """Searches the thread, or the channel's root when `thread_ts` is None, from the message time `oldest` on.

    An Answer is returned as it is when history cannot be read now (RateLimited, Retryable) or at all (Permanent).
    """
    seen = await _search(slack, token, channel, thread_ts, outbox_id, oldest)
    gone = isinstance(seen, Permanent) and seen.fate is Fate.ANCHOR
    if thread_ts and (gone or isinstance(seen, NotThere)):
        # A reply to a deleted parent lands at the channel's root.
        at_root = await _search(slack, token, channel, None, outbox_id, oldest)
        return replace(at_root, stray=True) if isinstance(at_root, Found) else at_root
    return seen


async def _search(
    slack: SlackPort, token: str, channel: str, thread_ts: str | None, outbox_id: str, oldest: str
) -> Found | NotThere | Answer:
    method = "conversations.replies" if thread_ts else "conversations.history"
    arguments = {"channel": channel, "ts": thread_ts, "oldest": oldest, "inclusive": True, "limit": PAGE}
    cursor = None
    for _ in range(PAGES):
        page = await slack.call(token, method, {**arguments, "include_all_metadata": True, "cursor": cursor})
        if not isinstance(page, Ok):
            return page
        for message in page.data.get("messages", ()):
            if (message.get("metadata") or {}).get("event_payload", {}).get("outbox_id") == outbox_id:
                return Found(str(message["ts"]))
        cursor = (page.data.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return NotThere()
    return Ambiguous(f"more than {PAGE * PAGES} messages to read")
