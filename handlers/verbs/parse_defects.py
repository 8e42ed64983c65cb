"""What stands behind the verbs that file a defect and move it."""

from bot.domain.values import Resolution
from bot.services import requests as ask
from handlers.normalise import readable
from handlers.parsing import Arguments
from handlers.references import looks_like_build, looks_like_commit

NEXT = "next"
NONE = frozenset({"none", "-"})
FILED = ("severity", "priority", "release", "component", "build", "environment", "label", "requirement")
# How people say why work stopped; the longest first, because "not a defect" begins like "not".
REASONS: tuple[tuple[tuple[str, ...], Resolution], ...] = (
    (("cannot", "reproduce"), Resolution.CANNOT_REPRODUCE),
    (("can't", "reproduce"), Resolution.CANNOT_REPRODUCE),
    (("cant", "reproduce"), Resolution.CANNOT_REPRODUCE),
    (("not", "a", "defect"), Resolution.NOT_A_DEFECT),
    (("won't", "fix"), Resolution.WONT_FIX),
    (("wont", "fix"), Resolution.WONT_FIX),
    (("duplicate",), Resolution.DUPLICATE),
    (("dup",), Resolution.DUPLICATE),
    (("cannot_reproduce",), Resolution.CANNOT_REPRODUCE),
    (("not_a_defect",), Resolution.NOT_A_DEFECT),
    (("wont_fix",), Resolution.WONT_FIX),
    (("fixed",), Resolution.FIXED),
)


def new(args: Arguments) -> ask.FileDefect:
    return ask.FileDefect(
        title=readable(args.must("title")),
        severity=args.severity(),
        priority=args.priority(),
        component=args.value("component"),
        release=args.value("release"),
        build=args.value("build"),
        environment=args.value("environment"),
        labels=args.value("label") or "",
        requirements=args.list_of("requirement"),
    )


def triage(args: Arguments) -> ask.Triage:
    key = args.key()
    _bare_values(args)
    args.end()
    request = ask.Triage(key, args.severity(), args.priority(), args.value("release"))
    return request if args.fields else args.missing("priority")


def _bare_values(args: Arguments) -> None:
    """`triage SHOP-42 S1 P1`: values that cannot be meant as anything else need no name."""
    for name, letter in (("severity", "s"), ("priority", "p")):
        args.name_bare(name, f"{letter}1", f"{letter}2", f"{letter}3", f"{letter}4")


def edit(args: Arguments) -> ask.Edit:
    key = args.key()
    _bare_values(args)
    args.end()
    if not args.fields:
        args.missing("field")
    return ask.Edit(
        key,
        title=args.value("title"),
        severity=args.severity(),
        priority=args.priority(),
        component=_cleared(args.value("component")),
        release=_cleared(args.value("release")),
        environment=_cleared(args.value("environment")),
        labels=_cleared(args.value("label")),
        build=_cleared(args.value("build")),
    )


def _cleared(value: str | None) -> str | None:
    return "" if value is not None and value.casefold() in NONE else value


def claim(args: Arguments) -> ask.Claim:
    return ask.Claim(_only_key(args))


def unassign(args: Arguments) -> ask.Unassign:
    return ask.Unassign(_only_key(args))


def start(args: Arguments) -> ask.Start:
    return ask.Start(_only_key(args))


def resume(args: Arguments) -> ask.Resume:
    return ask.Resume(_only_key(args))


def close(args: Arguments) -> ask.Close:
    return ask.Close(_only_key(args))


def _only_key(args: Arguments) -> str:
    key = args.key()
    args.end()
    return key


def assign(args: Arguments) -> ask.Assign:
    key = args.key()
    args.skip("to")
    person = args.person()
    args.end()
    return ask.Assign(key, person)


def needs_info(args: Arguments) -> ask.AskInfo:
    key = args.key()
    args.skip("from", "of")
    return ask.AskInfo(key, args.person(), args.rest("question"))


def fixed(args: Arguments) -> ask.MarkFixed:
    key = args.key()
    named = args.skip("in", "on")
    build = args.value("build")
    commit = args.value("commit")
    if not build and args.peek() and (named or _build_not_commit(args.peek())):
        build = args.word("build")
    if not commit and looks_like_commit(args.peek()):
        commit = args.word("commit")
    args.end()
    return ask.MarkFixed(key, None if build and build.casefold() == NEXT else build, commit, args.value("pr"))


def _build_not_commit(word: str) -> bool:
    return looks_like_build(word) and not looks_like_commit(word)


def resolve(args: Arguments) -> ask.Resolve:
    key = args.key()
    return _resolve(args, key, reason(args) or args.missing("resolution"))


def resolve_as(resolution: Resolution, args: Arguments) -> ask.Resolve:
    return _resolve(args, args.key(), resolution)


def _resolve(args: Arguments, key: str, resolution: Resolution) -> ask.Resolve:
    args.seen["resolution"] = resolution
    original = None
    if resolution is Resolution.DUPLICATE:
        args.skip("of")
        original = args.maybe_key() or args.missing("original")
        args.seen["key"] = key
    return ask.Resolve(key, resolution, original, args.rest("note"))


def reason(args: Arguments) -> Resolution | None:
    """The words for one, taken; or None."""
    for words, resolution in REASONS:
        if args.skip_phrase(*words):
            return resolution
    return None


def defer(args: Arguments) -> ask.Defer:
    key = args.key()
    args.skip("to")
    release = args.value("release") or args.word("release") or args.missing("release")
    return ask.Defer(key, release.rstrip(":,"), args.must("reason"))


def reopen(args: Arguments) -> ask.Reopen:
    return ask.Reopen(args.key(), args.must("reason"))


def comment(args: Arguments) -> ask.Comment:
    return ask.Comment(args.key(), args.must("text"))


def link(args: Arguments) -> ask.Link:
    key = args.key()
    args.skip("to")
    targets = args.targets() + args.list_of("requirement")
    args.end()
    return ask.Link(key, targets or args.missing("target"))


def undo(args: Arguments) -> ask.Undo:
    key = args.maybe_key()
    args.end()
    return ask.Undo(key)
