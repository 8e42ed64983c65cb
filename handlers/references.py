"""The shapes of names that people type: builds, commits, defects' keys, fields."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from handlers.tokens import NAMES

KEY = r"[A-Za-z][A-Za-z0-9]{0,9}-[1-9][0-9]{0,8}"
SHA = r"[0-9a-fA-F]{7,40}"
# `2.4.0-rc3`, `rc3`, `v12`, `next`: a build's name holds a digit, so that "in production" is no build.
BUILD = r"(?:next|(?=[\w.+/\-]{0,99}\d)\w[\w.+/\-]{0,99})"
_BUILD = re.compile(BUILD, re.IGNORECASE)
_SHA = re.compile(SHA)
KEY_ONLY = re.compile(KEY)
# Requirements and test cases look like defects' keys; no project may have these prefixes.
OTHER_PREFIXES = frozenset({"REQ", "TC"})

# How a field is written in help: its shortest name.
SHORT: Mapping[str, str] = MappingProxyType(
    {field: min((n for n, f in NAMES.items() if f == field), key=len) for field in NAMES.values()}
)


def looks_like_build(word: str) -> bool:
    return _BUILD.fullmatch(word) is not None


def looks_like_commit(word: str) -> bool:
    return _SHA.fullmatch(word) is not None


def plain(name: str) -> bool:
    """Whether it is a name that somebody typed (`@dana`), which has to be looked up."""
    return name.startswith("@")
