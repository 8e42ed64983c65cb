"""Which of many error texts say the same, so that a hundred failures become a handful of defects."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.errors import Refused
from bot.domain.results import BAD, Execution

# Stands for whatever differs from one run, machine or test case to the next.
HOLE = "…"
READ = 1_000  # characters of an error text that are looked at
LONGEST = 300  # characters of what is left of it
LINES = 4  # a stack trace follows the error, and says where rather than what
# Replacing may uncover something to replace; a text that does not come to rest says nothing.
PASSES = 4
# Fewer telling words than this are said by errors that have nothing to do with each other.
TELLING = 2

_ANSI = re.compile(r"\x1b\[[0-9;?]{0,32}[ -/]{0,4}[@-~]")
_FRAME = re.compile(r"at \S|File \"|\.{3} \d")
_SEGMENT = r"[\w.@+~-]{1,100}"
# Every repetition is bounded or begins where a word does: the time that a text takes grows with its length alone.
_PLACES = re.compile(
    "|".join(
        (
            r"\b(?:https?|wss?|file|jdbc:\w{1,20})://[^\s\"'`<>]{1,400}",
            rf"(?<![\w.@+~/\\-])(?:[A-Za-z]:)?(?:[\\/]{_SEGMENT}){{2,40}}[\\/]?",
            rf"(?<![\w.@+~/\\-]){_SEGMENT}(?:[\\/]{_SEGMENT}){{2,40}}",
        )
    )
)
_UNIT = r"(?:[nmuµ]?s|secs?|seconds?|min|minutes?|h|hours?)"
_NUMBERS = re.compile(
    "|".join(
        (
            r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?",
            r"\b\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?\b",
            r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b",
            r"\b0[xX][0-9a-fA-F]{1,64}\b",
            r"\b(?=[a-fA-F]{0,63}\d)[0-9a-fA-F]{7,64}\b",
            rf"[-+]?\d{{1,40}}(?:[.,_]\d{{1,40}}){{0,8}}(?:[eE][-+]?\d{{1,4}})?(?:\s?{_UNIT}\b)?",
        )
    )
)
_ASSERTED = re.compile(r"^(?:[\w.]{1,80}\.)?(?:AssertionError|AssertionFailedError|Error): ")
_DIGIT = re.compile(r"\d")
_QUOTED = re.compile(r"(?<!\w)([\"'`])([^\"'`]{0,200})\1(?!\w)")
# A name in quotes says what is wrong; a value only says with which.
_NAME = re.compile(r"[A-Za-z_$][\w.$-]{0,39}")
_HOLES = re.compile(rf"{HOLE}(?:[\s:,./\\-]{{0,3}}{HOLE})+")
_WORD = re.compile(r"[^\W\d_]{3,40}")
_SAYS_NOTHING = frozenset(
    _WORD.findall(
        "actual and assert assertion assertionerror assertionfailederror are but condition deep equal equality equals"
        " error exception expect expected expectation fail failed failure false got instead java junit lang match none"
        " not null object org received same should strict test than that the there toequal tobe true undefined value"
        " was were with"
    )
)


@dataclass
class AlreadyFiled(Refused):
    """`key`: the defect that these failures belong to."""

    key: str


@dataclass(frozen=True, slots=True)
class Group:
    """Failures that say the same. `places`: where in the run they stand, by which each is known."""

    fingerprint: str
    places: tuple[int, ...]


def normalised(text: str) -> str:
    """One line of at most LONGEST characters; normalising it once more changes nothing."""
    line = " ".join(_telling_lines(text[:READ]))
    for _ in range(PASSES):
        again = _replaced(line)
        if again == line:
            return line
        line = again
    return line if _replaced(line) == line else HOLE


def headline(said: str) -> str:
    """Of a normalised error what names it: that an assertion failed is known."""
    return _ASSERTED.sub("", said)


def fingerprint(case: str, error: str) -> str:
    """Equal for failures that say the same. Where an error says too little to be known again (`assert False`), only
    within the suite that the case names."""
    said = normalised(error).casefold()
    telling = {word for word in _WORD.findall(said) if word not in _SAYS_NOTHING}
    within = "" if len(telling) >= TELLING else case.rpartition("::")[0] or _replaced(case)
    return hashlib.sha256(f"{within}\n{said}".encode("utf-8", "replace")).hexdigest()


def grouped(executions: Iterable[Execution]) -> list[Group]:
    """Of those that are bad, by fingerprint: the largest first, then in the order of the run."""
    found: dict[str, list[int]] = {}
    for place, execution in enumerate(executions):
        if execution.outcome in BAD:
            found.setdefault(execution.fingerprint, []).append(place)
    groups = (Group(fingerprint, tuple(places)) for fingerprint, places in found.items())
    return sorted(groups, key=lambda group: (-len(group.places), group.places[0]))


def _telling_lines(text: str) -> list[str]:
    lines = [line.strip() for line in _ANSI.sub("", text).replace("\x1b", "").splitlines() if line.strip()]
    return [*lines[:1], *(line for line in lines[1:] if not _FRAME.match(line))][:LINES]


def _replaced(line: str) -> str:
    """Most texts have no place and, after the first time, no number: to look for them is what takes time."""
    if "/" in line or "\\" in line:
        line = _PLACES.sub(HOLE, line)
    if _DIGIT.search(line):
        line = _NUMBERS.sub(HOLE, line)
    line = _QUOTED.sub(_unquoted, line)
    return " ".join(_HOLES.sub(HOLE, line).split())[:LONGEST].rstrip()


def _unquoted(quoted: re.Match[str]) -> str:
    return quoted[0] if _NAME.fullmatch(quoted[2]) else HOLE
