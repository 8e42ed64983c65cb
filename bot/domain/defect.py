"""The aggregate: what may be done to a defect, and what each act changes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import FollowsOriginal, OwnOriginal, SamePerson
from bot.domain.events import Kind, Scalar
from bot.domain.lifecycle import Action
from bot.domain.state import DefectState
from bot.domain.values import Priority, Resolution, Severity, Status

# What a triage or an edit may set.
EDITABLE = frozenset(
    {
        "title",
        "severity",
        "priority",
        "component",
        "environment",
        "labels",
        "release_id",
        "found_build_id",
        "found_release_id",
    }
)
# What readiness reads at any instant, kept in versions.
VERSIONED = (
    "status",
    "resolution",
    "severity",
    "priority",
    "component",
    "owner",
    "release_id",
    "found_release_id",
    "fixed_in",
    "fix_commit",
    "verified_on",
    "triaged",
)
_CONFIRMATION = {"severity": "severity_confirmed", "release_id": "release_confirmed"}
_CONFIRMED: dict[str, Scalar] = {"severity_confirmed": True, "release_confirmed": True}
_NOBODY_ASKED: dict[str, Scalar] = {"asked": None, "asked_by": None, "question": None}
_UNRESOLVED: dict[str, Scalar] = {
    "resolution": None,
    "resolver": None,
    "fix_owner": None,
    "fixed_in": None,
    "fix_commit": None,
    "fix_link": None,
    "verifier": None,
    "verified_on": None,
    "blocked": None,
}


@dataclass(slots=True)
class Defect(DefectState):
    """Methods are acts; `at` is now, `by` the actor. Each raises WrongState where the table has no such step."""

    def triage(self, at: datetime, *, severity: Severity, priority: Priority, release_id: str | None) -> None:
        values = {"severity": severity, "priority": priority, "release_id": release_id}
        self._step(Action.TRIAGE, Kind.DEFECT_TRIAGED, at, {**values, **_CONFIRMED})

    def edit(self, at: datetime, values: Mapping[str, Scalar]) -> None:
        """`values` are EDITABLE fields; naming severity or release confirms them."""
        self._step(Action.EDIT, Kind.DEFECT_EDITED, at, _confirming(values))

    def differs(self, values: Mapping[str, Scalar]) -> bool:
        """An edit to these values would change or confirm something."""
        return any(getattr(self, name) != value for name, value in _confirming(values).items())

    def assign(self, at: datetime, owner: str, *, claimed: bool = False) -> None:
        action = Action.CLAIM if claimed else Action.ASSIGN
        self._step(action, Kind.DEFECT_ASSIGNED, at, {"owner": owner})

    def unassign(self, at: datetime) -> None:
        self._step(Action.UNASSIGN, Kind.DEFECT_UNASSIGNED, at, {"owner": None})

    def start(self, at: datetime, by: str) -> None:
        self._step(Action.START, Kind.DEFECT_STARTED, at, {"owner": self.owner or by})

    def ask(self, at: datetime, by: str, person: str, question: str) -> None:
        values = {"asked": person, "asked_by": by, "question": question or None}
        self._step(Action.NEEDS_INFO, Kind.INFO_REQUESTED, at, values)

    def answer(self, at: datetime) -> None:
        """The asked person spoke in the thread; nobody else's word ends the wait."""
        self._record(Kind.INFO_GIVEN, at, _NOBODY_ASKED)

    def fix(
        self, at: datetime, by: str, fixed_in: str | None, commit: str | None = None, link: str | None = None
    ) -> None:
        values: dict[str, Scalar] = {
            "resolution": Resolution.FIXED,
            "resolver": by,
            "fix_owner": self.owner,
            "fixed_in": fixed_in,
            "fix_commit": commit,
            "fix_link": link,
        }
        self._step(Action.FIXED, Kind.DEFECT_FIXED, at, values | _NOBODY_ASKED)

    def bind_fix(self, at: datetime, build_id: str) -> None:
        """The next build arrived."""
        self._record(Kind.FIX_BOUND, at, {"fixed_in": build_id})

    def resolve(
        self, at: datetime, by: str, resolution: Resolution, note: str = "", original: "Defect | None" = None
    ) -> None:
        if original is not None and original.id == self.id:
            raise OwnOriginal(self.key, original.key)
        values: dict[str, Scalar] = {"resolution": resolution, "resolver": by, "fix_owner": None}
        if original is None:
            self._step(Action.RESOLVE, Kind.DEFECT_RESOLVED, at, values | _NOBODY_ASKED, note=note)
            return
        values["duplicate_of"] = original.id
        target = Status.CLOSED if original.status is Status.CLOSED else None
        facts = {"original": original.key}
        self._step(Action.RESOLVE, Kind.DEFECT_RESOLVED, at, values | _NOBODY_ASKED, target, facts=facts, note=note)

    def pass_verification(
        self, at: datetime, by: str, build_id: str | None, *, four_eyes: bool, facts: Mapping[str, Scalar], note: str
    ) -> None:
        self._verifiable(Action.VERIFY_PASS, by, four_eyes)
        values: dict[str, Scalar] = {"verifier": by, "verified_on": build_id, "blocked": None}
        self._step(Action.VERIFY_PASS, Kind.VERIFICATION_PASSED, at, values, facts=facts, note=note)

    def fail_verification(
        self, at: datetime, by: str, *, four_eyes: bool, facts: Mapping[str, Scalar], note: str
    ) -> None:
        self._verifiable(Action.VERIFY_FAIL, by, four_eyes)
        was_fixed = self.resolution is Resolution.FIXED
        values: dict[str, Scalar] = {**_UNRESOLVED, "bounces": self.bounces + was_fixed}
        target = None if was_fixed else Status.TRIAGED
        self._step(Action.VERIFY_FAIL, Kind.VERIFICATION_FAILED, at, values, target, facts=facts, note=note)

    def block_verification(self, at: datetime, by: str, *, facts: Mapping[str, Scalar], note: str) -> None:
        self._verifiable(Action.VERIFY_BLOCKED, by, four_eyes=False)
        self._step(Action.VERIFY_BLOCKED, Kind.VERIFICATION_BLOCKED, at, {"blocked": note}, facts=facts)

    def reopen(self, at: datetime, reason: str, facts: Mapping[str, Scalar] | None = None) -> None:
        was_fixed = self.resolution is Resolution.FIXED
        values: dict[str, Scalar] = {**_UNRESOLVED, "bounces": self.bounces + was_fixed, "duplicate_of": None}
        self._step(Action.REOPEN, Kind.DEFECT_REOPENED, at, values, facts=facts, note=reason)

    def defer(self, at: datetime, release_id: str, reason: str) -> None:
        values: dict[str, Scalar] = {"release_id": release_id, "release_confirmed": True}
        self._step(Action.DEFER, Kind.DEFECT_DEFERRED, at, values, note=reason)

    def resume(self, at: datetime) -> None:
        self._step(Action.RESUME, Kind.DEFECT_RESUMED, at, {})

    def close(self, at: datetime, cause: str = "") -> None:
        """`cause`: the release that shipped; empty by hand."""
        self._step(Action.CLOSE, Kind.DEFECT_CLOSED, at, {}, facts={"cause": cause} if cause else {})

    def follow(self, at: datetime, original: "Defect") -> None:
        """A duplicate is closed and reopened with its original."""
        facts = {"cause": original.key}
        if original.status is Status.CLOSED and self.status is Status.RESOLVED:
            self._record(Kind.DEFECT_CLOSED, at, {"status": Status.CLOSED}, facts)
        elif original.status is not Status.CLOSED and self.status is Status.CLOSED:
            self._record(Kind.DEFECT_REOPENED, at, {"status": Status.RESOLVED}, facts)

    def gain(self, at: datetime, duplicate: "Defect", facts: Mapping[str, Scalar]) -> None:
        """One more follows this defect. It is written on both, so that of two people who make each of two defects the
        other's duplicate only one can. `facts`: what else came along."""
        values: dict[str, Scalar] = {
            "occurrences": self.occurrences + duplicate.occurrences,
            "affected": self._met_by(duplicate.reporters),
        }
        self._record(Kind.FOLLOWERS_CHANGED, at, values, {**_about(duplicate), "joined": True, **facts})

    def lose(self, at: datetime, duplicate: "Defect", brought: int, met_by: Collection[str], *, told: bool) -> None:
        """One fewer. `brought`: occurrences that it had brought; `met_by`: whom others still name."""
        values: dict[str, Scalar] = {"occurrences": self.occurrences - brought, "affected": self._only(met_by)}
        self._record(Kind.FOLLOWERS_CHANGED, at, values, {**_about(duplicate), "joined": False, "told": told})

    def carry_severity(self, at: datetime, severity: Severity, duplicate: "Defect") -> None:
        """That of a duplicate, or without it again."""
        if severity != self.severity:
            self._record(Kind.SEVERITY_CARRIED, at, {"severity": severity}, _about(duplicate))

    def see(self, at: datetime, by: str, evidence: str, judgement: str) -> None:
        """Somebody reports it again instead of filing it. `evidence`: ids of what they brought, separated by spaces;
        `judgement`: the id of what they said by it."""
        values: dict[str, Scalar] = {"occurrences": self.occurrences + 1, "affected": self._met_by((by,))}
        brought: dict[str, Scalar] = {"evidence": evidence} if evidence else {}
        self._record(Kind.DEFECT_SEEN, at, values, {**brought, "judgement": judgement})

    def unsee(self, at: datetime, met_by: Collection[str]) -> None:
        """Takes one such report back. `met_by`: whom others still name; it is no return to the state before."""
        values: dict[str, Scalar] = {"occurrences": self.occurrences - 1, "affected": self._only(met_by)}
        self._record(Kind.CHANGE_UNDONE, at, values, {"undone": Kind.DEFECT_SEEN.value})

    def withdraw(self, at: datetime, by: str) -> None:
        """Undo of filing: never a deletion."""
        values = {"status": Status.RESOLVED, "resolution": Resolution.NOT_A_DEFECT, "resolver": by}
        self._record(Kind.CHANGE_UNDONE, at, values, {"undone": Kind.DEFECT_FILED.value}, {"note": "withdrawn"})

    def _met_by(self, people: Iterable[str]) -> str | None:
        """`affected` with these; the newest come last."""
        _, *others = dict.fromkeys((*self.reporters, *people))
        return " ".join(others) or None

    def _only(self, people: Collection[str]) -> str | None:
        return " ".join(person for person in self.reporters[1:] if person in people) or None

    def _verifiable(self, action: Action, by: str, four_eyes: bool) -> None:
        self.check(action)
        if self.duplicate_of is not None:
            raise FollowsOriginal(self.key, self.duplicate_of)
        if four_eyes and by in self.fixers:
            raise SamePerson(self.key, by)


def _about(duplicate: Defect) -> dict[str, Scalar]:
    return {"duplicate": duplicate.key, "cause": duplicate.key}


def _confirming(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    if unknown := set(values) - EDITABLE:
        raise ValueError(f"not editable: {sorted(unknown)}")
    return {**values, **{_CONFIRMATION[name]: True for name in values if name in _CONFIRMATION}}
