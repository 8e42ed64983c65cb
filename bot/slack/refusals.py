"""A refusal in words: the guard, the present state, what is allowed now, and a button where one press mends it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType

from bot.domain.errors import DomainError, FollowsOriginal, NotSure, UnknownBuild, WrongState
from bot.domain.events import Kind
from bot.domain.lifecycle import Action
from bot.domain.query import QueryError
from bot.slack import acts
from bot.slack.blocks import Json
from bot.slack.ids import Act
from bot.slack.mrkdwn import render
from bot.slack.names import Names, referenced
from bot.slack.replies import said

MOST_COMMANDS = 4
# Not what somebody wants who was refused another step.
_NO_ALTERNATIVE = frozenset({Action.EDIT, Action.UNASSIGN, Action.NEEDS_INFO, Action.ASSIGN})


def refusal(error: DomainError, *, me: str = "", act: Act | None = None, name: Names = referenced) -> Json:
    """`act` is what was refused: a button can then repeat it with what was missing. `me` is whom it is for."""
    words = render(f"errors/{template_of(error)}", "text", me=me, name=name, **facts_of(error))
    return said(words, *_buttons(error, act))


def template_of(error: DomainError) -> str:
    """`UnknownBuild` has templates/errors/unknown_build.j2."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(error).__name__).lower()


def facts_of(error: DomainError) -> dict[str, object]:
    """What its template names."""
    if isinstance(error, QueryError):
        line, carets = error.pointed()
        known = {name: getattr(error, name) for name in ("problem", "word", "expected", "nearest", "field")}
        return {"line": line, "carets": carets, **known}
    facts: dict[str, object] = {}
    if is_dataclass(error):
        facts = {each.name: getattr(error, each.name) for each in fields(error)}
    if isinstance(error, WrongState):
        facts["steps"] = [step for step in error.allowed if step not in _NO_ALTERNATIVE][:MOST_COMMANDS]
    if (did := facts.get("did")) in set(Kind):
        facts["did"] = render("history", str(did), build=None, own=False)
    return facts


def _other_build(error: DomainError, act: Act | None) -> list[Json]:
    assert isinstance(error, UnknownBuild)
    found = []
    if act is not None and error.nearest:
        again = replace(act, extra={**act.extra, "build": error.nearest})
        found.append(acts.act_button(again, label="use_build", build=error.nearest))
    if error.release:
        register = Act("build", error.release, extra={"name": error.key})
        found.append(acts.act_button(register, 1, label="register_build", release=error.release))
    return found


def _looked(error: DomainError, act: Act | None) -> list[Json]:
    assert isinstance(error, NotSure)
    known = dict(act.extra) if act else {}
    known |= {"build": error.build} if error.build else {}
    version = act.version if act else None
    return [acts.act_button(Act("verify_pass", error.key, version, {**known, "sure": "yes"}), label="sure")]


def _original(error: DomainError, _act: Act | None) -> list[Json]:
    assert isinstance(error, FollowsOriginal)
    return [acts.act_button(Act("show", error.original), label="show_original", key=error.original)]


Mending = Callable[[DomainError, Act | None], list[Json]]
MENDED: Mapping[type[DomainError], Mending] = MappingProxyType(
    {UnknownBuild: _other_build, NotSure: _looked, FollowsOriginal: _original}
)


def _buttons(error: DomainError, act: Act | None) -> list[Json]:
    mending = MENDED.get(type(error))
    return mending(error, act) if mending else []
