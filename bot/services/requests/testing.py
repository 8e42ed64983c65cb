"""What people do with test cases: put them into a plan, run them by hand."""

from dataclasses import dataclass

from bot.domain.results import Outcome


@dataclass(frozen=True, slots=True)
class PlanCases:
    """`keys`: test cases, or requirements, which stand for all of theirs. `out`: they leave the plan."""

    release: str
    keys: tuple[str, ...]
    out: bool = False


@dataclass(frozen=True, slots=True)
class RecordResult:
    """By hand. `build` None: the candidate of `release`; `release` None: the current one."""

    case: str
    outcome: Outcome
    build: str | None = None
    note: str = ""
    release: str | None = None


@dataclass(frozen=True, slots=True)
class HandOut:
    """The next case of the release's plan on its candidate, for whoever asks. `after`: not this one, nor one before
    it, as long as there are others."""

    release: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class RecordAndGoOn:
    """A result, and the next case in one transaction."""

    result: RecordResult
