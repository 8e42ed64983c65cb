"""One thread for each import that brought failures, in the project's home channel, and what is filed from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.builds import Build
from bot.domain.defect import Defect
from bot.domain.events import Event, Kind, Subject
from bot.domain.failures import AlreadyFiled
from bot.domain.results import Outcome, Tally
from bot.services import requests as ask
from bot.services.clusters import PER_MESSAGE, Cluster
from bot.services.outgoing import Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.records import TestRun

REDRAWN = 10  # messages that are brought up to date when failures change hands; older ones say so when they are pressed


@dataclass(frozen=True, slots=True)
class Met:
    """`candidates`: groups of failures that belong to no defect; keys of the defects that others belong to."""

    candidates: int = 0
    known: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()


NOTHING_MET = Met()


def told(
    uow: UnitOfWork, run: TestRun, build: Build, tally: Tally, met: Met, shown: Sequence[Cluster]
) -> Iterator[Outgoing]:
    """The message in the channel, then those in its thread; a project without a home channel has no place for them."""
    channel = uow.projects.by_id(run.project_id).home_channel
    if not channel or not shown:
        return
    facts: Body = {
        "run_id": run.id,
        "part": 0,
        "channel": channel,
        "run": run.name,
        "build": build.name,
        "bad": tally.bad,
        "passed": tally.of(Outcome.PASSED),
        "all": tally.all,
        "candidates": met.candidates,
        "offered": sum(cluster.defect_id is None for cluster in shown),
        "known": list(met.known),
        "reopened": list(met.reopened),
    }
    yield Outgoing(Sort.FAILURES, _lane(run.id), facts, bulk=True)
    for part in range(1, -(-len(shown) // PER_MESSAGE) + 1):
        yield Outgoing(Sort.FAILURES, _lane(run.id), {"run_id": run.id, "part": part}, bulk=True)


def _lane(run_id: str) -> str:
    return f"run:{run_id}"


def filed_from(uow: UnitOfWork, request: ask.FileDefect) -> tuple[ask.FileDefect, Cluster | None]:
    """What a cluster brings along: its project, its cases, its error. Raises NotFound, AlreadyFiled."""
    if not request.cluster:
        return request, None
    cluster = uow.clusters.cluster(request.cluster)
    if cluster.defect_id is not None:
        raise AlreadyFiled(uow.defects.by_id(cluster.defect_id).key)
    brought = ask.Evidence("", "", text=cluster.error) if cluster.error else None
    return replace(
        request,
        project=uow.projects.by_id(cluster.project_id).prefix,
        build=request.build or uow.clusters.tested(cluster.run_id).build,
        requirements=(*request.requirements, *cluster.keys),
        evidence=(*request.evidence, *((brought,) if brought else ())),
    ), cluster


def joined(uow: UnitOfWork, cluster_id: str, defect: Defect) -> None:
    """The failures are those of a defect that is on record. Raises NotFound, AlreadyFiled."""
    cluster = uow.clusters.cluster(cluster_id)
    filed_as(uow, cluster, defect)
    new = [key for key in cluster.keys if uow.conversations.link(defect.id, key)]
    if new:
        uow.log.append(Event(Kind.DEFECT_LINKED, Subject.DEFECT, defect.id, {}, {"targets": " ".join(new)}))


def filed_as(uow: UnitOfWork, cluster: Cluster, defect: Defect) -> None:
    """All that says the same is filed with it, once. Raises AlreadyFiled to the second of two who file it at once."""
    if not uow.clusters.take(cluster, defect.id):
        taken = uow.clusters.cluster(cluster.id).defect_id
        raise AlreadyFiled(uow.defects.by_id(taken).key if taken else defect.key)
    redraw(uow, cluster)


def redraw(uow: UnitOfWork, cluster: Cluster) -> None:
    """The newest messages that tell of what says the same."""
    for run_id, part in dict.fromkeys(uow.clusters.told_of(cluster.project_id, cluster.fingerprint, REDRAWN)):
        body: Body = {"run_id": run_id, "part": part, "again": True}
        uow.outbox.put(Outgoing(Sort.FAILURES, _lane(run_id), body, fold=f"failures:{run_id}:{part}"))
