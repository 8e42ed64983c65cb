"""How much escaped a release, how that compares with those before it, and the lists behind the numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.leakage import Account
from bot.services.numbers import Number
from bot.services.questions import Questions
from bot.services.silence import Silence, silences
from bot.services.speaking import of_component
from bot.services.views import ReleaseView

# Releases that a trend shows.
TREND = 4
_GENUINE = "-resolution:duplicate|not_a_defect"


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one release at one instant. `trend`: the accounts of the releases that shipped before it, the oldest first.
    `silences`: one for each of the newest defects that escaped it; `account` counts all."""

    view: ReleaseView
    at: datetime
    account: Account
    trend: tuple[Account, ...] = ()
    silences: tuple[Silence, ...] = ()


def account(questions: Questions, view: ReleaseView, at: datetime) -> Account:
    """`view` is of that instant. What was found before it shipped is told as it stood when it shipped: from then on
    only escapes are entered."""
    release, shipped = view.release, view.release.shipped_at
    before = tuple(questions.found_before(release.id, shipped or at))
    return Account(release.name, shipped, before, tuple(questions.found_after(release.id, at)) if shipped else ())


def trend(questions: Questions, view: ReleaseView, at: datetime) -> tuple[Account, ...]:
    """Of the releases of its project that had shipped by then, those before it; the oldest first."""
    known = questions.last_shipped(view.project.id, at, TREND, view.release.shipped_at)
    views = (questions.release_by_id(release_id).as_of(at) for release_id, _ in reversed(known))
    return tuple(account(questions, each, at) for each in views)


def quality(questions: Questions, view: ReleaseView, at: datetime | None = None) -> Quality:
    moment = at or questions.now
    then = view.as_of(moment)
    told = silences(questions, then, at) if then.release.shipped_at else ()
    return Quality(then, moment, account(questions, then, moment), trend(questions, then, moment), told)


def last_shipped(questions: Questions, project_id: str, at: datetime) -> ReleaseView | None:
    found = questions.last_shipped(project_id, at, 1)
    return questions.release_by_id(found[0][0]) if found else None


def lists(view: ReleaseView, account: Account, at: datetime) -> tuple[tuple[Number, datetime], ...]:
    """Each number that is not nought, the query that finds what it counts, and the instant to ask it of."""
    return tuple((number, when) for number, when in _lists(view, account, at) if number.count)


def parts(view: ReleaseView, account: Account) -> tuple[Number, ...]:
    """What escaped, by severity and then by component, the most first."""
    scope = f"is:escaped found:{view.named}"
    grades = [Number(name, share.escaped, f"{scope} sev:{name}") for name, share in account.severities.items()]
    components = [
        Number(name, share.escaped, f"{scope} {of_component(name)} sort:sev")
        for name, share in account.components.items()
    ]
    components.sort(key=lambda number: -number.count)
    return tuple(number for number in (*grades, *components) if number.count)


def _lists(view: ReleaseView, account: Account, at: datetime) -> Iterator[tuple[Number, datetime]]:
    whole, scope, closed = account.whole, f"found:{view.named}", account.shipped_at or at
    yield Number("escaped", whole.escaped, f"is:escaped {scope} sort:sev"), at
    yield Number("found", whole.found, f"-is:escaped {_GENUINE} {scope} sort:sev"), closed
    yield Number("removed", whole.removed, f"-is:escaped status:settled resolution:fixed {scope} sort:sev"), closed
