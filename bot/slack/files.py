"""What Slack says of a file (docs.slack.dev/reference/methods/files.info)."""

from collections.abc import Mapping
from typing import Any

ALT_TEXT_LIMIT = 1000


def share_in(file: Mapping[str, Any], channel: str) -> Mapping[str, Any] | None:
    """The first message that shows the file in this channel: its `ts`, and `thread_ts` where it stands in a thread."""
    found = [share for kind in (file.get("shares") or {}).values() for share in kind.get(channel, ())]
    return found[0] if found else None
