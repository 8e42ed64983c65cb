"""What a modal remembers between its opening and its submission: small, opaque to Slack, and proof of nothing.

Whoever submits is named by Slack, and every right is checked again; the memo only says where the form was opened.
"""

import base64
import binascii
import json
import zlib
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.services.requests import FileRef

LIMIT = 3000  # of private_metadata
MOST_FILES = 20
_INFLATED = 64 * 1024


@dataclass(frozen=True, slots=True)
class Memo:
    """`form` as in the table of forms; `verb` is what a form that only asks for a key goes on with.

    The message that a form was opened on: `author`, `text`, `files`, `permalink`. `standing` is how the bot stands to
    that channel; `respond` is where the person can still be answered. `snapshot`, `seen_at`: of a release, what the
    button showed that opened the form, and when it was drawn. `release` and `build`: where a test case is run.
    `cluster`: the failures that a defect is filed for.
    """

    form: str
    key: str = ""
    version: int | None = None
    channel: str = ""
    thread_ts: str = ""
    message_ts: str = ""
    respond: str = ""
    verb: str = ""
    standing: str = ""
    author: str = ""
    text: str = ""
    permalink: str = ""
    more: bool = False
    release: str = ""
    build: str = ""
    files: tuple[FileRef, ...] = ()
    snapshot: str = ""
    seen_at: str = ""
    cluster: str = ""


def pack(memo: Memo) -> str:
    """At most LIMIT characters: the message's words are cut first, they stay in Slack behind its link."""
    memo = replace(memo, files=memo.files[:MOST_FILES])
    while len(packed := _packed(memo)) > LIMIT:
        if memo.text:
            memo = replace(
                memo, text=memo.text[: len(memo.text) * 3 // 4].rstrip("…") + "…" if len(memo.text) > 8 else ""
            )
        elif memo.files:
            memo = replace(memo, files=memo.files[: len(memo.files) // 2])
        else:
            memo = replace(memo, permalink="", respond="", author="")
    return packed


def unpack(metadata: str) -> Memo:
    """An empty memo for anything that `pack` did not write."""
    try:
        inflater = zlib.decompressobj()
        words = inflater.decompress(base64.urlsafe_b64decode(metadata.encode()), _INFLATED)
        return _memo(json.loads(words))
    except (ValueError, TypeError, binascii.Error, zlib.error, RecursionError):
        return Memo("")


def _packed(memo: Memo) -> str:
    kept = {name: value for name, value in asdict(memo).items() if value not in ("", None, False, ())}
    words = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return base64.urlsafe_b64encode(zlib.compress(words, 9)).decode()


def _memo(kept: dict[str, Any]) -> Memo:
    files = tuple(FileRef(**file) for file in kept.pop("files", ()))
    return Memo(**kept, files=files)
