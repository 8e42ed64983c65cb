"""What the forms say that are about no defect: releases, builds, digests, a channel, a list."""

from datetime import date, datetime

from bot.domain.project import Suggesting
from bot.services import requests as ask
from handlers.modals.filled import Filled
from handlers.modals.memo import Memo
from handlers.modals.needed import missing


def release(filled: Filled, memo: Memo) -> ask.PlanRelease:
    day = filled.choice("ships")
    return ask.PlanRelease(filled.text("name") or missing("name", memo), date.fromisoformat(day) if day else None)


def build(filled: Filled, memo: Memo) -> ask.RegisterBuild:
    commits = tuple(filled.text("commits").replace(",", " ").split())
    release = filled.choice("release") or missing("release", memo)
    return ask.RegisterBuild(release, filled.text("new_build") or missing("new_build", memo), commits)


def digest(filled: Filled, memo: Memo) -> ask.ScheduleDigest:
    return ask.ScheduleDigest(
        filled.choice("release") or missing("release", memo),
        filled.choice("at") or missing("at", memo),
        filled.text("timezone") or None,
        _days(filled) or missing("days", memo),
        filled.choice("channel") or memo.channel or None,
    )


def save_list(filled: Filled, memo: Memo) -> ask.SaveList:
    return ask.SaveList(filled.text("name") or missing("name", memo), filled.text("query"))


def forget_list(filled: Filled, memo: Memo) -> ask.ForgetList:
    return ask.ForgetList(filled.text("name") or missing("name", memo))


def waive(filled: Filled, memo: Memo) -> ask.Waive:
    return ask.Waive(
        filled.choice("release") or missing("release", memo),
        filled.text("waiver") or missing("waiver", memo),
        filled.text("until") or missing("until", memo),
        filled.text("reason") or missing("reason", memo),
    )


def approve(filled: Filled, memo: Memo) -> ask.ApproveWaiver:
    return ask.ApproveWaiver(filled.choice("release") or missing("release", memo), _number(filled, memo))


def unwaive(filled: Filled, memo: Memo) -> ask.EndWaiver:
    release = filled.choice("release") or missing("release", memo)
    return ask.EndWaiver(release, _number(filled, memo), filled.text("note"))


def _number(filled: Filled, memo: Memo) -> int:
    typed = filled.text("number").strip("#")
    return int(typed[:9]) if typed.isdecimal() else missing("number", memo)


def go(filled: Filled, memo: Memo) -> ask.SignOff:
    return _sign_off(filled, memo, go=True)


def nogo(filled: Filled, memo: Memo) -> ask.SignOff:
    if not filled.text("note"):
        missing("note", memo)
    return _sign_off(filled, memo, go=False)


def _sign_off(filled: Filled, memo: Memo, *, go: bool) -> ask.SignOff:
    return ask.SignOff(
        filled.choice("release") or missing("release", memo),
        go,
        filled.text("note"),
        filled.choice("role") or None,
        memo.snapshot or None,
        datetime.fromisoformat(memo.seen_at) if memo.seen_at else None,
    )


def unship(filled: Filled, memo: Memo) -> ask.Unship:
    release = filled.choice("release") or missing("release", memo)
    return ask.Unship(release, filled.text("reason") or missing("reason", memo))


def move(filled: Filled, memo: Memo) -> ask.MoveOpen:
    release = filled.choice("release") or missing("release", memo)
    return ask.MoveOpen(release, filled.choice("to") or missing("to", memo))


def ship(filled: Filled, memo: Memo) -> ask.Ship:
    return ask.Ship(filled.choice("release") or missing("release", memo), filled.text("anyway") or None)


def setup(filled: Filled, memo: Memo) -> ask.SetUp:
    """Opened in a direct message, it is the home channel that is bound: nobody files in a direct message."""
    policy, home = filled.ticked("policy"), filled.choice("home_channel")
    chosen = filled.choice("suggestions")
    here = memo.channel if memo.channel[:1] in ("C", "G") else home
    return ask.SetUp(
        here or missing("home_channel", memo),
        filled.text("prefix") or missing("prefix", memo),
        name=filled.text("project") or None,
        home_channel=home,
        timezone=filled.text("timezone") or None,
        testers=filled.people("testers"),
        developers=filled.people("developers"),
        release_managers=filled.people("release_managers"),
        admins=filled.people("admins"),
        four_eyes="four_eyes" in policy,
        require_triage="require_triage" in policy,
        suggestions=Suggesting(chosen) if chosen in set(Suggesting) else None,
        daily=_daily(filled, memo),
        key_notes="on" in filled.ticked("key_notes"),
    )


def _daily(filled: Filled, memo: Memo) -> ask.Daily | None:
    """None where nobody touched it, nor what it goes by."""
    on = "on" in filled.ticked("digest")
    if not any(map(filled.touched, ("digest", "at", "days", *(["timezone"] if on else [])))):
        return None
    if not on:
        return ask.Daily(False)
    return ask.Daily(True, filled.choice("at") or missing("at", memo), _days(filled) or missing("days", memo))


def _days(filled: Filled) -> frozenset[int]:
    return frozenset(int(day) for day in filled.ticked("days") if day in set("1234567"))
