"""How a shape is described and checked: each check notes the problems it finds, with a JSON pointer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointer` such as /blocks/0/text; `words` as Slack says them."""

    pointer: str
    code: str
    words: str

    def __str__(self) -> str:
        return f"[ERROR] {self.words} [json-pointer:{self.pointer}]"


@dataclass(slots=True)
class Findings:
    problems: list[Problem] = field(default_factory=list)

    def note(self, pointer: str, code: str, words: str) -> None:
        self.problems.append(Problem(pointer, code, words))


Check = Callable[[Findings, str, Any], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """`also` sees the whole object after its fields."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    also: Check | None = None

    def __call__(self, found: Findings, at: str, value: Any) -> None:
        if not isinstance(value, dict):
            found.note(at, "wrong_type", "must be an object")
            return
        for name in self.required.keys() - value.keys():
            found.note(at, "missing_field", f"missing required field: {name}")
        fields = {**self.required, **self.optional}
        for name, inner in value.items():
            if name == "type":
                continue
            if name not in fields:
                found.note(at, "unknown_field", f"invalid additional property: {name}")
            elif inner is not None or name in self.required:
                fields[name](found, f"{at}/{name}", inner)
        if self.also is not None:
            self.also(found, at, value)


def anything(found: Findings, at: str, value: Any) -> None:
    """Not looked into."""


def boolean(found: Findings, at: str, value: Any) -> None:
    if not isinstance(value, bool):
        found.note(at, "wrong_type", "must be a boolean")


def integer(low: int, high: int) -> Check:
    def check(found: Findings, at: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            found.note(at, "wrong_type", "must be a number")
        elif not low <= value <= high:
            found.note(at, "out_of_range", f"must be from {low} to {high}")

    return check


def string(most: int, least: int = 0) -> Check:
    def check(found: Findings, at: str, value: Any) -> None:
        if not isinstance(value, str):
            found.note(at, "wrong_type", "must be a string")
        elif len(value) > most:
            found.note(at, "too_long", f"must be less than {most + 1} characters")
        elif len(value) < least:
            found.note(at, "too_short", f"must be more than {least - 1} characters")

    return check


def matching(pattern: str) -> Check:
    compiled = re.compile(pattern)

    def check(found: Findings, at: str, value: Any) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            found.note(at, "wrong_format", "failed to match the expected format")

    return check


def one_of(*words: str) -> Check:
    def check(found: Findings, at: str, value: Any) -> None:
        if value not in words:
            found.note(at, "wrong_value", f"must be one of {', '.join(words)}")

    return check


def many(inner: Check, most: int, least: int = 1) -> Check:
    def check(found: Findings, at: str, value: Any) -> None:
        if not isinstance(value, list):
            found.note(at, "wrong_type", "must be an array")
            return
        if len(value) > most:
            found.note(at, "too_many", f"no more than {most} items allowed")
        if len(value) < least:
            found.note(at, "too_few", f"must provide at least {least} items")
        for place, item in enumerate(value):
            inner(found, f"{at}/{place}", item)

    return check


def typed(table: Mapping[str, Shape]) -> Check:
    """An object whose `type` chooses its shape."""

    def check(found: Findings, at: str, value: Any) -> None:
        kind = str(value.get("type")) if isinstance(value, dict) else ""
        if kind in table:
            table[kind](found, at, value)
        else:
            found.note(f"{at}/type", "unknown_type", f"unsupported type: {kind}")

    return check
