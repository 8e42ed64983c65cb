"""A project's policy as JSON."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from bot.domain.project import Policy, WorkingHours
from bot.domain.values import Role


def policy_to_json(policy: Policy) -> dict[str, Any]:
    return {
        "roles": {role.value: sorted(people) for role, people in policy.roles.items()},
        "may": {verb: sorted(roles) for verb, roles in policy.may.items()},
        "four_eyes": policy.four_eyes,
        "require_triage": policy.require_triage,
        "hours": _hours_to_json(policy.hours),
        "untriaged_hours": policy.untriaged_hours,
        "partner_teams": sorted(policy.partner_teams),
    }


def policy_from_json(kept: Mapping[str, Any]) -> Policy:
    return Policy(
        roles={Role(role): frozenset(people) for role, people in kept["roles"].items()},
        may={verb: frozenset(map(Role, roles)) for verb, roles in kept["may"].items()},
        four_eyes=kept["four_eyes"],
        require_triage=kept["require_triage"],
        hours=_hours_from_json(kept["hours"]),
        untriaged_hours=kept["untriaged_hours"],
        partner_teams=frozenset(kept["partner_teams"]),
    )


def _hours_to_json(hours: WorkingHours) -> dict[str, Any]:
    return {"start": hours.start.isoformat(), "end": hours.end.isoformat(), "days": sorted(hours.days)}


def _hours_from_json(kept: Mapping[str, Any]) -> WorkingHours:
    return WorkingHours(time.fromisoformat(kept["start"]), time.fromisoformat(kept["end"]), frozenset(kept["days"]))
