"""Sign-offs: each role says go or no-go on what stands now; when the quorum is there, the release is decided."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.decisions import Decision, DecisionKind
from bot.domain.errors import AlreadyShipped, Invalid, Missing, NotAllowed, OneRole, StaleSnapshot
from bot.domain.events import Kind, Scalar
from bot.domain.gates import GatePolicy, GateSignature, pending
from bot.domain.project import Project
from bot.domain.release import Release
from bot.domain.signoffs import Signatures, Signoff, signatures
from bot.domain.turning import Drift, Signing
from bot.domain.values import Role
from bot.domain.waivers import Stage
from bot.services.changes import keys_behind, turned
from bot.services.deciding import announce, decide
from bot.services.guards import permitted_in
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, not_ready, status
from bot.services.releases import named_release
from bot.services.requests import SignOff

LONGEST_NOTE = 3000  # characters, as many as a form takes


@dataclass(frozen=True, slots=True)
class SignedOff:
    """`decision`: the one that this word brought about, if it did."""

    release: Release
    project: Project
    signoff: Signoff
    signatures: Signatures
    decision: Decision | None = None


def sign_off(uow: UnitOfWork, request: SignOff) -> SignedOff:
    """Raises NotFound, NotAllowed, AlreadyShipped, Missing a note or role, OneRole, StaleSnapshot, NotReady."""
    release, project = named_release(uow, request.release, "sign off")
    if release.shipped_at is not None:
        raise AlreadyShipped(release.name, release.shipped_at)
    questions = uow.questions
    stands = status(questions, questions.release_by_id(release.id))
    _same_snapshot(questions, stands, request)
    signed = uow.signoffs.of_release(release.id)
    role = _role(uow, project, release, stands.policy, signed, request.role)
    _may_say(stands, request)
    by, snapshot, note = uow.context.actor, stands.snapshot.hash, request.note.strip()
    signoff = Signoff(uow.new_id(), release.id, by, role, request.go, uow.now, snapshot, note)
    for earlier in signed:
        if earlier.person == by:
            uow.signoffs.told(earlier.id)
    uow.signoffs.add(signoff)
    facts = {"role": role.value if role else None, "go": request.go, "snapshot": snapshot}
    release.record(Kind.SIGNOFF_GIVEN, facts, {"note": note} if note else {})
    now = signatures(stands.policy.signoffs, [*signed, signoff], stands.snapshot, uow.now)
    kind = DecisionKind.GO if now.complete else None if request.go else DecisionKind.NO_GO
    decision = decide(uow, release, stands, now, kind, note=note) if kind else None
    if decision is not None:
        announce(uow, stands, "release_decided", _told(uow, stands, decision, note))
    return SignedOff(release, project, signoff, now, decision)


def _told(uow: UnitOfWork, stands: ReleaseStatus, decision: Decision, note: str) -> dict[str, Scalar]:
    return {
        "actor": uow.context.actor,
        "go": decision.kind is DecisionKind.GO,
        "release": stands.release.name,
        "named": stands.view.named,
        "candidate": stands.candidate.name if stands.candidate else None,
        "reason": note,
        "decision": f"{decision.number}:{decision.hash[:8]}",
    }


def signed_now(questions: Questions, stands: ReleaseStatus) -> Signatures:
    """As they stood at the status's instant."""
    return signatures(stands.policy.signoffs, questions.signoffs(stands.release.id), stands.snapshot, stands.at)


def drift(questions: Questions, stands: ReleaseStatus, since: datetime) -> Drift:
    """What changed from then to the status's instant, with the event that did each."""
    then = status(questions, stands.view, since)
    events = questions.events_since(stands.release, questions.seq_at(since), questions.seq_at(stands.at))
    keys = keys_behind(questions, (entry.event for entry in events), stands.standings)
    came = {w.number for w in then.waivers_at(Stage.IN_FORCE)} ^ {w.number for w in stands.waivers_at(Stage.IN_FORCE)}
    old, new = then.candidate, stands.candidate
    return Drift(
        turned(then.readiness, stands.readiness, events, keys),
        new.name if new and new != old else None,
        tuple(sorted(came)),
        stands.policy.version if stands.policy.version != then.policy.version else None,
    )


def _same_snapshot(questions: Questions, stands: ReleaseStatus, request: SignOff) -> None:
    if request.snapshot is None or request.snapshot == stands.snapshot.hash:
        return
    changed = drift(questions, stands, request.seen_at) if request.seen_at else Drift()
    raise StaleSnapshot(stands.release.name, changed)


def _may_say(stands: ReleaseStatus, request: SignOff) -> None:
    if not request.go and not request.note.strip():
        raise Missing("note", "nogo")
    if len(request.note) > LONGEST_NOTE:
        raise Invalid("note", request.note, f"at most {LONGEST_NOTE} characters")
    if request.go and not all(gate.stands for gate in stands.readiness.gates):
        raise not_ready(stands, signing=True)


def _role(
    uow: UnitOfWork,
    project: Project,
    release: Release,
    policy: GatePolicy,
    signed: Sequence[Signoff],
    named: str | None,
) -> Role | None:
    """For which the actor signs: one per person and release. None where the project asks for no roles."""
    if not policy.signoffs:
        permitted_in(uow, project, "sign")
        return None
    person = uow.context.actor
    role = role_for(project, policy, person, named)
    before = next((each.role for each in signed if each.person == person and each.role), None)
    if before is not None and role is not None and before != role:
        raise OneRole(release.name, before)
    if before is None and role is None:
        raise Missing("role", "go")
    return before or role


def role_for(project: Project, policy: GatePolicy, person: str, named: str | None) -> Role | None:
    """The one that this person holds among those that are asked; None where they hold several and named none.
    Raises Invalid, NotAllowed: a role that nobody holds is nobody's."""
    asked = frozenset(policy.signoffs)
    if named is not None and named not in asked:
        raise Invalid("role", named, f"one of {', '.join(sorted(asked))}")
    wanted = frozenset({Role(named)}) if named is not None else asked
    held = sorted(role for role in wanted if person in project.policy.roles.get(role, frozenset()))
    if not held:
        raise NotAllowed("sign", wanted, project.policy.holders(wanted))
    return held[0] if len(held) == 1 else None


def signing_of(questions: Questions, stands: ReleaseStatus) -> Signing:
    signed, project = signed_now(questions, stands), stands.view.project
    changed = drift(questions, stands, max(each.at for each in signed.stale)) if signed.stale else None
    edit = pending(questions.gate_policies(project.id))
    if edit is None:
        return Signing(signed, changed)
    missing = missing_of(stands.policy, questions.gate_signatures(project.id, edit.policy.version))
    return Signing(signed, changed, edit, missing)


def missing_of(policy: GatePolicy, signed: Sequence[GateSignature]) -> dict[Role, int]:
    """How many of each role still have to sign an edit of this policy."""
    have = Counter(each.role for each in signed)
    return {role: needed - have[role] for role, needed in policy.signoffs.items() if have[role] < needed}
