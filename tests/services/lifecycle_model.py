"""The lifecycle as its table tells it, in plain strings: written from the product's words, knowing nothing of the code.

One project, release 2.4 with builds in order, release 2.5 without. Four eyes; only RUTH defers; a defect is closed by
hand by its reporter or by RUTH.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace

RUTH = "URUTH"
OPEN = ("new", "triaged", "in_progress")
SOURCES = {
    "triage": ("new",),
    "claim": OPEN,
    "assign": OPEN,
    "unassign": OPEN,
    "start": ("new", "triaged"),
    "ask": OPEN,
    "fixed": OPEN,
    "resolve": OPEN,
    "duplicate": OPEN,
    "pass": ("resolved",),
    "fail": ("resolved",),
    "block": ("resolved",),
    "reopen": ("resolved", "verified", "closed"),
    "defer": OPEN,
    "resume": ("deferred",),
    "close": ("verified",),
}
MINUTE = 60


@dataclass
class Refusal(Exception):
    """`name` of the error that people are told."""

    name: str


@dataclass(frozen=True)
class State:
    status: str = "new"
    resolution: str | None = None
    owner: str | None = None
    resolver: str | None = None
    fix_owner: str | None = None
    bounces: int = 0
    release: str = "2.4"
    # The place of a build in 2.4, from 1; None while it awaits the next one.
    fixed_in: int | None = None
    original: str | None = None
    asked: str | None = None
    blocked: bool = False


UNRESOLVED = {"resolution": None, "resolver": None, "fix_owner": None, "fixed_in": None, "blocked": False}


@dataclass
class Last:
    """`before` None: it stays. `met`: it only said that the actor met it too."""

    actor: str
    at: int
    before: State | None
    filing: bool = False
    met: bool = False


@dataclass
class Known:
    """`met`: who met it again, once for each time."""

    reporter: str
    state: State
    last: Last
    met: list[str] = field(default_factory=list)


@dataclass
class Model:
    now: int = 0
    builds: int = 0
    defects: dict[str, Known] = field(default_factory=dict)

    def file(self, key: str, actor: str) -> None:
        self.defects[key] = Known(actor, State(), Last(actor, self.now, State(), filing=True))

    def register(self) -> None:
        self.builds += 1
        for known in self.defects.values():
            state = known.state
            if (state.status, state.resolution, state.fixed_in, state.release) == ("resolved", "fixed", None, "2.4"):
                known.state = replace(state, fixed_in=self.builds)
                known.last = Last(RUTH, self.now, None)

    def comment(self, key: str, actor: str) -> None:
        known = self.defects[key]
        if known.state.asked == actor:
            known.state = replace(known.state, asked=None)
            known.last = Last(actor, self.now, None)

    def same(self, key: str, actor: str) -> None:
        """What is said of a duplicate is said of what it follows."""
        *_, original = self._chain(key)
        known = self.defects[original]
        known.met.append(actor)
        known.last = Last(actor, self.now, known.state, met=True)

    def met(self, key: str) -> tuple[int, set[str]]:
        """How often, and by whom: what its duplicates met counts as well."""
        known = self.defects[key]
        below = [self.met(other) for other, each in self.defects.items() if each.state.original == key]
        people = {known.reporter, *known.met}.union(*(people for _, people in below))
        return 1 + len(known.met) + sum(times for times, _ in below), people

    def act(self, verb: str, key: str, actor: str, other: str = "", number: int | None = None) -> None:
        """`other`: a person or a key; `number`: a build. Raises Refusal."""
        known = self.defects[key]
        if verb == "defer" and actor != RUTH:
            raise Refusal("NotAllowed")
        if known.state.status not in SOURCES[verb]:
            raise Refusal("WrongState")
        before = known.state
        known.state = getattr(self, f"_{verb}")(key, known, actor, other, number)
        if known.state != before or verb not in ("claim", "assign", "unassign"):
            known.last = Last(actor, self.now, before)
        self._together(key, actor)

    def undo(self, key: str, actor: str) -> None:
        known = self.defects[key]
        last = known.last
        if last.actor != actor or last.before is None or self.now - last.at > MINUTE:
            raise Refusal("NothingToUndo")
        if last.before.original != known.state.original and self._leads(last.before.original, key):
            raise Refusal("NothingToUndo")
        if last.met:
            known.met.remove(actor)
        withdrawn = replace(known.state, status="resolved", resolution="not_a_defect", resolver=actor)
        known.state = withdrawn if last.filing else last.before
        known.last = Last(actor, self.now, None)
        self._together(key, actor)

    def verifiable_by(self, actor: str) -> set[str]:
        """On the newest build."""
        return {key for key, known in self.defects.items() if self._passes(key, known, actor)}

    def _passes(self, key: str, known: Known, actor: str) -> bool:
        try:
            return known.state.status == "resolved" and bool(self._pass(key, known, actor, "", None))
        except Refusal:
            return False

    def _triage(self, _key: str, known: Known, *_: object) -> State:
        return replace(known.state, status="triaged")

    def _claim(self, _key: str, known: Known, actor: str, *_: object) -> State:
        return replace(known.state, owner=actor)

    def _assign(self, _key: str, known: Known, _actor: str, other: str, _: object) -> State:
        return replace(known.state, owner=other)

    def _unassign(self, _key: str, known: Known, *_: object) -> State:
        return replace(known.state, owner=None)

    def _start(self, _key: str, known: Known, actor: str, *_: object) -> State:
        return replace(known.state, status="in_progress", owner=known.state.owner or actor)

    def _ask(self, _key: str, known: Known, _actor: str, other: str, _: object) -> State:
        return replace(known.state, asked=other)

    def _fixed(self, _key: str, known: Known, actor: str, _other: str, number: int | None) -> State:
        state = replace(known.state, status="resolved", resolution="fixed", asked=None)
        return replace(state, resolver=actor, fix_owner=state.owner, fixed_in=number)

    def _resolve(self, _key: str, known: Known, actor: str, *_: object) -> State:
        return replace(known.state, status="resolved", resolution="wont_fix", resolver=actor, asked=None)

    def _duplicate(self, key: str, known: Known, actor: str, other: str, _: object) -> State:
        if self._leads(other, key):
            raise Refusal("OwnOriginal")
        *_, original = self._chain(other)
        status = "closed" if self.defects[original].state.status == "closed" else "resolved"
        state = replace(known.state, status=status, resolution="duplicate", resolver=actor, asked=None)
        return replace(state, original=original)

    def _pass(self, key: str, known: Known, actor: str, _other: str, number: int | None) -> State:
        self._by_another(known.state, actor)
        if known.state.resolution == "fixed" and self.builds:
            self._holds(known.state, number)
        return replace(known.state, status="verified", blocked=False)

    def _holds(self, state: State, number: int | None) -> None:
        if state.fixed_in is None:
            raise Refusal("NotSure" if number and state.release != "2.4" else "FixUnbound")
        if (number or self.builds) < state.fixed_in:
            raise Refusal("BuildLacksFix")

    def _fail(self, _key: str, known: Known, actor: str, *_: object) -> State:
        self._by_another(known.state, actor)
        fixed = known.state.resolution == "fixed"
        status = "in_progress" if fixed else "triaged"
        return replace(known.state, **UNRESOLVED, status=status, bounces=known.state.bounces + fixed)  # type: ignore[arg-type]

    def _block(self, _key: str, known: Known, *_: object) -> State:
        if known.state.original:
            raise Refusal("FollowsOriginal")
        return replace(known.state, blocked=True)

    def _reopen(self, _key: str, known: Known, *_: object) -> State:
        bounces = known.state.bounces + (known.state.resolution == "fixed")
        return replace(known.state, **UNRESOLVED, status="triaged", original=None, bounces=bounces)  # type: ignore[arg-type]

    def _defer(self, _key: str, known: Known, _actor: str, other: str, _: object) -> State:
        return replace(known.state, status="deferred", release=other)

    def _resume(self, _key: str, known: Known, *_: object) -> State:
        return replace(known.state, status="triaged")

    def _close(self, _key: str, known: Known, actor: str, *_: object) -> State:
        if actor not in (RUTH, known.reporter):
            raise Refusal("NotAllowed")
        return replace(known.state, status="closed")

    @staticmethod
    def _by_another(state: State, actor: str) -> None:
        if state.original:
            raise Refusal("FollowsOriginal")
        if actor in (state.resolver, state.fix_owner):
            raise Refusal("SamePerson")

    def _chain(self, key: str | None) -> Iterator[str]:
        while key is not None:
            yield key
            key = self.defects[key].state.original

    def _leads(self, start: str | None, end: str) -> bool:
        return end in self._chain(start)

    def _together(self, key: str, actor: str) -> None:
        """A duplicate is closed and reopened with its original."""
        known = self.defects[key]
        if known.state.original:
            self._follow(known, self.defects[known.state.original].state, actor)
        for other, duplicate in self.defects.items():
            if duplicate.state.original == key:
                self._follow(duplicate, known.state, actor)
                self._together(other, actor)

    def _follow(self, known: Known, original: State, actor: str) -> None:
        status = "closed" if original.status == "closed" else "resolved"
        if known.state.status != status:
            known.state = replace(known.state, status=status)
            known.last = Last(actor, self.now, None)


FIELDS = tuple(each.name for each in fields(State))
