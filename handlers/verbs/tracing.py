"""The verbs that ask what is tied to what, and say what must be tested."""

from functools import partial

from bot.services import requests as ask
from handlers import questions
from handlers.parsing import Arguments
from handlers.verbs.parse_releases import as_of
from handlers.verbs.row import Family, Verb


def trace(args: Arguments) -> questions.Trace:
    targets = args.targets()
    moment = as_of(args)
    args.end()
    return questions.Trace(targets[0] if targets else args.missing("target"), moment)


def matrix(args: Arguments) -> questions.TraceMatrix:
    release = args.word("release")
    moment = as_of(args)
    args.end()
    return questions.TraceMatrix(release, moment)


def gaps(args: Arguments) -> questions.TraceGaps:
    release = args.word("release")
    moment = as_of(args)
    args.end()
    return questions.TraceGaps(release, moment)


def plan(args: Arguments) -> ask.PlanCases:
    return _planned(args, out=False)


def unplan(args: Arguments) -> ask.PlanCases:
    return _planned(args, out=True)


def _planned(args: Arguments, *, out: bool) -> ask.PlanCases:
    args.skip("for", "in", "from")
    release = args.word("release") or args.missing("release")
    keys = args.targets()
    args.end()
    return ask.PlanCases(release, keys or args.missing("target"), out)


_row = partial(Verb, family=Family.TRACE)

ROWS: tuple[Verb, ...] = (
    _row(
        slug="trace",
        summary="what a defect, a requirement or a test case touches, and in which builds a fix is",
        usage='KEY [as-of:"2026-11-20 18:00"]',
        example="REQ-7",
        parse=trace,
        takes=("as_of",),
        right="show",
    ),
    _row(
        slug="trace matrix",
        summary="each requirement with its test cases, their results on the candidate, and its defects",
        usage='matrix [REL] [as-of:"2026-11-20 18:00"]',
        example="matrix 2.4",
        parse=matrix,
        aliases=("matrix",),
        takes=("as_of",),
        right="show",
    ),
    _row(
        slug="trace gaps",
        summary="what is untested, and what nothing is tied to",
        usage='gaps [REL] [as-of:"2026-11-20 18:00"]',
        example="gaps 2.4",
        parse=gaps,
        aliases=("gaps",),
        takes=("as_of",),
        right="show",
    ),
    _row(
        slug="trace plan",
        summary="puts test cases, or all of a requirement's, into the test plan of a release",
        usage="plan REL TC-3 REQ-7",
        example="plan 2.4 TC-3 REQ-7",
        parse=plan,
        aliases=("plan",),
        modal="plan",
        right="plan",
    ),
    _row(
        slug="trace unplan",
        summary="takes them out again",
        usage="unplan REL TC-3",
        example="unplan 2.4 TC-3",
        parse=unplan,
        aliases=("unplan",),
        modal="unplan",
        right="plan",
    ),
)
