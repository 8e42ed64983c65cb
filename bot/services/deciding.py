"""The immutable record of a decision: what was known, who signed, which exceptions were made, by which gates."""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.domain.builds import Build
from bot.domain.decisions import FIRST, Decision, DecisionKind, Kept, sealed
from bot.domain.events import Kind
from bot.domain.readiness import Gate
from bot.domain.release import Release
from bot.domain.signoffs import Signatures, Signoff
from bot.domain.standing import Standing
from bot.domain.values import SETTLED
from bot.domain.waivers import Stage, Waiver
from bot.services.outgoing import Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.readiness import ReleaseStatus

SALT = 16  # bytes


def decide(
    uow: UnitOfWork,
    release: Release,
    stands: ReleaseStatus,
    signed: Signatures,
    kind: DecisionKind,
    *,
    note: str = "",
    more: Mapping[str, Any] | None = None,
) -> Decision:
    """Seals it and says so where the release is followed. `more`: what only this kind of decision tells.
    Raises Conflict."""
    before = uow.decisions.of_release(release.id)
    texts = {name: Kept(secrets.token_hex(SALT), text) for name, text in _texts(stands, signed, note).items() if text}
    decision = sealed(
        {
            "number": len(before) + 1,
            "previous": before[-1].hash if before else FIRST,
            "log": ":".join(map(str, uow.log.head())),
            "kind": kind.value,
            "at": uow.now.isoformat(),
            "by": uow.context.actor,
            "workspace": uow.context.team_id,
            **_facts(stands, signed),
            **(more or {}),
        },
        texts,
    )
    uow.decisions.add(release.id, decision, uow.now)
    facts = {"number": decision.number, "decision": kind.value, "hash": decision.hash}
    release.record(Kind.RELEASE_DECIDED, facts, {})
    return decision


def announce(uow: UnitOfWork, stands: ReleaseStatus, template: str, facts: Mapping[str, Any]) -> None:
    """One line per channel that follows the release, none per defect."""
    project = stands.view.project
    following = [plan.channel for plan in uow.digests.planned(stands.release.id, None)]
    bound: list[str | None] = [project.home_channel] if project.home_channel else [*uow.projects.channels(project.id)]
    for channel in dict.fromkeys([*bound, *following] or [uow.context.channel]):
        if channel:
            body: Body = {"channel": channel, "template": template, "facts": dict(facts)}
            uow.outbox.put(Outgoing(Sort.NOTICE, f"channel:{channel}", body))


def _facts(stands: ReleaseStatus, signed: Signatures) -> dict[str, Any]:
    names = {build.id: build.name for build in stands.view.builds}
    return {
        "project": stands.view.project.prefix,
        "release": stands.release.name,
        "ships_on": stands.release.ships_on.isoformat() if stands.release.ships_on else None,
        "verdict": stands.readiness.verdict.value,
        "candidate": _build(stands.candidate),
        "builds": [build.name for build in stands.builds],
        "snapshot": stands.snapshot.hash,
        "gates": [_gate(gate) for gate in stands.readiness.gates],
        "defects": [_defect(standing, names) for standing in stands.standings],
        "waivers": [_waiver(waiver) for waiver in stands.waivers_at(Stage.IN_FORCE, Stage.EXPIRED, Stage.ENDED)],
        "signoffs": [_signoff(each) for role in signed.roles for each in (*role.fresh, *role.against)],
        "policy": {"version": stands.policy.version, "text": stands.policy.text},
    }


def _build(build: Build | None) -> dict[str, Any] | None:
    return {"name": build.name, "commits": sorted(build.commits)} if build else None


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "name": str(gate.name),
        "criterion": gate.criterion.value,
        "value": gate.value.value,
        "waived": gate.waived,
        "why": gate.why.value if gate.why else None,
        "measured": dict(gate.measured),
        "held_back_by": [{"key": o.standing.key, "why": o.why.value} for o in gate.offenders],
    }


def _defect(standing: Standing, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": standing.key,
        "severity": standing.severity.value,
        "status": standing.status.value,
        "resolution": standing.resolution.value if standing.resolution else None,
        "fixed_in": names.get(standing.fixed_in or ""),
        "verified_on": names.get(standing.verified_on or ""),
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "number": waiver.number,
        "what": waiver.what,
        "until": waiver.until,
        "asked_by": waiver.asked_by,
        "approved_by": waiver.approved_by,
        "approved_at": waiver.approved_at.isoformat() if waiver.approved_at else None,
        "ended_at": waiver.ended_at.isoformat() if waiver.ended_at else None,
    }


def _signoff(signoff: Signoff) -> dict[str, Any]:
    return {
        "person": signoff.person,
        "role": signoff.role.value if signoff.role else None,
        "go": signoff.go,
        "at": signoff.at.isoformat(),
        "snapshot": signoff.snapshot,
    }


def _texts(stands: ReleaseStatus, signed: Signatures, note: str) -> dict[str, str]:
    """What people wrote, by where it belongs."""
    titles = {f"title:{s.key}": s.title for s in stands.standings if s.status not in SETTLED}
    asked = stands.waivers_at(Stage.IN_FORCE, Stage.EXPIRED, Stage.ENDED)
    reasons = {f"waiver:{waiver.number}": waiver.reason for waiver in asked}
    notes = {f"signoff:{each.person}": each.note for role in signed.roles for each in (*role.fresh, *role.against)}
    return {"note": note, **titles, **reasons, **notes}
