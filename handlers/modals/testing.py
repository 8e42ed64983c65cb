"""What the forms say in which somebody runs test cases by hand, or plans them."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.results import Outcome
from bot.services import requests as ask
from handlers.modals.filled import Filled
from handlers.modals.memo import Memo
from handlers.modals.needed import missing

OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {"pass": Outcome.PASSED, "fail": Outcome.FAILED, "blocked": Outcome.BLOCKED}
)


def result(filled: Filled, memo: Memo) -> ask.RecordResult:
    outcome, note = filled.choice("outcome"), filled.text("note")
    if outcome not in OUTCOMES:
        missing("outcome", memo)
    if OUTCOMES[outcome] is not Outcome.PASSED and not note:
        missing("note", memo)
    build = filled.choice("build") or memo.build or None
    return ask.RecordResult(memo.key, OUTCOMES[outcome], build, note, memo.release or None)


def and_on(filled: Filled, memo: Memo) -> ask.RecordAndGoOn:
    return ask.RecordAndGoOn(result(filled, memo))


def plan(filled: Filled, memo: Memo) -> ask.PlanCases:
    return _plan(filled, memo, out=False)


def unplan(filled: Filled, memo: Memo) -> ask.PlanCases:
    return _plan(filled, memo, out=True)


def _plan(filled: Filled, memo: Memo, *, out: bool) -> ask.PlanCases:
    release = filled.choice("release") or missing("release", memo)
    return ask.PlanCases(release, filled.several("target") or (missing("target", memo),), out)
