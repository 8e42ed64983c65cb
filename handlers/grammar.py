"""The acts that can be typed as a reply in a defect's thread: the whole text is one, or it is talk.

Each pattern is anchored and linear; a key may stand before the act or behind its verb.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.domain.values import Priority, Resolution, Severity
from bot.services import requests as ask
from handlers.normalise import without_final_stop
from handlers.references import BUILD, KEY, SHA

Found = dict[str, str]
_PERSON = r"(?:<@(?P<person>[A-Z][A-Z0-9]+)(?:\|[^<>]*)?>|@(?P<name>[\w.\-]{1,80}))"
_KEY = rf"(?:\s+(?P<key>{KEY}))?"
_ON = rf"(?:\s+(?:on|in)\s+(?P<build>{BUILD}))?"
_NOTE = r"(?:\s*[:,]\s*(?P<note>\S.*))?"
# Quotes that mean nothing: around the whole sentence, or around one word behind the verb (`fixed in "rc3"`).
_QUOTED = (
    re.compile(r"""(["'])([^"'][^\s"']*\s[^"']+)\1()"""),
    re.compile(r"""(?<=\s)(["'])([^\s"']{1,100})\1(?=(\s|$))"""),
)
_FRONT_KEY = re.compile(rf"(?P<key>{KEY})\s*[:,]?\s+(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Act:
    """`make` takes the defect's key and what the pattern found."""

    name: str
    example: str
    pattern: re.Pattern[str]
    make: Callable[[str, Found], object]


@dataclass(frozen=True, slots=True)
class Typed:
    """`key` None: the act names no defect."""

    act: Act
    key: str | None
    found: Found

    def request(self, key: str) -> object:
        return self.act.make(key, self.found)


def read(text: str) -> Typed | None:
    """The act that the whole text is, or None. `text` is normalised, without the mention and the final stop."""
    bare = text
    for quoted in _QUOTED:
        bare = without_final_stop(quoted.sub(lambda found: found[2], bare, count=1))
    return _read(text) or (_read(bare) if bare != text else None)


def _read(text: str) -> Typed | None:
    front = _FRONT_KEY.fullmatch(text)
    words = front["rest"] if front else text
    for act in ACTS:
        if match := act.pattern.fullmatch(words):
            found = {name: value for name, value in match.groupdict().items() if value}
            behind = found.pop("key", None)
            if front and behind:
                return None
            key = front["key"] if front else behind
            return Typed(act, key.upper() if key else None, found)
    return None


def _fixed(key: str, found: Found) -> ask.MarkFixed:
    build = found.get("build") or found.get("bare")
    return ask.MarkFixed(key, None if (build or "").lower() == "next" else build, found.get("commit"))


def _assign(key: str, found: Found) -> ask.Assign:
    return ask.Assign(key, _person(found))


def _person(found: Found) -> str:
    return found.get("person") or f"@{found['name']}"


def _severity(key: str, found: Found) -> ask.Edit:
    return ask.Edit(key, severity=Severity(found["value"].upper()))


def _priority(key: str, found: Found) -> ask.Edit:
    return ask.Edit(key, priority=Priority(found["value"].upper()))


def _release(key: str, found: Found) -> ask.Edit:
    return ask.Edit(key, release=found["value"])


def _pass(key: str, found: Found) -> ask.VerifyPass:
    return ask.VerifyPass(key, found.get("build"), note=found.get("note", ""))


def _fail(key: str, found: Found) -> ask.VerifyFail:
    return ask.VerifyFail(key, found.get("note", ""), found.get("build"))


def _blocked(key: str, found: Found) -> ask.VerifyBlocked:
    return ask.VerifyBlocked(key, found.get("note", ""), found.get("build"))


def _duplicate(key: str, found: Found) -> ask.Resolve:
    return ask.Resolve(key, Resolution.DUPLICATE, found["original"].upper(), found.get("note", ""))


def _resolve(resolution: Resolution, key: str, found: Found) -> ask.Resolve:
    return ask.Resolve(key, resolution, note=found.get("note", ""))


def _needs_info(key: str, found: Found) -> ask.AskInfo:
    return ask.AskInfo(key, _person(found), found.get("note", ""))


def _defer(key: str, found: Found) -> ask.Defer:
    return ask.Defer(key, found["value"], found["note"])


def _reopen(key: str, found: Found) -> ask.Reopen:
    return ask.Reopen(key, found["note"])


def _plain(make: Callable[[str], object], key: str, _found: Found) -> object:
    return make(key)


def _act(name: str, example: str, pattern: str, make: Callable[[str, Found], object]) -> Act:
    return Act(name, example, re.compile(pattern, re.IGNORECASE | re.DOTALL), make)


_SAID = r"(?:(?:\s*[:,]\s+|\s+)(?P<note>\S.*))?"

ACTS: tuple[Act, ...] = (
    _act(
        "fixed",
        "fixed in 2.4.0-rc3 abc1234",
        rf"fixed{_KEY}(?:\s+(?:in|on)\s+(?P<build>{BUILD})"
        rf"|\s+(?P<bare>next|[\w]*[.\-]?rc\.?\d+|\d++(?:\.\d++)++[\w.+\-]*+))?"
        rf"(?:\s+(?:commit:\s*)?(?P<commit>{SHA}))?",
        _fixed,
    ),
    _act("claim", "claim", rf"claim{_KEY}", partial(_plain, ask.Claim)),
    _act("start", "start", rf"start{_KEY}", partial(_plain, ask.Start)),
    _act("assign", "assign @dana", rf"assign{_KEY}(?:\s+to)?\s+{_PERSON}", _assign),
    _act("severity", "sev S1", rf"sev(?:erity)?{_KEY}(?:\s*:\s*|\s+)(?P<value>S[1-4])", _severity),
    _act("priority", "prio P1", rf"prio(?:rity)?{_KEY}(?:\s*:\s*|\s+)(?P<value>P[1-4])", _priority),
    _act("release", "rel 2.4", rf"rel(?:ease)?{_KEY}(?:\s*:\s*|\s+)(?P<value>(?=\S{{0,99}}\d)\S{{1,100}})", _release),
    _act("verified", "verified on 2.4.0-rc3", rf"verified{_KEY}{_ON}", _pass),
    _act("verify pass", "verify pass on 2.4.0-rc3", rf"verify{_KEY}\s+pass(?:ed)?{_ON}{_SAID}", _pass),
    _act("verify fail", "verify fail still charges twice", rf"verify{_KEY}\s+fail(?:ed)?{_ON}{_SAID}", _fail),
    _act("verify blocked", "verify blocked staging is down", rf"verify{_KEY}\s+block(?:ed)?{_ON}{_SAID}", _blocked),
    _act("failed", "failed: still charges twice", rf"fail(?:ed|s)?{_KEY}{_ON}\s*:\s*(?P<note>\S.*)", _fail),
    _act(
        "dup of",
        "dup of SHOP-17",
        rf"dup(?:licate)?{_KEY}\s+of\s+(?P<original>{KEY}){_NOTE}",
        _duplicate,
    ),
    *(
        _act(example, example, rf"{words}{_KEY}{_NOTE}", partial(_resolve, resolution))
        for example, words, resolution in (
            ("cannot reproduce", r"(?:cannot|can't|cant)[\s_]reproduce", Resolution.CANNOT_REPRODUCE),
            ("wont fix: works as agreed", r"won'?t[\s_]fix", Resolution.WONT_FIX),
            ("not a defect", r"not[\s_]a[\s_]defect", Resolution.NOT_A_DEFECT),
        )
    ),
    _act(
        "needs info",
        "needs info @ana: which browser?",
        rf"needs?\s+info{_KEY}(?:\s+from)?\s+{_PERSON}{_SAID}",
        _needs_info,
    ),
    _act(
        "defer",
        "defer to 2.5: needs the new provider",
        rf"defer{_KEY}(?:\s+to)?\s+(?P<value>(?=\S{{0,99}}\d)[^\s:]{{1,100}})\s*:\s*(?P<note>\S.*)",
        _defer,
    ),
    _act("reopen", "reopen: it is back in production", rf"reopen{_KEY}\s*:\s*(?P<note>\S.*)", _reopen),
    _act("undo", "undo", rf"undo{_KEY}", partial(_plain, ask.Undo)),
)
