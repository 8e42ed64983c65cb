"""The table of forms: its fields, and how what was filled in becomes a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from bot.domain.errors import Missing
from bot.domain.values import Priority, Resolution, Severity
from bot.services import requests as ask
from handlers.modals import filing
from handlers.modals.fields import Field
from handlers.modals.filled import Filled
from handlers.modals.memo import Memo


@dataclass(frozen=True, slots=True)
class Form:
    """`read` raises Missing where a field is needed that Slack could not demand. `of_defect`: it is about one defect,
    which it asks for when it was opened without one. `more`: fields behind the button."""

    name: str
    fields: tuple[Field, ...]
    read: Callable[[Filled, Memo], object]
    of_defect: bool = True
    more: tuple[Field, ...] = ()


def key(filled: Filled, memo: Memo) -> str:
    return memo.key or filled.choice("key") or _missing("key", memo)


def _missing(argument: str, memo: Memo) -> str:
    raise Missing(argument, memo.form)


def _severity(filled: Filled) -> Severity | None:
    value = filled.choice("severity")
    return Severity(value) if value in set(Severity) else None


def _priority(filled: Filled) -> Priority | None:
    value = filled.choice("priority")
    return Priority(value) if value in set(Priority) else None


def _triage(filled: Filled, memo: Memo) -> ask.Triage:
    return ask.Triage(key(filled, memo), _severity(filled), _priority(filled), filled.choice("release") or None)


def _edit(filled: Filled, memo: Memo) -> ask.Edit:
    """Only what was changed: naming severity or release also confirms them. An emptied field clears."""
    values = {
        "title": filled.text("title") or None,
        "severity": _severity(filled),
        "priority": _priority(filled),
        "component": filled.text("component"),
        "release": filled.choice("release"),
        "environment": filled.text("environment"),
        "build": filled.choice("build"),
    }
    changed: dict[str, Any] = {name: value for name, value in values.items() if filled.changed(name)}
    return ask.Edit(key(filled, memo), **changed)


def _fixed(filled: Filled, memo: Memo) -> ask.MarkFixed | ask.NameBuild:
    build = filled.choice("build")
    if memo.verb == "name_build":
        return ask.NameBuild(key(filled, memo), build if build != "next" else _missing("build", memo))
    return ask.MarkFixed(
        key(filled, memo),
        None if build == "next" else build or None,
        filled.text("commit") or None,
        filled.text("pr") or None,
    )


def _resolve(filled: Filled, memo: Memo) -> ask.Resolve:
    resolution = Resolution(filled.choice("resolution") or _missing("resolution", memo))
    original = filled.choice("original") or None
    if resolution is Resolution.DUPLICATE and original is None:
        _missing("original", memo)
    return ask.Resolve(key(filled, memo), resolution, original, filled.text("note"))


def _verify(filled: Filled, memo: Memo) -> object:
    defect, note = key(filled, memo), filled.text("note")
    build, environment = filled.choice("build") or None, filled.text("environment") or None
    outcome = filled.choice("outcome") or _missing("outcome", memo)
    if outcome == "pass":
        return ask.VerifyPass(defect, build, environment, note, sure=bool(filled.ticked("sure")))
    if outcome == "fail":
        return ask.VerifyFail(defect, note or _missing("note", memo), build, environment)
    return ask.VerifyBlocked(defect, note or _missing("note", memo), build, environment)


def _reopen(filled: Filled, memo: Memo) -> ask.Reopen:
    return ask.Reopen(key(filled, memo), filled.text("reason") or _missing("reason", memo))


def _defer(filled: Filled, memo: Memo) -> ask.Defer:
    release = filled.choice("release") or _missing("release", memo)
    return ask.Defer(key(filled, memo), release, filled.text("reason") or _missing("reason", memo))


def _assign(filled: Filled, memo: Memo) -> ask.Assign:
    return ask.Assign(key(filled, memo), filled.choice("person") or _missing("person", memo))


def _needs_info(filled: Filled, memo: Memo) -> ask.AskInfo:
    person = filled.choice("person") or _missing("person", memo)
    return ask.AskInfo(key(filled, memo), person, filled.text("question"))


def _comment(filled: Filled, memo: Memo) -> ask.Comment:
    return ask.Comment(key(filled, memo), filled.text("text") or _missing("text", memo))


def _link(filled: Filled, memo: Memo) -> ask.Link:
    targets = tuple(filled.text("target").replace(",", " ").split())
    return ask.Link(key(filled, memo), targets or (_missing("target", memo),))


def _evidence(filled: Filled, memo: Memo) -> ask.AddEvidence:
    return ask.AddEvidence(key(filled, memo), filing.evidence(filled, memo))


def _pick(filled: Filled, memo: Memo) -> Memo:
    """What a verb was asked for, with its defect: the caller goes on with it."""
    return replace(memo, key=key(filled, memo))


def _release(filled: Filled, memo: Memo) -> ask.PlanRelease:
    day = filled.choice("ships")
    return ask.PlanRelease(filled.text("name") or _missing("name", memo), date.fromisoformat(day) if day else None)


def _build(filled: Filled, memo: Memo) -> ask.RegisterBuild:
    commits = tuple(filled.text("commits").replace(",", " ").split())
    release = filled.choice("release") or _missing("release", memo)
    return ask.RegisterBuild(release, filled.text("new_build") or _missing("new_build", memo), commits)


def _digest(filled: Filled, memo: Memo) -> ask.ScheduleDigest:
    days = frozenset(int(day) for day in filled.ticked("days") if day in set("1234567"))
    return ask.ScheduleDigest(
        filled.choice("release") or _missing("release", memo),
        filled.choice("at") or _missing("at", memo),
        filled.text("timezone") or None,
        days or _days_missing(memo),
        filled.choice("channel") or memo.channel or None,
    )


def _days_missing(memo: Memo) -> frozenset[int]:
    raise Missing("days", memo.form)


def _save_list(filled: Filled, memo: Memo) -> ask.SaveList:
    return ask.SaveList(filled.text("name") or _missing("name", memo), filled.text("query"))


def _ship(filled: Filled, memo: Memo) -> ask.Ship:
    return ask.Ship(filled.choice("release") or _missing("release", memo), filled.text("anyway") or None)


def _setup(filled: Filled, memo: Memo) -> ask.SetUp:
    """Opened in a direct message, it is the home channel that is bound: nobody files in a direct message."""
    policy, home = filled.ticked("policy"), filled.choice("home_channel")
    here = memo.channel if memo.channel[:1] in ("C", "G") else home
    return ask.SetUp(
        here or _missing("home_channel", memo),
        filled.text("prefix") or _missing("prefix", memo),
        name=filled.text("project") or None,
        home_channel=home,
        timezone=filled.text("timezone") or None,
        testers=filled.people("testers"),
        developers=filled.people("developers"),
        release_managers=filled.people("release_managers"),
        admins=filled.people("admins"),
        four_eyes="four_eyes" in policy,
        require_triage="require_triage" in policy,
    )


def _needed(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, optional=False) for name in names)


def _asked(*names: str) -> tuple[Field, ...]:
    return tuple(map(Field, names))


_ROLES = tuple(Field(name, hint="roles") for name in ("testers", "developers", "release_managers", "admins"))

FORMS: Mapping[str, Form] = MappingProxyType(
    {
        form.name: form
        for form in (
            Form(
                "file",
                (*_needed("title"), *_asked("severity", "component", "release")),
                filing.file,
                of_defect=False,
                more=_asked("actual", "expected", "steps", "build", "environment", "requirement", "priority"),
            ),
            Form("triage", (*_needed("severity", "priority"), *_asked("release")), _triage),
            Form(
                "edit",
                (
                    *_needed("title", "severity"),
                    *_asked("priority", "component", "release", "environment", "build"),
                ),
                _edit,
            ),
            Form("fixed", _asked("build", "commit", "pr"), _fixed),
            Form("resolve", (*_needed("resolution"), *_asked("original", "note")), _resolve),
            Form("verify", (*_needed("outcome"), *_asked("note", "build", "environment", "sure")), _verify),
            Form("reopen", _needed("reason"), _reopen),
            Form("defer", _needed("release", "reason"), _defer),
            Form("assign", _needed("person"), _assign),
            Form("needs_info", (*_needed("person"), *_asked("question")), _needs_info),
            Form("comment", _needed("text"), _comment),
            Form("link", _needed("target"), _link),
            Form("evidence", (), _evidence),
            Form("pick", (), _pick),
            Form("release", (*_needed("name"), *_asked("ships")), _release, of_defect=False),
            Form("build", (*_needed("release", "new_build"), *_asked("commits")), _build, of_defect=False),
            Form(
                "digest",
                (*_needed("release", "at", "days"), *_asked("timezone", "channel")),
                _digest,
                of_defect=False,
            ),
            Form("save_list", (*_needed("name"), *_asked("query")), _save_list, of_defect=False),
            Form("ship", (*_needed("release"), *_asked("anyway")), _ship, of_defect=False),
            Form(
                "setup",
                (*_needed("prefix"), *_asked("project", "home_channel"), *_ROLES, *_asked("timezone", "policy")),
                _setup,
                of_defect=False,
            ),
        )
    }
)
