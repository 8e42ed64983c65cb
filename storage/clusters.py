"""Clusters of failures: what is known of the cases in them, and which defect they belong to."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Row, and_, func, select, update

from bot.domain.errors import NotFound
from bot.domain.results import BAD, Outcome
from bot.services.clusters import PER_MESSAGE, Cluster, Fate, Tested
from bot.services.records import Place
from storage.tables import (
    builds,
    clusters,
    defects,
    executions,
    failure_messages,
    links,
    releases,
    test_cases,
    test_runs,
)
from storage.tenant import TEAM, Tenant, Upsert, param

_RUN, _PROJECT, _BUILD = param("run"), param("project"), param("build")
_IDS, _WANTED = param("ids", expanding=True), param("wanted", expanding=True)
_bad = executions.c.outcome.in_(sorted(BAD))
_CASE = and_(test_cases.c.team_id == executions.c.team_id, test_cases.c.id == executions.c.case_id)
_FAILING = (
    select(executions.c.ordinal, test_cases.c.key)
    .join(test_cases, _CASE)
    .where(executions.c.team_id == TEAM, executions.c.run_id == _RUN, _bad)
)
# A key of a test case is its project's, as the defect is.
_LINKED = (
    select(links.c.target, links.c.defect_id)
    .join(defects, and_(defects.c.team_id == links.c.team_id, defects.c.id == links.c.defect_id))
    .where(links.c.team_id == TEAM, defects.c.team_id == TEAM, defects.c.project_id == _PROJECT)
    .where(links.c.target.in_(_WANTED))
)
_REMEMBERED = (
    select(clusters.c.fingerprint, clusters.c.defect_id, func.max(clusters.c.id).label("newest"))
    .where(clusters.c.team_id == TEAM, clusters.c.project_id == _PROJECT, clusters.c.fingerprint.in_(_WANTED))
    .where(clusters.c.defect_id.isnot(None))
    .group_by(clusters.c.fingerprint, clusters.c.defect_id)
)
_DENIED = (
    select(clusters.c.fingerprint, clusters.c.parted_from)
    .where(clusters.c.team_id == TEAM, clusters.c.project_id == _PROJECT, clusters.c.fingerprint.in_(_WANTED))
    .where(clusters.c.parted_from.isnot(None))
    .distinct()
)
_ONE = select(clusters).where(clusters.c.team_id == TEAM, clusters.c.id == param("cluster"))
_SHOWN = select(clusters).where(
    clusters.c.team_id == TEAM,
    clusters.c.run_id == _RUN,
    clusters.c.place >= param("first"),
    clusters.c.place < param("past"),
)
_NAMES = select(test_cases.c.key, test_cases.c.name).where(
    test_cases.c.team_id == TEAM, test_cases.c.project_id == _PROJECT, test_cases.c.key.in_(_WANTED)
)
_TESTED = (
    select(test_runs.c.project_id, test_runs.c.name, builds.c.name.label("build"), releases.c.name.label("release"))
    .join(builds, and_(builds.c.team_id == test_runs.c.team_id, builds.c.id == test_runs.c.build_id))
    .join(releases, and_(releases.c.team_id == builds.c.team_id, releases.c.id == builds.c.release_id))
    .where(test_runs.c.team_id == TEAM, builds.c.team_id == TEAM, releases.c.team_id == TEAM)
    .where(test_runs.c.id == _RUN)
)
_BELONGS = (
    update(clusters)
    .where(clusters.c.team_id == TEAM, clusters.c.id.in_(_IDS))
    .values(defect_id=param("defect"), fate=param("fate_"))
)
_ALIKE = and_(
    clusters.c.team_id == TEAM, clusters.c.project_id == _PROJECT, clusters.c.fingerprint == param("fingerprint_")
)
_TAKE = (
    update(clusters)
    .where(_ALIKE, clusters.c.defect_id.is_(None))
    .values(defect_id=param("defect"), fate=Fate.FILED.value)
)
_own = and_(_ALIKE, clusters.c.defect_id == param("defect"), clusters.c.fate != Fate.FILED.value)
_OWN = select(clusters).where(_own)
_PART = update(clusters).where(_own).values(parted_from=param("defect"), defect_id=None)
_parted = and_(_ALIKE, clusters.c.parted_from == param("defect"))
_REJOIN = update(clusters).where(_parted, clusters.c.defect_id.is_(None)).values(defect_id=param("defect"))
_ADMIT = update(clusters).where(_parted).values(parted_from=None)
_PUBLISHED = and_(test_runs.c.team_id == clusters.c.team_id, test_runs.c.id == clusters.c.run_id)
_TOLD_OF = (
    select(clusters.c.run_id, clusters.c.place)
    .join(test_runs, _PUBLISHED)
    .where(_ALIKE, test_runs.c.team_id == TEAM, test_runs.c.published_at.isnot(None))
    .order_by(clusters.c.id.desc())
    .limit(param("most"))
)
_PAST = (
    select(test_cases.c.key, executions.c.outcome, executions.c.flaky)
    .join(test_cases, _CASE)
    .join(test_runs, and_(test_runs.c.team_id == executions.c.team_id, test_runs.c.id == executions.c.run_id))
    .where(executions.c.team_id == TEAM, test_cases.c.team_id == TEAM, test_runs.c.team_id == TEAM)
    .where(test_cases.c.project_id == _PROJECT, test_cases.c.key.in_(_WANTED))
    .where(executions.c.build_id == _BUILD, test_runs.c.published_at.isnot(None))
    .order_by(test_runs.c.published_at, test_runs.c.id)
)
_MESSAGE = select(failure_messages.c.channel, failure_messages.c.ts).where(
    failure_messages.c.team_id == TEAM, failure_messages.c.run_id == _RUN, failure_messages.c.part == param("part_")
)
_POSTED = Upsert(failure_messages, ("team_id", "run_id", "part"))


def cluster_from(row: Row[Any]) -> Cluster:
    values = {each.name: getattr(row, each.name) for each in fields(Cluster)}
    return Cluster(**values | {"keys": tuple(row.keys.split()), "fate": Fate(row.fate) if row.defect_id else None})


class SqlClusters:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def failing(self, run_id: str) -> dict[int, str]:
        return {row.ordinal: row.key for row in self._tenant.all(_FAILING, run=run_id)}

    def linked(self, project_id: str, keys: Collection[str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for row in self._tenant.all_in(_LINKED, "wanted", keys, project=project_id):
            found[row.target] = (*found.get(row.target, ()), row.defect_id)
        return found

    def remembered(self, project_id: str, fingerprints: Collection[str]) -> dict[str, str]:
        rows = self._tenant.all_in(_REMEMBERED, "wanted", fingerprints, project=project_id)
        denied = self.denied(project_id, fingerprints)
        newest_last = sorted(rows, key=lambda row: str(row.newest))
        return {
            row.fingerprint: row.defect_id
            for row in newest_last
            if row.defect_id not in denied.get(row.fingerprint, ())
        }

    def denied(self, project_id: str, fingerprints: Collection[str]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for row in self._tenant.all_in(_DENIED, "wanted", fingerprints, project=project_id):
            found[row.fingerprint] = found.get(row.fingerprint, frozenset()) | {row.parted_from}
        return found

    def cluster(self, cluster_id: str) -> Cluster:
        row = self._tenant.first(_ONE, cluster=cluster_id)
        if row is None:
            raise NotFound("cluster of failures", cluster_id)
        return cluster_from(row)

    def shown(self, run_id: str, part: int) -> list[Cluster]:
        first = (part - 1) * PER_MESSAGE
        rows = self._tenant.all(_SHOWN, run=run_id, first=first, past=first + PER_MESSAGE)
        return sorted(map(cluster_from, rows), key=lambda cluster: cluster.place)

    def tested(self, run_id: str) -> Tested:
        row = self._tenant.first(_TESTED, run=run_id)
        if row is None:
            raise NotFound("test run", run_id)
        return Tested(row.project_id, row.build, row.release, row.name)

    def names(self, project_id: str, keys: Collection[str]) -> dict[str, str]:
        return {row.key: row.name for row in self._tenant.all_in(_NAMES, "wanted", set(keys), project=project_id)}

    def message(self, run_id: str, part: int) -> Place | None:
        row = self._tenant.first(_MESSAGE, run=run_id, part_=part)
        return Place(row.channel, row.ts) if row else None

    def add(self, made: Sequence[Cluster]) -> None:
        rows = ({each.name: getattr(one, each.name) for each in fields(Cluster)} for one in made)
        self._tenant.add(clusters, *({**row, "keys": " ".join(row["keys"])} for row in rows))

    def belongs(self, cluster_ids: Collection[str], defect_id: str, fate: Fate) -> None:
        self._tenant.change(_BELONGS, ids=sorted(cluster_ids), defect=defect_id, fate_=fate.value)

    def take(self, cluster: Cluster, defect_id: str) -> bool:
        alike = {"project": cluster.project_id, "fingerprint_": cluster.fingerprint}
        taken = self._tenant.change(_TAKE, **alike, defect=defect_id) > 0
        if taken:
            self._tenant.change(_ADMIT, **alike, defect=defect_id)
        return taken

    def part(self, cluster: Cluster, defect_id: str) -> list[Cluster]:
        alike = {"project": cluster.project_id, "fingerprint_": cluster.fingerprint, "defect": defect_id}
        own = [cluster_from(row) for row in self._tenant.all(_OWN, **alike)]
        return own if self._tenant.change(_PART, **alike) else []

    def rejoin(self, cluster: Cluster, defect_id: str) -> None:
        alike = {"project": cluster.project_id, "fingerprint_": cluster.fingerprint, "defect": defect_id}
        self._tenant.change(_REJOIN, **alike)
        self._tenant.change(_ADMIT, **alike)

    def told_of(self, project_id: str, fingerprint: str, most: int) -> list[tuple[str, int]]:
        rows = self._tenant.all(_TOLD_OF, project=project_id, fingerprint_=fingerprint, most=most)
        return [(row.run_id, row.place // PER_MESSAGE + 1) for row in rows]

    def unsteady(self, build_id: str, keys: Collection[str], project_id: str) -> frozenset[str]:
        past: dict[str, list[Row[Any]]] = {}
        for row in self._tenant.all_in(_PAST, "wanted", set(keys), project=project_id, build=build_id):
            past.setdefault(row.key, []).append(row)
        return frozenset(key for key, rows in past.items() if _unsteady(rows))

    def posted(self, run_id: str, part: int, place: Place) -> None:
        self._tenant.put(_POSTED, run_id=run_id, part=part, channel=place.channel, ts=place.ts)


def _unsteady(rows: Iterable[Row[Any]]) -> bool:
    failed = False
    for row in rows:
        if row.flaky or (failed and row.outcome == Outcome.PASSED):
            return True
        failed = failed or row.outcome in BAD
    return False
