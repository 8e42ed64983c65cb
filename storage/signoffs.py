"""Signatures, spans in which a release was shipped, and sealed decisions: rows and back."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from bot.domain.decisions import Decision, Kept, canonical
from bot.domain.errors import Conflict
from bot.domain.gates import GateSignature
from bot.domain.signoffs import Signoff
from bot.domain.values import Role
from storage.tables import decision_texts, decisions, gate_signatures, releases, shippings, signoffs
from storage.tenant import TEAM, Tenant, param

_FIELDS = tuple(Signoff.__dataclass_fields__)
_SIGNED = (
    select(*(signoffs.c[name] for name in _FIELDS))
    .where(signoffs.c.team_id == TEAM, signoffs.c.release_id == param("release"))
    .order_by(signoffs.c.at, signoffs.c.id)
)
_UNCHANGED = (
    select(signoffs.c.release_id)
    .join(releases, (releases.c.team_id == signoffs.c.team_id) & (releases.c.id == signoffs.c.release_id))
    .where(signoffs.c.team_id == TEAM, releases.c.team_id == TEAM)
    .where(signoffs.c.told_at.is_(None), releases.c.shipped_at.is_(None))
    .distinct()
)
_TOLD = (
    update(signoffs)
    .where(signoffs.c.team_id == TEAM, signoffs.c.id == param("signoff"), signoffs.c.told_at.is_(None))
    .values(told_at=param("now"))
)
_OF_VERSION = select(gate_signatures).where(
    gate_signatures.c.team_id == TEAM,
    gate_signatures.c.project_id == param("project"),
    gate_signatures.c.version == param("number"),
)
_SPANS = (
    select(shippings.c.shipped_at, shippings.c.unshipped_at)
    .where(shippings.c.team_id == TEAM, shippings.c.release_id == param("release"))
    .order_by(shippings.c.shipped_at)
)
_END = (
    update(shippings)
    .where(shippings.c.team_id == TEAM, shippings.c.release_id == param("release"), shippings.c.unshipped_at.is_(None))
    .values(unshipped_at=param("at"))
)
_DECIDED = (
    select(decisions.c.number, decisions.c.body, decisions.c.hash)
    .where(decisions.c.team_id == TEAM, decisions.c.release_id == param("release"))
    .order_by(decisions.c.number)
)
_WORDS = select(decision_texts).where(decision_texts.c.team_id == TEAM, decision_texts.c.release_id == param("release"))


def signed(tenant: Tenant, release_id: str) -> list[Signoff]:
    return [_signoff(row) for row in tenant.all(_SIGNED, release=release_id)]


def _signoff(row: Row[Any]) -> Signoff:
    return Signoff(**{**row._mapping, "role": Role(row.role) if row.role else None})


def gate_signatures_of(tenant: Tenant, project_id: str, version: int) -> list[GateSignature]:
    rows = tenant.all(_OF_VERSION, project=project_id, number=version)
    return [GateSignature(row.person, Role(row.role), row.at) for row in rows]


def spans(tenant: Tenant, release_id: str) -> tuple[tuple[datetime, datetime | None], ...]:
    """Between which instants it was shipped; the last one may not have ended."""
    return tuple((row.shipped_at, row.unshipped_at) for row in tenant.all(_SPANS, release=release_id))


def decided(tenant: Tenant, release_id: str) -> list[Decision]:
    texts: dict[int, dict[str, Kept]] = {}
    for row in tenant.all(_WORDS, release=release_id):
        texts.setdefault(row.number, {})[row.name] = Kept(row.salt, row.text)
    rows = tenant.all(_DECIDED, release=release_id)
    return [Decision(json.loads(row.body), texts.get(row.number, {}), row.hash) for row in rows]


class SqlSignoffs:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def of_release(self, release_id: str) -> list[Signoff]:
        return signed(self._tenant, release_id)

    def add(self, signoff: Signoff) -> None:
        self._tenant.add(signoffs, asdict(signoff))

    def unchanged(self) -> list[str]:
        return [row.release_id for row in self._tenant.all(_UNCHANGED)]

    def told(self, signoff_id: str) -> bool:
        return self._tenant.change(_TOLD, signoff=signoff_id, now=self._tenant.now) == 1

    def of_gates(self, project_id: str, version: int) -> list[GateSignature]:
        return gate_signatures_of(self._tenant, project_id, version)

    def sign_gates(self, project_id: str, version: int, signature: GateSignature) -> bool:
        row = {"project_id": project_id, "version": version, **asdict(signature)}
        return self._tenant.add_unless_known(gate_signatures, row)


class SqlDecisions:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def of_release(self, release_id: str) -> list[Decision]:
        return decided(self._tenant, release_id)

    def add(self, release_id: str, decision: Decision, at: datetime) -> None:
        """Raises Conflict when somebody else has just decided."""
        row = {
            "release_id": release_id,
            "number": decision.number,
            "kind": decision.kind.value,
            "at": at,
            "body": canonical(decision.body),
            "hash": decision.hash,
        }
        if not self._tenant.add_unless_known(decisions, row):
            raise Conflict(str(decision.body["release"]))
        place = {"release_id": release_id, "number": decision.number}
        texts = [{**place, "name": name, "salt": k.salt, "text": k.text} for name, k in decision.texts.items()]
        self._tenant.add(decision_texts, *texts)

    def shipped(self, release_id: str, at: datetime) -> None:
        self._tenant.add(shippings, {"release_id": release_id, "shipped_at": at, "unshipped_at": None})

    def unshipped(self, release_id: str, at: datetime) -> None:
        self._tenant.change(_END, release=release_id, at=at)
