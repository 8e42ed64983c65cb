"""A file in three steps, of which only the last one shows: what goes wrong before it leaves nothing behind, since Slack
forgets a file that was reserved and never published. The caller keeps the file's id before it publishes."""

from datetime import timedelta

from bot.jobs.courier import Courier, Data, Halt
from bot.jobs.retry import backoff
from bot.services.delivery import Again
from bot.slack.answers import Ok, Permanent
from bot.slack.files import ALT_TEXT_LIMIT, share_in


async def upload(courier: Courier, filename: str, content: bytes, alt_text: str = "") -> str:
    """The file's id. `content` must not be empty. Raises Halt."""
    wanted = {"filename": filename, "length": len(content), "alt_txt": alt_text[:ALT_TEXT_LIMIT] or None}
    reserved = await courier.must("files.getUploadURLExternal", wanted)
    sent = await courier.office.slack.send(str(reserved["upload_url"]), content=content)
    if not isinstance(sent, Ok):
        wait: timedelta = backoff(courier.row.attempts, courier.office.chance())
        raise Halt(Again(courier.now + wait, f"the upload failed: {sent}"))
    return str(reserved["file_id"])


async def publish(courier: Courier, file_id: str, title: str, channel: str, thread_ts: str | None) -> None:
    """Raises Gone or Stray where there is no such thread, Halt."""
    where = {"channel_id": channel, "thread_ts": thread_ts}
    await courier.must("files.completeUploadExternal", {"files": [{"id": file_id, "title": title}], **where}, channel)
    if thread_ts:
        await _unless_stray(courier, file_id, channel)


async def is_shown(courier: Courier, file_id: str, channel: str, thread_ts: str | None = None) -> bool:
    """An earlier try may have published it. Raises Halt, and Stray when it was meant for a thread that is gone."""
    answer = await courier.call("files.info", {"file": file_id})
    if isinstance(answer, Permanent) and answer.code in {"file_not_found", "file_deleted"}:
        return False
    data = answer.data if isinstance(answer, Ok) else await courier.must("files.info", {"file": file_id})
    share = share_in(data.get("file") or {}, channel)
    if share and thread_ts:
        await _sweep(courier, channel, share)
    return share is not None


async def _unless_stray(courier: Courier, file_id: str, channel: str) -> None:
    """Where the parent was deleted the file lands at the channel's root, and Slack says ok."""
    answer = await courier.call("files.info", {"file": file_id})
    share = share_in(answer.data.get("file") or {}, channel) if isinstance(answer, Ok) else None
    if share:
        await _sweep(courier, channel, share)


async def _sweep(courier: Courier, channel: str, share: Data) -> None:
    if not share.get("thread_ts"):
        await courier.sweep(channel, str(share["ts"]))
