"""The verbs of the person who confirms a resolution, or does not."""

from functools import partial

from bot.domain.results import Outcome
from bot.services import requests as ask
from handlers import questions
from handlers.parsing import Arguments
from handlers.references import looks_like_build
from handlers.verbs.row import Family, Verb

VerifyRequest = ask.VerifyPass | ask.VerifyFail | ask.VerifyBlocked | ask.RecordResult
_PASSED = ("pass", "passed", "passes", "verified")
_FAILED = ("fail", "failed", "fails")
_BLOCKED = ("blocked", "block")


def passed(args: Arguments) -> ask.VerifyPass | ask.RecordResult:
    args.seen["outcome"] = "pass"
    if case := args.maybe_case():
        return ask.RecordResult(case, Outcome.PASSED, _build(args), args.rest("note"))
    key = args.key()
    build = _build(args)
    return ask.VerifyPass(key, build, args.value("environment"), args.rest("note"))


def failed(args: Arguments) -> ask.VerifyFail | ask.RecordResult:
    args.seen["outcome"] = "fail"
    if case := args.maybe_case():
        return ask.RecordResult(case, Outcome.FAILED, _build(args), args.must("note"))
    key = args.key()
    build = _build(args)
    return ask.VerifyFail(key, args.must("note"), build, args.value("environment"))


def blocked(args: Arguments) -> ask.VerifyBlocked | ask.RecordResult:
    args.seen["outcome"] = "blocked"
    if case := args.maybe_case():
        return ask.RecordResult(case, Outcome.BLOCKED, _build(args), args.must("note"))
    key = args.key()
    build = _build(args)
    return ask.VerifyBlocked(key, args.must("note"), build, args.value("environment"))


def _build(args: Arguments) -> str | None:
    """`on BUILD` before the note, or a field; "on my phone" begins a note."""
    if named := args.value("build"):
        return named
    if args.peek(1) and looks_like_build(args.peek(1)) and args.skip("on", "in"):
        return args.word("build")
    return None


def verify(args: Arguments) -> VerifyRequest | questions.VerifyQueue | questions.OpenForm | questions.Trace:
    """`verify KEY pass …`; without an outcome its form, with a build alone whether that holds the fix, without a key
    the queue."""
    if not args.left:
        return questions.VerifyQueue()
    case = args.maybe_case()
    key = case or args.key()
    for words, parse in ((_PASSED, passed), (_FAILED, failed), (_BLOCKED, blocked)):
        if args.skip(*words):
            return parse(args.again(key))
    build = None if case else _build(args)
    args.end()
    return questions.Trace(key, build=build) if build else questions.OpenForm("result" if case else "verify", key)


def run(args: Arguments) -> ask.HandOut:
    release = args.word("release") or args.value("release")
    args.end()
    return ask.HandOut(release)


_row = partial(Verb, family=Family.VERIFY, takes=("build", "environment"), free=True, right="verify")

ROWS: tuple[Verb, ...] = (
    _row(
        slug="verify",
        summary="your verification queue; with an outcome, your word on a defect or test case; with a build alone, "
        "whether it holds the fix",
        usage="[KEY pass | fail | blocked [on BUILD] [env:…] [note] | KEY on BUILD]",
        example="SHOP-42 pass on 2.4.0-rc3",
        parse=verify,
        modal="verify",
    ),
    _row(
        slug="verify pass",
        summary="the fix holds on that build, or the test case passes",
        usage="pass KEY [on BUILD] [env:…] [note]",
        example="pass SHOP-42 on 2.4.0-rc3",
        parse=passed,
        aliases=_PASSED,
        modal="verify",
    ),
    _row(
        slug="verify fail",
        summary="it does not; say what happened instead",
        usage="fail KEY [on BUILD] [env:…] what happened",
        example="fail SHOP-42 on 2.4.0-rc3 the second decline still charges",
        parse=failed,
        aliases=_FAILED,
        modal="verify",
    ),
    _row(
        slug="verify blocked",
        summary="it cannot be verified now; say what stands in the way",
        usage="blocked KEY [on BUILD] [env:…] what blocks it",
        example="blocked SHOP-42 staging is down",
        parse=blocked,
        aliases=_BLOCKED,
        modal="verify",
    ),
    Verb(
        slug="verify run",
        family=Family.VERIFY,
        summary="hands you the test cases of a release's plan on its candidate, one after the other",
        usage="run [REL]",
        example="run 2.4",
        parse=run,
        aliases=("run",),
        takes=("release",),
        right="verify",
    ),
)
