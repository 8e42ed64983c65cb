"""What stands behind the verbs of the release manager."""

import re
from collections.abc import Callable
from datetime import datetime, time

from bot.domain.query import nodes
from bot.services import requests as ask
from handlers import questions
from handlers.parsing import Arguments

_AT = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_ZONE = re.compile(r"UTC|GMT|[A-Za-z]+(?:/[A-Za-z_+\-0-9]+){1,2}")
_LAST_SECOND = time(23, 59, 59)
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS = frozenset({1, 2, 3, 4, 5})
DAYS = {
    "weekdays": WEEKDAYS,
    "daily": frozenset(range(1, 8)),
    "everyday": frozenset(range(1, 8)),
    "weekends": frozenset({6, 7}),
}


def new_release(args: Arguments) -> ask.PlanRelease:
    name = args.word("release") or args.missing("release")
    args.end()
    return ask.PlanRelease(name, args.day("ships"))


def build(args: Arguments) -> ask.RegisterBuild:
    release = args.word("release") or args.missing("release")
    name = args.word("build") or args.missing("build")
    args.end()
    return ask.RegisterBuild(release, name, args.list_of("commits"))


def list_releases(args: Arguments) -> questions.ListReleases:
    args.end()
    return questions.ListReleases()


def status(args: Arguments) -> questions.ReleaseStatus:
    return questions.ReleaseStatus(_optional_release(args), as_of(args))


def gates(args: Arguments) -> questions.ReleaseGates:
    return questions.ReleaseGates(_optional_release(args), as_of(args))


def quality(args: Arguments) -> questions.ReleaseQuality:
    return questions.ReleaseQuality(_optional_release(args), as_of(args))


def explain(args: Arguments) -> questions.ExplainGate:
    """`explain 2.4 fixes verified`: a gate's name may be written in words."""
    release = args.word("release") or args.value("release")
    args.skip("gate")
    words = args.rest("gate").split()
    return questions.ExplainGate(release, "_".join(words), as_of(args))


def compare(args: Arguments) -> questions.CompareRelease:
    return questions.CompareRelease(_optional_release(args), _since(args), as_of(args))


def _since(args: Arguments) -> str | None:
    """`yesterday`, `today`, `2026-11-20` or `2026-11-20 18:00`; a day alone means its beginning."""
    value = args.value("since")
    return value if value is None or value.lower() in nodes.DAYS else _moment(args, "since", value, time.min)


def _optional_release(args: Arguments) -> str | None:
    args.skip("of")
    release = args.word("release") or args.value("release")
    args.end()
    return release


def as_of(args: Arguments) -> str | None:
    """`2026-11-20` or `2026-11-20 18:00`; a day alone means its end."""
    value = args.value("as_of")
    return None if value is None else _moment(args, "as_of", value, _LAST_SECOND)


def _moment(args: Arguments, field: str, value: str, of_day: time) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise args.fault("no_moment", args.fields[field][-1]) from error
    whole_day = re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    moment = datetime.combine(moment, of_day) if whole_day else moment
    return moment.replace(tzinfo=None).isoformat()


def waive(args: Arguments) -> ask.Waive:
    release = args.word("release") or args.missing("release")
    args.skip("gate")
    what = args.word("waiver") or args.missing("waiver")
    return ask.Waive(release, what, args.value("until") or args.missing("until"), args.must("reason"))


def approve(args: Arguments) -> ask.ApproveWaiver:
    release, number = _numbered(args)
    args.end()
    return ask.ApproveWaiver(release, number)


def unwaive(args: Arguments) -> ask.EndWaiver:
    release, number = _numbered(args)
    return ask.EndWaiver(release, number, args.rest("note"))


def _numbered(args: Arguments) -> tuple[str, int]:
    release = args.word("release") or args.missing("release")
    args.skip("waiver")
    if args.left and not args.peek().strip("#").isdecimal():
        raise args.fault("no_number", args.left[0])
    word = (args.word("number") or args.missing("number")).strip("#")
    return release, int(word[:9])


def go(args: Arguments) -> ask.SignOff:
    return _sign_off(args, go=True, note=lambda: args.rest("note"))


def nogo(args: Arguments) -> ask.SignOff:
    return _sign_off(args, go=False, note=lambda: args.must("note"))


def _sign_off(args: Arguments, *, go: bool, note: Callable[[], str]) -> ask.SignOff:
    release = args.word("release") or args.missing("release")
    return ask.SignOff(release, go, note(), _role(args))


def _role(args: Arguments) -> str | None:
    value = args.value("role")
    return value.casefold().replace(" ", "_") if value else None


def sign_gates(args: Arguments) -> ask.SignGates:
    prefix = args.word("project") or ""
    args.end()
    return ask.SignGates(prefix, role=_role(args))


def unship(args: Arguments) -> ask.Unship:
    return ask.Unship(args.word("release") or args.missing("release"), args.must("reason"))


def move(args: Arguments) -> ask.MoveOpen:
    release = args.word("release") or args.missing("release")
    args.skip("to")
    to = args.word("to") or args.missing("to")
    args.end()
    return ask.MoveOpen(release, to)


def ship(args: Arguments) -> ask.Ship:
    release = args.word("release") or args.missing("release")
    if not args.skip("anyway"):
        args.end()
        return ask.Ship(release)
    return ask.Ship(release, args.must("anyway"))


def digest(args: Arguments) -> ask.ScheduleDigest | ask.SendDigest | ask.StopDigest:
    channel = args.channel()
    if args.skip("off", "stop"):
        return ask.StopDigest(_optional_release(args), channel)
    if args.skip("now"):
        return ask.SendDigest(_optional_release(args), channel)
    release = args.word("release") or args.missing("release")
    if args.skip("off", "stop"):
        args.end()
        return ask.StopDigest(release, channel)
    if args.skip("now"):
        args.end()
        return ask.SendDigest(release, channel)
    return _schedule(args, release, channel)


def _schedule(args: Arguments, release: str, channel: str | None) -> ask.ScheduleDigest:
    at, zone, days = None, None, frozenset[int]()
    while args.left:
        if args.skip("at", "in", "on", "every", "and"):
            continue
        token, word = args.left[0], args.peek().strip(",")
        if time := _AT.fullmatch(word):
            at = f"{int(time[1]):02}:{time[2]}"
        elif word.casefold() in DAYS:
            days |= DAYS[word.casefold()]
        elif word.casefold()[:3] in _NAMES and word.isalpha():
            days |= {_NAMES.index(word.casefold()[:3]) + 1}
        elif _ZONE.fullmatch(word):
            zone = word
        else:
            raise args.fault("no_schedule", token)
        args.drop()
    if at is None:
        args.missing("at")
    return ask.ScheduleDigest(release, at, zone, days or WEEKDAYS, channel)
