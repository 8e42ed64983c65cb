"""Attack strings for a regular expression, made of the expression itself: what it repeats, again and again, behind what
it wants first and before what it cannot take."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tests.attacks import BYTES

# No public module gives the tree of an expression; this is the one that `re` itself compiles from.
_PARSER: Any = import_module("re._parser")
_TAILS = ("", "\0", "!", " ", "\n", "x", '"', ">", "|")
_LONGEST = 1000  # characters of what stands around the repetition
_CHARACTERS = "a7 -_\n\"'<>:/.,@A"


def attack_strings(pattern: re.Pattern[str], number: int) -> list[str]:
    """`number` different texts of 4 KiB, the same ones each time."""
    draw = random.Random(repr(pattern.pattern))
    tree = _PARSER.parse(pattern.pattern, pattern.flags)
    pumped = list(dict.fromkeys(pair for times in range(4) for pair in _repetitions(tree, "", times)))
    texts = [_filled(head, piece, tail) for head, piece in pumped for tail in _TAILS]
    if len(texts) >= number:
        return draw.sample(texts, number)
    pieces = [*{piece: None for _, piece in pumped}, *_CHARACTERS]
    while len(texts) < number:
        head, piece = ("".join(draw.choices(pieces, k=draw.randint(1, 3))) for _ in "hp")
        texts.append(_filled(head, piece, f"{draw.choice(_TAILS)}{draw.getrandbits(20):x}"))
    return texts


def _filled(head: str, piece: str, tail: str) -> str:
    head = head[:_LONGEST]
    room = BYTES - _bytes(head) - _bytes(tail)
    return head + piece * (room // _bytes(piece)) + tail


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _repetitions(tree: Any, head: str, times: int) -> Iterator[tuple[str, str]]:
    """What leads to each part of the expression, and what fits that part."""
    for kind, value in tree:
        for branch in _branches(str(kind), value):
            yield from _repetitions(branch, head, times)
        fitting = _fitting(str(kind), value, times) or _fitting(str(kind), value, 1)
        if fitting:
            yield head, fitting
        head += _fitting(str(kind), value, times)


def _branches(kind: str, value: Any) -> list[Any]:
    if kind == "BRANCH":
        return list(value[1])
    inside = {"MAX_REPEAT": 2, "MIN_REPEAT": 2, "POSSESSIVE_REPEAT": 2, "SUBPATTERN": 3, "ASSERT": 1, "ASSERT_NOT": 1}
    return [value[inside[kind]]] if kind in inside else [value] if kind == "ATOMIC_GROUP" else []


def _fitting(kind: str, value: Any, times: int) -> str:
    """A text for one part; what may be repeated is there `times` times where that is allowed."""
    if kind == "LITERAL":
        return chr(value)
    if kind in {"NOT_LITERAL", "ANY", "IN"}:
        return _member(kind, value)
    if kind.endswith("REPEAT"):
        least, most, tree = value
        count: int = max(least, min(int(most), times))
        return _all(tree, times) * count
    if kind in {"ASSERT", "ASSERT_NOT"}:
        return ""
    branches = _branches(kind, value)
    return _all(branches[times % len(branches)], times) if branches else ""


def _all(tree: Any, times: int) -> str:
    return "".join(_fitting(str(kind), value, times) for kind, value in tree)


def _member(kind: str, value: Any) -> str:
    """A character of a class; of one that people hardly type its first."""
    if kind == "ANY":
        return "a"
    if kind == "NOT_LITERAL":
        return next(each for each in _CHARACTERS if ord(each) != value)
    negated = str(value[0][0]) == "NEGATE"
    for each in _CHARACTERS:
        if negated != any(_is_in(each, str(k), v) for k, v in value[negated:]):
            return each
    first = value[0][1]
    return chr(first if isinstance(first, int) else first[0])


def _is_in(character: str, kind: str, value: Any) -> bool:
    if kind == "LITERAL":
        return ord(character) == int(value)
    if kind == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    name = str(value)
    classes = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
    return (re.match(classes[name.rpartition("_")[2]], character) is not None) != ("_NOT_" in name)
