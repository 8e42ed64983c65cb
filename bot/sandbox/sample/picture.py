"""A screenshot as a tester takes it, drawn without a library: a checkout page with its error."""

from __future__ import annotations

import struct
import zlib

Colour = tuple[int, int, int]
PAPER, INK, SOFT, BAR, RED, BUTTON = (
    (252, 252, 250),
    (52, 58, 64),
    (214, 214, 208),
    (31, 94, 104),
    (176, 52, 60),
    (46, 125, 96),
)
WIDTH, HEIGHT = 420, 250

# Capital letters, digits and a few signs, five dots wide and seven high; one number per row.
_GLYPHS = {
    "A": (14, 17, 17, 31, 17, 17, 17),
    "C": (14, 17, 16, 16, 16, 17, 14),
    "D": (30, 17, 17, 17, 17, 17, 30),
    "E": (31, 16, 16, 30, 16, 16, 31),
    "H": (17, 17, 17, 31, 17, 17, 17),
    "I": (14, 4, 4, 4, 4, 4, 14),
    "K": (17, 18, 20, 24, 20, 18, 17),
    "L": (16, 16, 16, 16, 16, 16, 31),
    "N": (17, 25, 21, 19, 17, 17, 17),
    "O": (14, 17, 17, 17, 17, 17, 14),
    "P": (30, 17, 17, 30, 16, 16, 16),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "S": (15, 16, 16, 14, 1, 1, 30),
    "T": (31, 4, 4, 4, 4, 4, 4),
    "U": (17, 17, 17, 17, 17, 17, 14),
    "Y": (17, 17, 10, 4, 4, 4, 4),
    "0": (14, 17, 19, 21, 25, 17, 14),
    "2": (14, 17, 1, 6, 8, 16, 31),
    "4": (2, 6, 10, 18, 31, 2, 2),
    "8": (14, 17, 17, 14, 17, 17, 14),
    "9": (14, 17, 17, 15, 1, 1, 14),
    ".": (0, 0, 0, 0, 0, 12, 12),
    " ": (0,) * 7,
}


class Canvas:
    def __init__(self, width: int, height: int) -> None:
        self.rows = [bytearray(bytes(PAPER) * width) for _ in range(height)]

    def box(self, left: int, top: int, width: int, height: int, colour: Colour) -> None:
        for row in self.rows[top : top + height]:
            row[left * 3 : (left + width) * 3] = bytes(colour) * width

    def words(self, left: int, top: int, text: str, colour: Colour, size: int = 2) -> None:
        for place, letter in enumerate(text):
            for down, dots in enumerate(_GLYPHS[letter]):
                for across in range(5):
                    if dots & (16 >> across):
                        at = left + (place * 6 + across) * size
                        self.box(at, top + down * size, size, size, colour)

    def png(self) -> bytes:
        """https://www.w3.org/TR/png-3/: eight bits per colour, no filter."""
        size = struct.pack(">IIBBBBB", len(self.rows[0]) // 3, len(self.rows), 8, 2, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in self.rows), 9)
        parts = _chunk(b"IHDR", size) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
        return b"\x89PNG\r\n\x1a\n" + parts


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def declined() -> bytes:
    """The page on which a card is declined twice, as PNG."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.box(0, 0, WIDTH, 34, BAR)
    canvas.words(16, 10, "CHECKOUT", PAPER)
    canvas.box(16, 50, WIDTH - 32, 34, RED)
    canvas.words(28, 60, "CARD DECLINED", PAPER)
    for top, width in ((104, 180), (128, 120), (152, 150)):
        canvas.box(16, top, width, 8, SOFT)
    canvas.words(270, 104, "2 C. 84.00", INK)
    canvas.box(16, 180, WIDTH - 32, 1, SOFT)
    canvas.words(16, 198, "TOTAL", INK)
    canvas.box(282, 190, 122, 34, BUTTON)
    canvas.words(306, 200, "PAY 84", PAPER)
    return canvas.png()
