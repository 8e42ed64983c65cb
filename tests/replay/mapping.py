"""From one step of a history to the commands that a person would have typed, and to the state that must follow.

`Model` follows the history by the rules below and by nothing of the product; the report compares the two.

| in the history | typed | expected |
|---|---|---|
| created | `new TITLE` | new |
| NEW UNCONFIRMED CONFIRMED, from nothing or new | `triage` for CONFIRMED | new, triaged |
| ... from in_progress | `defer` and `resume`: there is no other way back | triaged |
| ... from resolved, verified, closed | `reopen` | triaged |
| ASSIGNED IN_PROGRESS | `start`, after `reopen` where needed | in_progress |
| REOPENED | `reopen`, `defer` and `resume` from in_progress, nothing from new | triaged |
| NEEDINFO | `needs info` of the reporter | open, asked |
| leaving NEEDINFO for an open status | `comment` by the asked person | not asked |
| RESOLVED x | `fixed`, or `resolve x`, after `reopen` where another resolution stands | resolved |
| RESOLVED DUPLICATE | `resolve duplicate of` one stand-in: these files do not name the original | resolved |
| VERIFIED | what RESOLVED needs, then `verify pass` by a second person | verified |
| CLOSED | what VERIFIED needs, then `close` by the reporter | closed |
| VERIFIED or CLOSED DUPLICATE | nothing: a duplicate follows its original | resolved |
| milestone | `edit rel:` of a release planned when first named | release |
| severity, priority, component | `edit`, where it changes something | |

A second person is synthesised where `who` is empty or is the fixer; those are counted apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.replay.history import Step

OPENISH = frozenset({"new", "triaged", "in_progress"})
SEVERITIES = {
    "blocker": "S1",
    "critical": "S1",
    "major": "S2",
    "normal": "S3",
    "minor": "S4",
    "trivial": "S4",
    "enhancement": "S4",
}
PRIORITIES = {"highest": "P1", "high": "P2", "normal": "P3", "low": "P4", "lowest": "P4"} | {
    f"p{n}": f"P{min(n, 4)}" for n in range(1, 6)
}
RESOLUTIONS = {
    "FIXED": "fixed",
    "DUPLICATE": "duplicate",
    "WORKSFORME": "cannot_reproduce",
    "NOT_REPRODUCIBLE": "cannot_reproduce",
    "INCOMPLETE": "cannot_reproduce",
    "NORESPONSE": "cannot_reproduce",
    "INVALID": "not_a_defect",
    "NOT_ECLIPSE": "not_a_defect",
    "ANSWERED": "not_a_defect",
    "UPSTREAM": "not_a_defect",
    "DOWNSTREAM": "not_a_defect",
    "MOVED": "not_a_defect",
    "FEATURE": "not_a_defect",
}
# Whatever else stopped the work: LATER, REMIND, NOT_ON_ROADMAP, WONTFIX, and what a file may bring.
OTHERWISE = "wont_fix"
NO_MILESTONE = frozenset({"", "---", "Untriaged"})
STATUSES = {
    "NEW": "new",
    "UNCONFIRMED": "new",
    "CONFIRMED": "triaged",
    "REOPENED": "reopened",
    "ASSIGNED": "in_progress",
    "IN_PROGRESS": "in_progress",
    "NEEDINFO": "asked",
    "RESOLVED": "resolved",
    "VERIFIED": "verified",
    "CLOSED": "closed",
}
CONFIRMABLE = frozenset({"sev", "rel"})
MAPPED = frozenset({"severity", "priority", "component", "milestone"})
# Where a defect without a release is deferred to.
LATER = "later"
_UNNAMEABLE = re.compile(r"[^A-Za-z0-9.]+")
VERIFIER, SCRIBE = "verifier", "scribe"


@dataclass(frozen=True, slots=True)
class Typed:
    """One command. `verb` is what is counted; `words` follow the key, `{stand_in}` names the stand-in original."""

    who: str
    verb: str
    words: str = ""


@dataclass
class Known:
    """What the history says of one defect so far."""

    reporter: str
    status: str = "new"
    resolution: str = ""
    asked: bool = False
    owner: str = ""
    fixers: frozenset[str] = frozenset()
    release: str = ""
    # What stands in the record, and what somebody has confirmed by an edit or a triage.
    words: dict[str, str] = field(default_factory=lambda: {"sev": "S3"})
    confirmed: set[str] = field(default_factory=set)

    def file(self, word: str) -> None:
        name, _, value = word.partition(":")
        self.words[name] = value

    def change(self, word: str) -> bool:
        """False when an edit would change nothing: it stands there already, and was confirmed."""
        name, _, value = word.partition(":")
        changes = self.words.get(name) != value or (name in CONFIRMABLE and name not in self.confirmed)
        self.words[name] = value
        self.confirmed.add(name)
        return changes


@dataclass
class Model:
    defects: dict[str, Known] = field(default_factory=dict)
    synthesised: int = 0
    # (field or status, reason) -> rows that have no command
    unmapped: dict[tuple[str, str], int] = field(default_factory=dict)

    def skip(self, name: str, reason: str) -> None:
        self.unmapped[name, reason] = self.unmapped.get((name, reason), 0) + 1

    def commands(self, step: Step) -> Iterator[Typed]:
        """Every command of this step, in order; the first of a created defect is `new`."""
        who = step.who or SCRIBE
        if step.created:
            self.defects[step.defect] = Known(who)
        known = self.defects[step.defect]
        words = self._values(known, step)
        if step.created:
            # A release is edited in, so that it counts as the history's own choice.
            filed = [word for word in words if not word.startswith(("rel:", "prio:"))]
            for word in filed:
                known.file(word)
            yield Typed(who, "new", " ".join(filed))
            words = [word for word in words if word not in filed]
        changing = [word for word in words if known.change(word)]
        if changing:
            yield Typed(who, "edit", " ".join(changing))
        if words and not changing:
            self.skip("value", "it stands there already")
        yield from self._moves(known, who, step)

    def _values(self, known: Known, step: Step) -> list[str]:
        words = []
        for name, (_, new) in step.changes.items():
            word = self._value(name, new) if name not in ("status", "resolution") else ""
            if word and known.status == "closed":
                self.skip(name, "a closed defect is not edited")
            elif word:
                words.append(word)
                known.release = new if name == "milestone" else known.release
        return words

    def _value(self, name: str, new: str) -> str:
        if name == "severity" and new in SEVERITIES:
            return f"sev:{SEVERITIES[new]}"
        if name == "priority" and new.lower() in PRIORITIES:
            return f"prio:{PRIORITIES[new.lower()]}"
        if name == "component" and new:
            return f'comp:"{quotable(new)}"'
        if name == "milestone" and new not in NO_MILESTONE:
            return f'rel:"{release_name(new)}"'
        self.skip(name, "no value of ours" if name in MAPPED else "not mapped")
        return ""

    def _moves(self, known: Known, who: str, step: Step) -> Iterator[Typed]:
        raw = step.changes.get("status", ("", ""))[1]
        resolution = step.changes.get("resolution", ("", known.resolution))[1]
        if raw and raw not in STATUSES:
            self.skip("status", f"no state of ours: {raw}")
            return
        wanted = STATUSES[raw] if raw else (known.status if known.status not in OPENISH else "")
        if not wanted or (step.created and wanted == "new"):
            return
        if wanted in ("resolved", "verified", "closed"):
            yield from self._settle(known, who, wanted, resolution)
        else:
            yield from self._open(known, who, wanted)

    def _open(self, known: Known, who: str, wanted: str) -> Iterator[Typed]:
        if known.asked and wanted != "asked":
            known.asked = False
            yield Typed(known.reporter, "comment", "here is what you asked for")
        if known.status not in OPENISH:
            known.status, known.resolution, known.fixers = "triaged", "", frozenset()
            yield Typed(who, "reopen", "as its history says")
        if wanted in ("new", "triaged", "reopened") and known.status == "in_progress":
            known.status = "triaged"
            known.change(f'rel:"{release_name(known.release) or LATER}"')
            yield Typed(who, "defer", f'to "{release_name(known.release) or LATER}" put back')
            yield Typed(who, "resume")
        elif wanted == "triaged" and known.status == "new":
            known.status = "triaged"
            known.words["prio"] = "P3"
            known.confirmed |= CONFIRMABLE
            yield Typed(who, "triage", "prio:P3")
        elif wanted == "in_progress" and known.status != "in_progress":
            known.status = "in_progress"
            known.owner = known.owner or who
            yield Typed(who, "start")
        elif wanted == "asked" and not known.asked:
            known.asked = True
            yield Typed(who, "needs info", f"@{known.reporter} which version?")

    def _settle(self, known: Known, who: str, wanted: str, resolution: str) -> Iterator[Typed]:
        if known.status not in OPENISH and resolution and resolution != known.resolution:
            known.status, known.fixers = "triaged", frozenset()
            yield Typed(who, "reopen", "resolved otherwise")
        if known.status not in OPENISH and wanted == "resolved" and known.status != "resolved":
            known.status, known.fixers = "triaged", frozenset()
            resolution = resolution or known.resolution
            yield Typed(who, "reopen", "back to resolved")
        if known.status in OPENISH:
            yield self._resolve(known, who, resolution or "FIXED")
        if known.resolution == "DUPLICATE" and wanted != "resolved":
            self.skip(f"status {wanted}", "a duplicate follows its original")
            return
        if wanted != "resolved" and known.status == "resolved":
            known.status = "verified"
            yield Typed(self._second(known, who), "verify pass")
        if wanted == "closed" and known.status == "verified":
            known.status = "closed"
            yield Typed(known.reporter, "close")

    def _resolve(self, known: Known, who: str, resolution: str) -> Typed:
        known.status, known.resolution, known.asked = "resolved", resolution, False
        known.fixers = frozenset({who, known.owner} - {""})
        ours = RESOLUTIONS.get(resolution, OTHERWISE)
        if ours == "fixed":
            return Typed(who, "fixed")
        known.fixers = frozenset({who})
        return Typed(who, "resolve", "duplicate of {stand_in}" if ours == "duplicate" else f"{ours} {resolution}")

    def _second(self, known: Known, who: str) -> str:
        if who != SCRIBE and who not in known.fixers:
            return who
        self.synthesised += 1
        return VERIFIER


def quotable(text: str) -> str:
    return text.replace('"', "'").replace("\n", " ").strip()


def release_name(milestone: str) -> str:
    """A release is named in letters, digits, dots and dashes; milestones are sentences."""
    return _UNNAMEABLE.sub("-", milestone).strip("-.") if milestone else ""
