"""The table of forms: its fields, and how what was filled in becomes a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bot.domain.values import Priority, Resolution, Severity
from bot.services import requests as ask
from handlers.modals import filing, planning, testing
from handlers.modals.alike import DETAILS
from handlers.modals.fields import Field
from handlers.modals.filled import Filled
from handlers.modals.memo import Memo
from handlers.modals.needed import key, missing


@dataclass(frozen=True, slots=True)
class Form:
    """`read` raises Missing where a field is needed that Slack could not demand. `of_defect`: it is about one defect,
    which it asks for when it was opened without one. `more`: fields behind the button."""

    name: str
    fields: tuple[Field, ...]
    read: Callable[[Filled, Memo], object]
    of_defect: bool = True
    more: tuple[Field, ...] = ()


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
        "labels": filled.text("labels"),
        "build": filled.choice("build"),
    }
    changed: dict[str, Any] = {name: value for name, value in values.items() if filled.changed(name)}
    return ask.Edit(key(filled, memo), **changed)


def _fixed(filled: Filled, memo: Memo) -> ask.MarkFixed | ask.NameBuild:
    build = filled.choice("build")
    if memo.verb == "name_build":
        return ask.NameBuild(key(filled, memo), build if build != "next" else missing("build", memo))
    return ask.MarkFixed(
        key(filled, memo),
        None if build == "next" else build or None,
        filled.text("commit") or None,
        filled.text("pr") or None,
    )


def _resolve(filled: Filled, memo: Memo) -> ask.Resolve:
    resolution = Resolution(filled.choice("resolution") or missing("resolution", memo))
    original = filled.choice("original") or None
    if resolution is Resolution.DUPLICATE and original is None:
        missing("original", memo)
    return ask.Resolve(key(filled, memo), resolution, original, filled.text("note"))


def _verify(filled: Filled, memo: Memo) -> object:
    defect, note = key(filled, memo), filled.text("note")
    build, environment = filled.choice("build") or None, filled.text("environment") or None
    outcome = filled.choice("outcome") or missing("outcome", memo)
    if outcome == "pass":
        return ask.VerifyPass(defect, build, environment, note, sure=bool(filled.ticked("sure")))
    if outcome == "fail":
        return ask.VerifyFail(defect, note or missing("note", memo), build, environment)
    return ask.VerifyBlocked(defect, note or missing("note", memo), build, environment)


def _reopen(filled: Filled, memo: Memo) -> ask.Reopen:
    return ask.Reopen(key(filled, memo), filled.text("reason") or missing("reason", memo))


def _defer(filled: Filled, memo: Memo) -> ask.Defer:
    release = filled.choice("release") or missing("release", memo)
    return ask.Defer(key(filled, memo), release, filled.text("reason") or missing("reason", memo))


def _assign(filled: Filled, memo: Memo) -> ask.Assign:
    return ask.Assign(key(filled, memo), filled.choice("person") or missing("person", memo))


def _needs_info(filled: Filled, memo: Memo) -> ask.AskInfo:
    person = filled.choice("person") or missing("person", memo)
    return ask.AskInfo(key(filled, memo), person, filled.text("question"))


def _comment(filled: Filled, memo: Memo) -> ask.Comment:
    return ask.Comment(key(filled, memo), filled.text("text") or missing("text", memo))


def _link(filled: Filled, memo: Memo) -> ask.Link:
    return ask.Link(key(filled, memo), filled.several("target") or (missing("target", memo),))


def _evidence(filled: Filled, memo: Memo) -> ask.AddEvidence:
    return ask.AddEvidence(key(filled, memo), filing.evidence(filled, memo))


def _pick(filled: Filled, memo: Memo) -> Memo:
    """What a verb was asked for, with its defect: the caller goes on with it."""
    return replace(memo, key=key(filled, memo))


def _needed(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, optional=False) for name in names)


def _asked(*names: str) -> tuple[Field, ...]:
    return tuple(map(Field, names))


_ROLES = tuple(Field(name, hint="roles") for name in ("testers", "developers", "release_managers", "admins"))
_DAILY = _asked("digest", "at", "days")

FORMS: Mapping[str, Form] = MappingProxyType(
    {
        form.name: form
        for form in (
            Form(
                "file",
                (Field("title", optional=False, live=True), *_asked("severity", "component", "release")),
                filing.file,
                of_defect=False,
                more=(
                    *(Field(name, live=True) for name in DETAILS),
                    *_asked("build", "environment", "requirement", "priority"),
                ),
            ),
            Form("triage", (*_needed("severity", "priority"), *_asked("release")), _triage),
            Form(
                "edit",
                (
                    *_needed("title", "severity"),
                    *_asked("priority", "component", "release", "environment", "labels", "build"),
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
            Form("result", (*_needed("outcome"), *_asked("note", "build")), testing.result, of_defect=False),
            Form("run", (*_needed("outcome"), *_asked("note")), testing.and_on, of_defect=False),
            Form("plan", _needed("release", "target"), testing.plan, of_defect=False),
            Form("unplan", _needed("release", "target"), testing.unplan, of_defect=False),
            Form("release", (*_needed("name"), *_asked("ships")), planning.release, of_defect=False),
            Form("build", (*_needed("release", "new_build"), *_asked("commits")), planning.build, of_defect=False),
            Form(
                "digest",
                (*_needed("release", "at", "days"), *_asked("timezone", "channel")),
                planning.digest,
                of_defect=False,
            ),
            Form("save_list", (*_needed("name"), *_asked("query")), planning.save_list, of_defect=False),
            Form("forget_list", _needed("name"), planning.forget_list, of_defect=False),
            Form("waive", _needed("release", "waiver", "until", "reason"), planning.waive, of_defect=False),
            Form("waiver", _needed("release", "number"), planning.approve, of_defect=False),
            Form("unwaive", (*_needed("release", "number"), *_asked("note")), planning.unwaive, of_defect=False),
            Form("go", (*_needed("release"), *_asked("role", "note")), planning.go, of_defect=False),
            Form("nogo", (*_needed("release", "note"), *_asked("role")), planning.nogo, of_defect=False),
            Form("unship", _needed("release", "reason"), planning.unship, of_defect=False),
            Form("move", _needed("release", "to"), planning.move, of_defect=False),
            Form("ship", (*_needed("release"), *_asked("anyway")), planning.ship, of_defect=False),
            Form(
                "setup",
                (
                    *_needed("prefix"),
                    *_asked("project", "home_channel"),
                    *_ROLES,
                    *_asked("timezone", "policy", "suggestions", "key_notes", "digest", "at", "days"),
                ),
                planning.setup,
                of_defect=False,
            ),
        )
    }
)
