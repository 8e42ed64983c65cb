"""A file in three steps, each of which may be repeated: reserve an address, send the bytes, publish.

Until it is published nobody sees it, so only the third step can double: the caller stores the file's id before
`publish`, and after a lost answer `share_of` tells whether it happened
(docs.slack.dev/reference/methods/files.getUploadURLExternal; files.upload is gone).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.answers import Answer, Ok
from bot.slack.gateway import SlackGateway

ALT_TEXT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Reserved:
    """`url` takes the bytes, once or again, for some minutes; `file_id` is good until published or discarded."""

    file_id: str
    url: str


async def reserve(slack: SlackGateway, token: str, filename: str, size: int, alt_text: str) -> Reserved | Answer:
    """`size` in bytes, above zero. Answers where the bytes go, or why not."""
    answer = await slack.call(
        token,
        "files.getUploadURLExternal",
        {"filename": filename, "length": size, "alt_txt": alt_text[:ALT_TEXT_LIMIT]},
    )
    if isinstance(answer, Ok):
        return Reserved(str(answer.data["file_id"]), str(answer.data["upload_url"]))
    return answer


async def send_bytes(slack: SlackGateway, reserved: Reserved, content: bytes) -> Answer:
    return await slack.send(reserved.url, content=content)


async def publish(
    slack: SlackGateway, token: str, file_id: str, title: str, channel: str, thread_ts: str | None, comment: str = ""
) -> Answer:
    """`comment`: mrkdwn, already escaped; it becomes the text of the message that carries the file."""
    return await slack.call(
        token,
        "files.completeUploadExternal",
        {
            "files": [{"id": file_id, "title": title}],
            "channel_id": channel,
            "thread_ts": thread_ts,
            "initial_comment": comment or None,
        },
    )


async def share_of(slack: SlackGateway, token: str, file_id: str, channel: str) -> str | Answer | None:
    """The time of the message that shows the file in this channel, None when there is none yet, or an Answer."""
    answer = await slack.call(token, "files.info", {"file": file_id})
    return shared_at(answer.data.get("file") or {}, channel) if isinstance(answer, Ok) else answer


def shared_at(file: Mapping[str, Any], channel: str) -> str | None:
    shares = file.get("shares") or {}
    found = [share["ts"] for kind in shares.values() for share in kind.get(channel, ())]
    return str(found[0]) if found else None
