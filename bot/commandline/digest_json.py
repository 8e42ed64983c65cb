"""The facts of a digest as JSON: every number with the keys behind it."""

from datetime import datetime
from typing import Any

from bot.domain.leakage import Account, Share
from bot.domain.readiness import Gate
from bot.services.digest_facts import Counted, DigestFacts, Noted, Since
from bot.services.readiness import ReleaseStatus


def digest_json(facts: DigestFacts) -> dict[str, Any]:
    """Instants in ISO 8601 with their offset, waits in whole seconds, people as Slack ids."""
    status = facts.status
    return {
        "release": status.release.name,
        "project": status.view.project.prefix,
        "at": _iso(status.at),
        "head": f"{facts.seq}:{facts.hash}",
        "verdict": facts.verdict.value,
        "quiet": facts.quiet,
        "ships_on": status.release.ships_on.isoformat() if status.release.ships_on else None,
        "days_left": status.days_left,
        "candidate": status.candidate.name if status.candidate else None,
        "since": _since(facts.since),
        "gates": [gate_json(status, gate) for gate in status.readiness.gates],
        "blockers": [
            {
                "key": one.standing.key,
                "title": one.standing.title,
                "severity": one.standing.severity.value,
                "age": int(one.age.total_seconds()),
                "owner": one.standing.owner,
                "next": {"act": one.next.act.value, "person": one.next.person},
                "note": one.note,
            }
            for one in facts.blockers
        ],
        "verification_queue": [
            {
                "key": one.standing.key,
                "title": one.standing.title,
                "wait": int(one.wait.total_seconds()),
                "build": one.build,
                "person": one.next.person,
                "not_by": sorted(one.standing.fixers),
            }
            for one in facts.queue
        ],
        "next": [{"person": one.person, "act": one.act.value, "keys": list(one.keys)} for one in facts.next],
        **_kept_up(facts),
    }


def _kept_up(facts: DigestFacts) -> dict[str, Any]:
    """What a release manager keeps an eye on beside the defects."""
    return {
        "gaps": {gap.value: count for gap, count in facts.gaps.items()},
        "quality": [account_json(each) for each in (*facts.trend, *([facts.account] if facts.account else []))],
        "expiring_waivers": [
            {"number": each.number, "what": each.what, "until": each.until, "asked_by": each.asked_by}
            for each in facts.ending
        ],
        "missing_signatures": {
            role.role.value if role.role else "release_manager": role.missing
            for role in (facts.signing.signatures.roles if facts.signing else ())
            if role.missing
        },
    }


def _since(since: Since) -> dict[str, Any]:
    return {
        "at": _iso(since.at),
        **{what.value: list(since.keys(what)) for what in Counted},
        "builds": list(since.builds),
        **{what.value: since.noted.get(what, 0) for what in Noted},
        "gates_version": since.gates,
        "verdict": since.verdict.value if since.verdict else None,
        "turned": [
            {
                "gate": turned.gate.name,
                "from": turned.old.value,
                "to": turned.new.value,
                "cause": {
                    "event": turned.cause.kind.value,
                    "actor": turned.cause.actor,
                    "at": _iso(turned.cause.at),
                    "key": turned.cause.key,
                    "build": turned.cause.build,
                }
                if turned.cause
                else None,
            }
            for turned in since.turned
        ],
    }


def gate_json(status: ReleaseStatus, gate: Gate) -> dict[str, Any]:
    return {
        "gate": gate.name,
        "value": gate.value.value,
        "measured": dict(gate.measured),
        "why": gate.why.value if gate.why else None,
        "offenders": [
            {"key": o.standing.key, "why": o.why.value, "person": status.next_of(o.standing).person}
            for o in gate.offenders
        ],
    }


def account_json(account: Account) -> dict[str, Any]:
    """`leakage` and `removal` in percent, None of nothing; `before` is of the instant at which it shipped."""
    return {
        "release": account.release,
        "shipped_at": _iso(account.shipped_at),
        **_share(account.whole),
        "severities": {name: _share(share) for name, share in account.severities.items()},
        "components": {name: _share(share) for name, share in account.components.items()},
    }


def _share(share: Share) -> dict[str, Any]:
    counts = {"found_before": share.found, "removed_before": share.removed, "escaped": share.escaped}
    return counts | {"leakage": share.leakage, "removal": share.removal}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
