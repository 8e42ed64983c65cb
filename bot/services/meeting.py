"""Failures meet defects: what a run found out is sorted by error, what is on record is noted there, what was verified
and fails again is reopened, and the rest are candidates, to be filed at the press of a button."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.builds import Build, Contains
from bot.domain.defect import Defect
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.failures import Group, grouped, normalised
from bot.domain.results import Execution, Tally
from bot.domain.values import Resolution, Status
from bot.services.builds import holds_fix
from bot.services.clusters import KEYS, Cluster, Fate, ReadClusters
from bot.services.defects import reopen_for
from bot.services.failing import Met, told
from bot.services.ports import UnitOfWork
from bot.services.records import TestRun
from bot.services.whose import Found, original_of, undenied

CANDIDATES = 30  # of one run; the largest, the others are counted
KNOWN = 30
LINKED = 500  # test cases that one run ties to defects by itself; the others are found by their error all the same
NAMED = 10  # keys that an event or a message names
ERROR = 1_000  # characters of an error as it was reported
SETTLED = frozenset({Status.VERIFIED, Status.CLOSED})


@dataclass(frozen=True, slots=True)
class Findings:
    """`kinds`: how many groups there are; `found`: those that may be told of, the largest first."""

    kinds: int = 0
    found: tuple[Found, ...] = ()


@dataclass(slots=True)
class _Sighting:
    """What of a run belongs to one defect; `linked` before, or by its error alone."""

    defect: Defect
    said: str
    cases: int = 0
    keys: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)
    fate: Fate | None = None


def sort_out(clusters: ReadClusters, run: TestRun, staged: Sequence[Execution]) -> Findings:
    """Asked of a snapshot, before anything is written: it may look at fifty thousand failures."""
    groups = grouped(staged)
    keys = clusters.failing(run.id)
    linked = clusters.linked(run.project_id, set(keys.values()))
    remembered = clusters.remembered(run.project_id, {group.fingerprint for group in groups})
    candidates, found = 0, []
    for group in groups:
        mine = _tied(group, keys, linked)
        before = remembered.get(group.fingerprint)
        candidates += not mine and before is None
        if mine or before or candidates <= CANDIDATES:
            found.append(_found(group, staged, keys, mine, before))
    return Findings(len(groups), tuple(found))


def _tied(group: Group, keys: Mapping[int, str], linked: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    mine: dict[str, tuple[str, ...]] = {}
    for key in (keys[place] for place in group.places):
        for defect_id in linked.get(key, ()):
            mine[defect_id] = (*mine.get(defect_id, ()), key)
    return mine


def _found(
    group: Group,
    staged: Sequence[Execution],
    keys: Mapping[int, str],
    linked: Mapping[str, tuple[str, ...]],
    remembered: str | None,
) -> Found:
    error = staged[group.places[0]].message[:ERROR]
    first = tuple(dict.fromkeys(keys[place] for place in group.places[:KEYS]))
    return Found(group.fingerprint, error, len(group.places), first, linked, remembered)


def meet(uow: UnitOfWork, run: TestRun, build: Build, tally: Tally, findings: Findings) -> Met:
    """Within the transaction that publishes the run, so once for a run and defect."""
    found = _filed_meanwhile(uow, run, undenied(uow, run, findings.found))
    seen = _sightings(uow, found)
    for sighting in seen.values():
        sighting.fate = _fate(uow, build, sighting)
    _note_all(uow, run, build, seen)
    clusters = list(_clusters(uow, run, found, seen))
    new = [one for one in clusters if one.defect_id is None]
    old = [one for one in clusters if one.defect_id is not None]
    shown = [*new[:CANDIDATES], *old[:KNOWN]]
    uow.clusters.add([replace(cluster, place=place) for place, cluster in enumerate(shown)])
    met = Met(findings.kinds - len(old), _keys(seen, Fate.KNOWN), _keys(seen, Fate.REOPENED))
    for message in told(uow, run, build, tally, met, shown):
        uow.outbox.put(message)
    return met


def failed_by_hand(uow: UnitOfWork, run: TestRun, build: Build, case: str, note: str) -> Met:
    """One case, by its key. Only what it is linked to is noted; a candidate needs nobody who was there."""
    tied = uow.clusters.linked(run.project_id, [case]).get(case, ())
    originals = {original.id: original for original in (original_of(uow, each) for each in tied)}
    seen = {id_: _Sighting(each, note[:ERROR], 1, [case], [case]) for id_, each in originals.items()}
    for sighting in seen.values():
        sighting.fate = _fate(uow, build, sighting)
    _note_all(uow, run, build, seen)
    return Met(0, _keys(seen, Fate.KNOWN), _keys(seen, Fate.REOPENED))


def _filed_meanwhile(uow: UnitOfWork, run: TestRun, found: Sequence[Found]) -> list[Found]:
    """Somebody may have filed one from another thread since the snapshot."""
    candidates = {one.fingerprint for one in found if not one.defects}
    now = uow.clusters.remembered(run.project_id, candidates)
    return [replace(one, remembered=now[one.fingerprint]) if one.fingerprint in now else one for one in found]


def _sightings(uow: UnitOfWork, found: Sequence[Found]) -> dict[str, _Sighting]:
    """By the id that a failure was found under; a duplicate's failures are its original's."""
    seen: dict[str, _Sighting] = {}
    by_original: dict[str, _Sighting] = {}
    for one in found:
        for defect_id in dict.fromkeys(one.defects):
            original = original_of(uow, defect_id)
            sighting = by_original.setdefault(original.id, _Sighting(original, normalised(one.error)))
            tied = one.linked.get(defect_id, ())
            sighting.cases += one.cases
            sighting.linked += tied
            sighting.keys += dict.fromkeys((*tied, *one.keys))
            seen[defect_id] = sighting
    return seen


def _fate(uow: UnitOfWork, build: Build, sighting: _Sighting) -> Fate | None:
    """None: it does not explain the failure. What is no defect explains none; and once a fix is verified and in the
    build, what fails with the same words elsewhere may be another defect."""
    defect = sighting.defect
    if defect.resolution is Resolution.NOT_A_DEFECT:
        return None
    fixed = defect.status in SETTLED and defect.resolution is Resolution.FIXED
    if not fixed or holds_fix(uow, defect, build) is not Contains.YES:
        return Fate.KNOWN
    if not sighting.linked:
        return None
    unsteady = uow.clusters.unsteady(build.id, sighting.linked, defect.project_id)
    return Fate.REOPENED if set(sighting.linked) - unsteady else Fate.KNOWN


def _note_all(uow: UnitOfWork, run: TestRun, build: Build, seen: Mapping[str, _Sighting]) -> None:
    room = LINKED
    for sighting in {id(each): each for each in seen.values()}.values():
        if sighting.fate is not None:
            _note(uow, run, build, sighting)
            room -= _link(uow, run, sighting, room)


def _note(uow: UnitOfWork, run: TestRun, build: Build, sighting: _Sighting) -> None:
    """The event names the run; a reopening is told in the defect's thread, the rest stands in its history."""
    named = list(dict.fromkeys(sighting.keys))[:NAMED]
    facts: dict[str, Scalar] = {
        "run_id": run.id,
        "run": run.name,
        "build": build.name,
        "cases": sighting.cases,
        "keys": " ".join(named),
    }
    if sighting.fate is Fate.REOPENED:
        reason = f"{', '.join(named)} on {build.name} ({run.name}): {sighting.said}"
        reopen_for(uow, sighting.defect, reason, facts)
        return
    texts = {"text": sighting.said} if sighting.said else {}
    uow.log.append(Event(Kind.FAILURE_SEEN, Subject.DEFECT, sighting.defect.id, {}, facts, texts))


def _link(uow: UnitOfWork, run: TestRun, sighting: _Sighting, room: int) -> int:
    """The cases that were found by their error alone; answers how many."""
    wanted = [key for key in dict.fromkeys(sighting.keys) if key not in sighting.linked][: max(0, room)]
    new = [key for key in wanted if uow.conversations.link(sighting.defect.id, key)]
    if new:
        facts: dict[str, Scalar] = {"targets": " ".join(new), "run_id": run.id}
        uow.log.append(Event(Kind.DEFECT_LINKED, Subject.DEFECT, sighting.defect.id, {}, facts))
    return len(new)


def _clusters(
    uow: UnitOfWork, run: TestRun, found: Sequence[Found], seen: Mapping[str, _Sighting]
) -> Iterator[Cluster]:
    for one in found:
        owner = next((seen[each] for each in one.defects if seen[each].fate is not None), None)
        yield Cluster(
            uow.new_id(),
            run.project_id,
            run.id,
            0,
            one.fingerprint,
            normalised(one.error),
            one.error,
            one.cases,
            one.keys,
            owner.defect.id if owner else None,
            owner.fate if owner else None,
        )


def _keys(seen: Mapping[str, _Sighting], fate: Fate) -> tuple[str, ...]:
    return tuple(sorted({each.defect.key for each in seen.values() if each.fate is fate}))
