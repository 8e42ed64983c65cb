"""Defects of one unit of work: one object each, written at commit, guarded by the version that was seen."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Row, select, update

from bot.domain.builds import SHORTEST, same_commit
from bot.domain.defect import Defect
from bot.domain.errors import Conflict, NotFound
from bot.domain.events import Event, Logged
from bot.domain.release import Release
from bot.domain.values import OPEN, Resolution, Status
from storage.defect_rows import (
    AWAITING,
    BY_ID,
    BY_KEY,
    COUNTING,
    DUPLICATES,
    FIXED_BY,
    IN_THREAD,
    ONCE_FIXED_BY,
    defect_from,
    defect_values,
)
from storage.nearest_key import nearest_key
from storage.projection import State
from storage.tables import defects, events
from storage.tenant import TEAM, Tenant, param
from storage.versions import Version, unfold

_GUARDED = update(defects).where(
    defects.c.team_id == TEAM, defects.c.id == param("defect"), defects.c.version == param("seen")
)
_LAST_EVENT = (
    select(events.c.actor, events.c.kind)
    .where(events.c.team_id == TEAM, events.c.subject_id == param("defect"))
    .order_by(events.c.seq.desc())
    .limit(1)
)


@dataclass(slots=True)
class _Tracked:
    """`before` is the row as it stands in the store; `began` when its live version did, None when just filed."""

    defect: Defect
    before: State
    began: datetime | None


class SqlDefects:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._tracked: dict[str, _Tracked] = {}
        self._acted: set[str] = set()

    def add(self, defect: Defect) -> None:
        # At once, so that what refers to it finds it; what happens to it until the commit is an update.
        defect.version = 1
        before = defect_values(defect)
        self._tenant.add(defects, before | {"versioned_at": self._tenant.now})
        self._tracked[defect.id] = _Tracked(defect, before, None)

    def get(self, key: str) -> Defect:
        wanted = key.strip().upper()
        row = self._tenant.first(BY_KEY, key_=wanted)
        if row is None:
            raise NotFound("defect", wanted, nearest_key(self._tenant, wanted))
        return self._one(row)

    def by_id(self, defect_id: str) -> Defect:
        if defect_id in self._tracked:
            return self._tracked[defect_id].defect
        row = self._tenant.first(BY_ID, id_=defect_id)
        if row is None:
            raise NotFound("defect", defect_id)
        return self._one(row)

    def duplicates_of(self, defect_id: str) -> list[Defect]:
        return self._matching(DUPLICATES, lambda d: d.duplicate_of == defect_id, original=defect_id)

    def in_thread(self, channel: str, thread_ts: str) -> list[Defect]:
        return [self._one(row) for row in self._tenant.all(IN_THREAD, channel=channel, root=thread_ts)]

    def awaiting_build(self, project_id: str, release_id: str) -> list[Defect]:
        scopes = {release_id, project_id}
        return self._matching(AWAITING, lambda d: _awaits(d) and _scope(d) in scopes, scopes=sorted(scopes))

    def fixed_by(self, project_id: str, commits: Collection[str]) -> list[Defect]:
        def by_one_of_them(defect: Defect) -> bool:
            mine = defect.project_id == project_id and defect.fix_commit
            return bool(mine) and any(same_commit(str(defect.fix_commit), sha) for sha in commits)

        starts = _starts(commits)
        return self._matching(FIXED_BY, by_one_of_them, project=project_id, starts=starts) if starts else []

    def once_fixed_by(self, project_id: str, commits: Collection[str]) -> list[Defect]:
        starts = _starts(commits)
        if not starts:
            return []
        return self._matching(
            ONCE_FIXED_BY, lambda d: d.project_id == project_id and d.status in OPEN, project=project_id, starts=starts
        )

    def unclosed(self, release: Release) -> list[Defect]:
        scopes = {release.id, release.project_id} if release.undecided else {release.id}
        return self._matching(
            COUNTING, lambda d: d.status is not Status.CLOSED and _scope(d) in scopes, scopes=sorted(scopes)
        )

    def drain(self) -> list[Event]:
        """Every tracked defect's events, in the order in which they were first asked for."""
        drained = []
        for defect_id, tracked in self._tracked.items():
            if tracked.defect.recorded:
                self._acted.add(defect_id)
                drained += tracked.defect.recorded
                tracked.defect.recorded.clear()
        return drained

    def flush(self, pending: Sequence[Logged]) -> list[Version]:
        """Writes the rows of all that was drained; answers the versions that begin, in places of this unit of work.

        `pending` are its events. Raises Conflict.
        """
        logged = {defect_id: [e for e in pending if e.event.subject_id == defect_id] for defect_id in self._acted}
        # In one order everywhere, so that two units of work cannot wait for each other.
        begun = [version for id_ in sorted(logged) for version in self._write(self._tracked[id_], logged[id_])]
        self._acted.clear()
        return begun

    def _write(self, tracked: _Tracked, logged: Sequence[Logged]) -> list[Version]:
        new = defect_values(tracked.defect)
        filed = tracked.began is None
        begun = unfold(None if filed else tracked.before, tracked.began, logged)
        changed = {name: value for name, value in new.items() if tracked.before[name] != value}
        if changed or not filed:
            self._update(tracked, changed, begun)
        tracked.before = {**new, "version": tracked.defect.version}
        tracked.began = begun[-1].from_at if begun else tracked.began
        return begun

    def _update(self, tracked: _Tracked, changed: Mapping[str, Any], begun: Sequence[Version]) -> None:
        seen = tracked.defect.version
        values = {**changed, "version": seen + 1}
        if begun:
            values["versioned_at"] = begun[-1].from_at
        told = {f"new_{name}": value for name, value in values.items()}
        if not self._tenant.change(_guarded(*sorted(values)), defect=tracked.defect.id, seen=seen, **told):
            raise self._conflict(tracked.defect)
        tracked.defect.version = seen + 1

    def _conflict(self, defect: Defect) -> Conflict:
        last = self._tenant.first(_LAST_EVENT, defect=defect.id)
        return Conflict(defect.key, last.actor, last.kind) if last else Conflict(defect.key)

    def _matching(self, statement: Executable, still: Callable[[Defect], bool], **values: Any) -> list[Defect]:
        """What the store has, as this unit of work has changed it since."""
        found = {defect.id: defect for defect in map(self._one, self._tenant.all(statement, **values))}
        found |= {id_: tracked.defect for id_, tracked in self._tracked.items()}
        return [found[id_] for id_ in sorted(found) if still(found[id_])]

    def _one(self, row: Row[Any]) -> Defect:
        known = self._tracked.get(row.id)
        if known is None:
            defect = defect_from(row)
            known = self._tracked[defect.id] = _Tracked(defect, defect_values(defect), row.versioned_at)
        return known.defect


@cache
def _guarded(*columns: str) -> Executable:
    """People's acts change few sets of columns: each has a statement that is made once."""
    return _GUARDED.values({name: param(f"new_{name}") for name in columns})


def _starts(commits: Collection[str]) -> list[str]:
    return sorted({sha[:SHORTEST].lower() for sha in commits})


def _scope(defect: Defect) -> str:
    return defect.release_id or defect.project_id


def _awaits(defect: Defect) -> bool:
    fixed = defect.status is Status.RESOLVED and defect.resolution is Resolution.FIXED
    return fixed and defect.fixed_in is None
