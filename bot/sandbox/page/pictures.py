"""How large a picture is drawn, told before it arrives: what stands below it must not jump away from a finger."""

from __future__ import annotations

import struct

from bot.sandbox.page.reader import Reader
from bot.sandbox.types import Json

WIDEST, HIGHEST = 460, 340  # pixels, as in app.css


def box(reader: Reader, file: Json) -> tuple[int, int] | None:
    """Width and height within the limits; None where the file does not say it in its first bytes."""
    try:
        size = _size(reader.space.disk.blob(str(file["id"]))[:24])
    except (KeyError, struct.error):
        return None
    if size is None or not all(size):
        return None
    scale = min(1.0, WIDEST / size[0], HIGHEST / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _size(start: bytes) -> tuple[int, int] | None:
    """https://www.w3.org/TR/png-3/#11IHDR and https://www.w3.org/Graphics/GIF/spec-gif89a.txt section 18."""
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack(">II", start[16:24])
        return width, height
    if start.startswith((b"GIF87a", b"GIF89a")):
        width, height = struct.unpack("<HH", start[6:10])
        return width, height
    return None
