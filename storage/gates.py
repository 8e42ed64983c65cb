"""Versions of a project's gates as rows and back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from bot.domain.errors import Conflict
from bot.domain.gates import Criterion, GatePolicy, PolicyVersion, Rule
from bot.domain.values import Role
from storage.tables import gate_policies
from storage.tenant import TEAM, Tenant, param

_OF_PROJECT = (
    select(gate_policies)
    .where(gate_policies.c.team_id == TEAM, gate_policies.c.project_id == param("project"))
    .order_by(gate_policies.c.version)
)
_BEGIN = (
    update(gate_policies)
    .where(
        gate_policies.c.team_id == TEAM,
        gate_policies.c.project_id == param("project"),
        gate_policies.c.version == param("number"),
        gate_policies.c.since.is_(None),
    )
    .values(since=param("at"))
)


def policies_of(tenant: Tenant, project_id: str) -> list[PolicyVersion]:
    return [_version(row) for row in tenant.all(_OF_PROJECT, project=project_id)]


def _version(row: Row[Any]) -> PolicyVersion:
    rules = tuple(
        Rule(kept["name"], Criterion(kept["criterion"]), kept["arguments"], kept["stops"], kept["says"])
        for kept in row.rules
    )
    signoffs = {Role(role): number for role, number in row.signoffs.items()}
    return PolicyVersion(GatePolicy(rules, signoffs, row.version, row.text), row.written_by, row.written_at, row.since)


class SqlGates:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def versions(self, project_id: str) -> list[PolicyVersion]:
        return policies_of(self._tenant, project_id)

    def add(self, project_id: str, version: PolicyVersion) -> None:
        """Raises Conflict when somebody else has just written that version."""
        policy = version.policy
        row = {
            "project_id": project_id,
            "version": policy.version,
            "rules": [_rule(rule) for rule in policy.rules],
            "signoffs": {role.value: number for role, number in policy.signoffs.items()},
            "text": policy.text,
            "written_by": version.written_by,
            "written_at": version.written_at,
            "since": version.since,
        }
        if not self._tenant.add_unless_known(gate_policies, row):
            raise Conflict(f"version {policy.version}")

    def begin(self, project_id: str, version: int, at: datetime) -> bool:
        """From now on it holds. False when it did already."""
        return bool(self._tenant.change(_BEGIN, project=project_id, number=version, at=at))


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "name": str(rule.name),
        "criterion": rule.criterion.value,
        "arguments": dict(rule.arguments),
        "stops": rule.stops,
        "says": rule.says,
    }
