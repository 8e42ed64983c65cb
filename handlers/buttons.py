"""What a button means: the request it carries, or the form that it opens. The way back too: a request as a button,
for whoever has to choose between several."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.domain.errors import Missing
from bot.domain.query.kinds import SORTS
from bot.domain.values import Priority, Resolution, Severity
from bot.services import requests as ask
from bot.slack.failures import NOT_THIS
from bot.slack.ids import BUTTON_VALUE, Act, TooLong, encode
from handlers import questions

REQUESTS: Mapping[str, type] = MappingProxyType(
    {
        "triage": ask.Triage,
        "edit": ask.Edit,
        "claim": ask.Claim,
        "assign": ask.Assign,
        "unassign": ask.Unassign,
        "start": ask.Start,
        "needs_info": ask.AskInfo,
        "fixed": ask.MarkFixed,
        "name_build": ask.NameBuild,
        "resolve": ask.Resolve,
        "verify_pass": ask.VerifyPass,
        "verify_fail": ask.VerifyFail,
        "verify_blocked": ask.VerifyBlocked,
        "reopen": ask.Reopen,
        "defer": ask.Defer,
        "resume": ask.Resume,
        "close": ask.Close,
        "undo": ask.Undo,
        "show": questions.Show,
        "history": questions.History,
        "more": questions.Everything,
    }
)
VERBS: Mapping[type, str] = MappingProxyType({kind: verb for verb, kind in REQUESTS.items()})

# A button that opens a form, unless it says already what the form would ask.
FORMS: Mapping[str, str] = MappingProxyType(
    {
        "new": "file",
        "file_failures": "file",
        "triage": "triage",
        "edit": "edit",
        "assign": "assign",
        "needs_info": "needs_info",
        "fixed": "fixed",
        "name_build": "fixed",
        "resolve": "resolve",
        "verify": "verify",
        "verify_fail": "verify",
        "verify_blocked": "verify",
        "reopen": "reopen",
        "defer": "defer",
        "link": "link",
        "comment": "comment",
        "answer": "comment",
        "build": "build",
        "digest": "digest",
        "save_list": "save_list",
        "ship": "ship",
        "waive": "waive",
        "nogo": "nogo",
        "move": "move",
        "home_channel": "setup",
        "setup": "setup",
    }
)
# What a form starts with, by the verb that opened it.
OUTCOMES: Mapping[str, str] = MappingProxyType({"verify_fail": "fail", "verify_blocked": "blocked"})
# These would say something else than was meant, if the defect changed since the button was drawn.
STRICT = frozenset({"verify_pass", "fixed", "resolve", "reopen", "close", "defer"})

_READ: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {"severity": Severity, "priority": Priority, "resolution": Resolution, "sure": bool, "offset": int}
)


def request_of(act: Act) -> object | None:
    """None where the button opens a form. Raises Missing, and ValueError for an act that we never drew."""
    if special := _SPECIAL.get(act.verb):
        return special(act)
    kind = REQUESTS.get(act.verb)
    if kind is None or (act.verb in FORMS and not act.extra):
        if act.verb in FORMS:
            return None
        raise ValueError(act.verb)
    values: dict[str, Any] = {"key": act.subject or None}
    known = {field.name: field for field in fields(kind)}
    values |= {name: _READ.get(name, str)(value) for name, value in act.extra.items() if name in known}
    for name, field in known.items():
        if field.default is MISSING and not values.get(name):
            raise Missing(name, act.verb)
    request: object = kind(**values)
    return request


def act_of(request: object, version: int | None = None) -> Act | None:
    """None where the request is no button's, or says more than a button can carry."""
    verb = VERBS.get(type(request))
    if verb is None:
        return None
    values = {field.name: getattr(request, field.name) for field in fields(request) if field.name != "key"}  # type: ignore[arg-type]
    extra = {name: _written(value) for name, value in values.items() if value not in (None, "", False, ())}
    act = Act(verb, getattr(request, "key", None) or "", version, extra)
    try:
        encode(act, BUTTON_VALUE)
    except TooLong:
        return None
    return act


def _written(value: object) -> str:
    return value.value if isinstance(value, StrEnum) else "yes" if value is True else str(value)


def _new(act: Act) -> object | None:
    title = act.extra.get("title", "")
    return ask.FileDefect(title=title) if title else None


def _build(act: Act) -> object | None:
    name = act.extra.get("name", "")
    return ask.RegisterBuild(act.subject, name) if act.subject and name else None


def _same_as(act: Act) -> object:
    """What is filed follows that one; what is not becomes its evidence. In a form the form says what is reported."""
    original, text = act.extra.get("original", ""), act.extra.get("text", "")
    if not original:
        raise ValueError(act.verb)
    if act.subject:
        return ask.Resolve(act.subject, Resolution.DUPLICATE, original)
    return ask.SameAs(original, (ask.Evidence("", "", text=text),) if text else (), text)


def _not_this(act: Act) -> object:
    """Raises ValueError for an act that we never drew."""
    key = act.extra.get("key", "")
    if not key or not act.subject:
        raise ValueError(act.verb)
    return ask.PartFailures(key, act.subject)


def _offset(act: Act) -> int:
    offset = act.extra.get("offset", "")
    return int(offset) if offset.isdecimal() and len(offset) < 9 else 0


def _go(act: Act) -> object:
    """Raises ValueError at an instant that we never drew."""
    at = datetime.fromisoformat(act.extra.get("at", ""))
    return ask.SignOff(act.subject, True, snapshot=act.extra.get("snapshot", ""), seen_at=at)


def _number(act: Act) -> int:
    """Raises ValueError at one that we never drew."""
    return int(act.extra.get("number", "")[:9])


def _instant(act: Act) -> str:
    """Raises ValueError at one that we never drew."""
    at = act.extra.get("at", "")
    if at and datetime.fromisoformat(at).tzinfo is None:
        raise ValueError(at)
    return at


def _list(act: Act) -> object:
    """Raises ValueError at an order or instant that we never drew."""
    sort, at = act.extra.get("sort", ""), _instant(act)
    if sort and sort not in SORTS:
        raise ValueError(sort)
    return questions.ListDefects(act.extra.get("query", ""), _offset(act), sort=sort, at=at)


_SPECIAL: Mapping[str, Callable[[Act], object | None]] = MappingProxyType(
    {
        "new": _new,
        "build": _build,
        "same_as": _same_as,
        NOT_THIS: _not_this,
        "queue": lambda act: questions.MyQueue(_offset(act)),
        "verify": lambda act: None if act.subject else questions.VerifyQueue(_offset(act)),
        "mine": lambda act: questions.MyFiled(_offset(act)),
        "list": _list,
        "forget_list": lambda act: ask.ForgetList(act.extra.get("name", "")),
        "digest_list": lambda act: questions.DigestList(act.subject, act.extra.get("of", ""), _offset(act)),
        "matrix": lambda act: questions.TraceMatrix(act.subject or None, None, _offset(act), _instant(act)),
        "gaps": lambda act: questions.TraceGaps(act.subject or None, None, _offset(act), _instant(act)),
        "quality": lambda act: questions.ReleaseQuality(act.subject or None, None, _instant(act)),
        "gates": lambda act: questions.ReleaseGates(act.subject or None),
        "explain": lambda act: questions.ExplainGate(act.subject or None, act.extra.get("gate", "")),
        "go": _go,
        "sign_gates": lambda act: ask.SignGates(act.subject, _number(act)),
        "approve": lambda act: ask.ApproveWaiver(act.subject, _number(act)),
        "unwaive": lambda act: ask.EndWaiver(act.subject, _number(act)),
        "status": lambda act: questions.ReleaseStatus(act.subject or None),
    }
)
