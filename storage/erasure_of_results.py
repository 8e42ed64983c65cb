"""What test runs repeat of an erased defect or person: errors kept for clusters, and messages of executions. Which case
ended how stays."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, and_, or_, select, update

from bot.domain.events import Logged
from bot.domain.failures import fingerprint, normalised
from bot.domain.results import BAD
from storage.tables import builds, clusters, executions, test_cases, test_runs
from storage.tenant import TEAM, Tenant, param

# Looked for at once; each is compared with every text.
_PORTION = 40
_IDS, _RUNS = param("ids", expanding=True), param("runs", expanding=True)
_CLUSTERS = select(clusters.c.id, clusters.c.run_id, clusters.c.fingerprint, clusters.c.said, clusters.c.error).where(
    clusters.c.team_id == TEAM
)
_OF_DEFECTS = _CLUSTERS.where(clusters.c.defect_id.in_(_IDS))
_BLANK = update(clusters).where(clusters.c.team_id == TEAM, clusters.c.id.in_(_IDS)).values(said="", error="")
_FAILURES = (
    select(executions.c.run_id, executions.c.ordinal, executions.c.message, test_cases.c.name)
    .join(test_cases, and_(test_cases.c.team_id == executions.c.team_id, test_cases.c.id == executions.c.case_id))
    .where(executions.c.team_id == TEAM, test_cases.c.team_id == TEAM)
    .where(executions.c.run_id.in_(_RUNS), executions.c.outcome.in_(sorted(BAD)), executions.c.message != "")
)
_BY_HAND = (
    select(test_runs.c.id, builds.c.release_id)
    .join(builds, and_(builds.c.team_id == test_runs.c.team_id, builds.c.id == test_runs.c.build_id))
    .where(test_runs.c.team_id == TEAM, builds.c.team_id == TEAM)
    .where(test_runs.c.id.in_(_RUNS), test_runs.c.by.isnot(None))
)
_MESSAGES = select(executions.c.run_id, executions.c.ordinal).where(executions.c.team_id == TEAM)
_SILENCE = (
    update(executions)
    .where(executions.c.team_id == TEAM, executions.c.run_id == param("run"), executions.c.ordinal == param("place"))
    .values(message="")
)


def of_defects(tenant: Tenant, ids: Sequence[str], told: Sequence[Logged]) -> tuple[set[str], set[str]]:
    """Empties what is theirs; answers the words, for what else repeats them, and the releases in which people recorded
    results. `told`: their lives."""
    known = tenant.all(_OF_DEFECTS, ids=ids)
    words = {text for row in known for text in (row.said, row.error) if text}
    alike = {(row.run_id, row.fingerprint) for row in known}
    runs = {row.run_id for row in known}
    rows = tenant.all_in(_FAILURES, "runs", runs)
    theirs = [row for row in rows if (row.run_id, fingerprint(row.name, row.message)) in alike]
    noted = {str(entry.event.facts["run_id"]) for entry in told if "run_id" in entry.event.facts}
    hands = tenant.all_in(_BY_HAND, "runs", noted)
    theirs += tenant.all_in(_FAILURES, "runs", {row.id for row in hands})
    words |= {text for row in theirs for text in (row.message, normalised(row.message))}
    _silence(tenant, theirs)
    if known:
        tenant.change(_BLANK, ids=[row.id for row in known])
    return words, {row.release_id for row in hands}


def repeated(tenant: Tenant, words: Collection[str], telling: int) -> int:
    """Whatever else says the same, or holds a text of that many characters; answers how many rows."""
    changed = 0
    for portion in _portions(sorted(filter(None, words))):
        said = [each for column in (clusters.c.said, clusters.c.error) for each in _says(column, portion, telling)]
        found = tenant.all(_CLUSTERS.where(or_(*said)))
        if found:
            changed += tenant.change(_BLANK, ids=[row.id for row in found])
        rows = tenant.all(_MESSAGES.where(or_(*_says(executions.c.message, portion, telling))))
        changed += _silence(tenant, rows)
    return changed


def _says(column: Any, words: Sequence[str], telling: int) -> list[Any]:
    long = [word for word in words if len(word) >= telling]
    return [column.in_(words), *(column.contains(word, autoescape=True) for word in long)]


def _portions(words: Sequence[str]) -> list[Sequence[str]]:
    return [words[at : at + _PORTION] for at in range(0, len(words), _PORTION)]


def _silence(tenant: Tenant, rows: Sequence[Row[Any]]) -> int:
    tenant.change_each(_SILENCE, [{"run": row.run_id, "place": row.ordinal} for row in rows])
    return len(rows)
