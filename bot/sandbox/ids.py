"""Identifiers in Slack's own shapes: `U0…`, `C0…`, `1797580800.000100`, `xoxb-…`."""

from __future__ import annotations

import random
import secrets
import string

ALPHABET = string.ascii_uppercase + string.digits
MIXED = string.ascii_letters + string.digits


class Ids:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def make(self, prefix: str, length: int = 10) -> str:
        return prefix + "0" + "".join(self._rng.choices(ALPHABET, k=length - 1))

    def short(self, length: int = 5) -> str:
        """What Slack gives to a block or an element without an id."""
        return "".join(self._rng.choices(MIXED, k=length))

    def digits(self, length: int = 13) -> str:
        return str(self._rng.randint(10 ** (length - 1), 10**length - 1))

    def uuid(self) -> str:
        text = f"{self._rng.getrandbits(128):032x}"
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def secret(bytes_of_entropy: int = 16) -> str:
    return secrets.token_hex(bytes_of_entropy)


def bot_token() -> str:
    return f"xoxb-{secrets.randbelow(10**12):012d}-{secrets.randbelow(10**13):013d}-{secrets.token_hex(12)}"


def app_token(app_id: str) -> str:
    return f"xapp-1-{app_id}-{secrets.randbelow(10**13):013d}-{secrets.token_hex(32)}"
