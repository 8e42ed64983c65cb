"""No regular expression of the bot costs more than its text is long: each one is found in the modules themselves, and
attacked with 1,000 texts that are made of it, in the way in which it is used."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import pytest

import bot
import handlers
import storage
from tests.attack_strings import attack_strings
from tests.attacks import cpu_seconds

NUMBER = 1000
SECONDS = 0.05
"""Of processor time for one text of 4 KiB; a linear expression needs a tenth of it, a quadratic one more than all."""
PARTS = 8
SEARCHING = {"search", "sub", "subn", "split", "findall", "finditer"}
READING = SEARCHING | {"match", "fullmatch", "compile"}
# Runs as a script, or when a store is migrated; the workspace that stands in for Slack reads its one user's own words.
NOT_READ = (".__main__", ".migrations", "bot.sandbox")
# What this module compiles of its arguments stands in its table of acts.
COMPILED_OF_ARGUMENTS = {"handlers.grammar"}


@cache
def modules() -> tuple[ModuleType, ...]:
    names = [
        found.name for each in (bot, handlers, storage) for found in walk_packages(each.__path__, f"{each.__name__}.")
    ]
    return tuple(import_module(name) for name in names if not any(part in name for part in NOT_READ))


def inside(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """Patterns in tables: of tuples, mappings and records."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth > 4 or isinstance(value, str):
        return
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from inside(each, depth + 1)
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from inside(each, depth + 1)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from inside(getattr(value, field.name), depth + 1)


@dataclasses.dataclass(frozen=True)
class Used:
    """`searched`: its match may begin anywhere in the text."""

    pattern: re.Pattern[str]
    searched: bool


def calls(tree: ast.Module) -> Iterator[tuple[ast.expr, str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.value, node.func.attr, node


def named(module: ModuleType, tree: ast.Module) -> Iterator[Used]:
    """Those that the module's names hold."""
    searched = {of.id for of, method, _ in calls(tree) if isinstance(of, ast.Name) and method in SEARCHING}
    for name, value in vars(module).items():
        for pattern in inside(value):
            yield Used(pattern, name in searched or not isinstance(value, re.Pattern))


def written(module: ModuleType, tree: ast.Module) -> Iterator[Used | str]:
    """Those that stand in a call of `re` itself; the module's name where one is made of what nobody can see here."""
    tables = [each for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign)]
    outside = {id(node) for table in tables for node in ast.walk(table)}
    for of, method, call in calls(tree):
        if not (isinstance(of, ast.Name) and of.id == "re" and call.args) or method not in READING:
            continue
        first = call.args[0]
        words = vars(module).get(first.id) if isinstance(first, ast.Name) else getattr(first, "value", None)
        if isinstance(words, str):
            yield Used(re.compile(words), method in SEARCHING)
        elif id(call) not in outside:
            yield module.__name__


@cache
def found() -> tuple[tuple[Used, ...], frozenset[str]]:
    """Each use once, and the modules that compile what is not seen here."""
    every: list[Used | str] = []
    for module in modules():
        tree = ast.parse(inspect.getsource(module))
        every += [*named(module, tree), *written(module, tree)]
    uses = tuple(sorted({each for each in every if isinstance(each, Used)}, key=repr))
    return uses, frozenset(each for each in every if isinstance(each, str))


def costs(use: Used, text: str) -> Iterable[float]:
    yield cpu_seconds(partial(use.pattern.fullmatch, text), at_most=SECONDS)
    if use.searched:
        yield cpu_seconds(lambda: use.pattern.sub("", text), at_most=SECONDS)


def test_every_expression_is_found_wherever_it_stands() -> None:
    uses, hidden = found()
    assert hidden == COMPILED_OF_ARGUMENTS
    known = {use.pattern.pattern for use in uses}
    assert {r"[\s,]+", r"(?<=[a-z])(?=[A-Z])", r"[\w-]+"} <= known
    assert len([each for each in known if each.startswith("verify")]) >= 3
    assert len(known) >= 90


def test_an_expression_that_is_not_linear_would_be_seen() -> None:
    slow = re.compile(r"\w*\d\w*")
    assert max(max(costs(Used(slow, searched=False), text)) for text in attack_strings(slow, 20)) > SECONDS


@pytest.mark.parametrize("part", range(PARTS))
def test_every_expression_takes_1000_attack_strings_in_linear_time(part: int) -> None:
    for use in found()[0][part::PARTS]:
        texts = attack_strings(use.pattern, NUMBER)
        assert len(texts) == NUMBER
        assert not [(use.pattern.pattern, text[:60]) for text in texts if max(costs(use, text)) > SECONDS]
