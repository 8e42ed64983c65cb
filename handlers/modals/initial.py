"""What the fields of a form start with: what was said already, then what the store knows."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.domain.failures import headline
from bot.domain.project import Project
from bot.domain.values import Role
from bot.services.records import DigestPlan
from bot.services.views import DefectView
from bot.slack.mrkdwn import render_plain
from handlers.modals.build import Background, Failures
from handlers.modals.fields import Initial
from handlers.modals.memo import Memo
from handlers.verbs.parse_releases import WEEKDAYS

Values = dict[str, Initial]


def initial_values(memo: Memo, seen: Mapping[str, Initial], known: Background) -> Values:
    stored = OF_DEFECT[memo.form](known.defect) if known.defect and memo.form in OF_DEFECT else {}
    if known.failures is not None:
        stored = _of_failures(known.failures)
    if known.project and memo.form in OF_PROJECT:
        stored = {**OF_PROJECT[memo.form](known.project), **_of_plan(known.plan), **_of_place(known)}
    said = {RENAMED.get((memo.form, name), name): value for name, value in seen.items() if value}
    return {**stored, **_always(memo), **said}


# An argument's name in a command, where its field in the form is called otherwise.
RENAMED: Mapping[tuple[str, str], str] = MappingProxyType(
    {("release", "release"): "name", ("build", "build"): "new_build"}
)


def _always(memo: Memo) -> Values:
    if memo.form == "digest":
        return {"days": _days(WEEKDAYS), "channel": memo.channel}
    if memo.form == "verify" and memo.verb in ("pass", "fail", "blocked"):
        return {"outcome": memo.verb}
    return {"title": first_line(memo.text)} if memo.form == "file" and memo.text else {}


def _of_failures(of: Failures) -> Values:
    """The error is its title, until somebody finds better words."""
    title = headline(of.cluster.said) or next(iter(of.names.values()), "")
    return {"title": title[:250], "release": of.tested.release}


def _of_plan(plan: DigestPlan | None) -> Values:
    return {"digest": ("on",), "at": plan.at, "days": _days(plan.days)} if plan else {}


def _of_place(known: Background) -> Values:
    """The channel and the workspace."""
    return {"suggestions": known.suggestions, "key_notes": ("on",) if known.key_notes else ()}


def _days(days: frozenset[int]) -> tuple[str, ...]:
    return tuple(str(day) for day in sorted(days))


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:250]


def _edit(view: DefectView) -> Values:
    d = view.defect
    return {
        "title": d.title,
        "severity": d.severity,
        "priority": d.priority or "",
        "component": d.component or "",
        "environment": d.environment or "",
        "labels": d.labels or "",
        "release": view.release.name if view.release else "",
        "build": view.found_build.name if view.found_build else "",
    }


def _verify(view: DefectView) -> Values:
    """The newest build is the one that people hold."""
    return {"build": view.builds[-1].name} if view.builds else {}


def _fixed(_: DefectView) -> Values:
    return {"build": (render_plain("forms", "next_build"), "next")}


def _setup(project: Project) -> Values:
    policy = project.policy
    ticked = [name for name in ("four_eyes", "require_triage") if getattr(policy, name)]
    people = {f"{role}s": tuple(sorted(policy.roles.get(role, ()))) for role in Role}
    return {
        "prefix": project.prefix,
        "project": project.name,
        "home_channel": project.home_channel or "",
        "timezone": project.timezone,
        "policy": tuple(ticked),
        "days": _days(WEEKDAYS),
        **people,
    }


def _digest(project: Project) -> Values:
    return {"timezone": project.timezone}


OF_DEFECT: Mapping[str, Callable[[DefectView], Values]] = MappingProxyType(
    {"edit": _edit, "triage": _edit, "verify": _verify, "fixed": _fixed}
)
OF_PROJECT: Mapping[str, Callable[[Project], Values]] = MappingProxyType({"setup": _setup, "digest": _digest})
