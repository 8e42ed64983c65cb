"""Failures that were counted under a defect by mistake: somebody says so, and no later run counts them there again."""

from collections.abc import Sequence

from bot.domain.defect import Defect
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.lifecycle import Action, allowed
from bot.services import requests as ask
from bot.services.clusters import Cluster, Fate
from bot.services.failing import redraw
from bot.services.guards import permitted
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork


def part_failures(uow: UnitOfWork, request: ask.PartFailures) -> Outcome:
    """Whatever says the same belongs to no defect again, but for what was filed as this one. The status stays: who
    verified the fix knows better than an error text. Raises NotFound, NotAllowed."""
    defect, _ = permitted(uow, request.key, "evidence")
    cluster = uow.clusters.cluster(request.cluster)
    parted = uow.clusters.part(cluster, defect.id)
    if not parted:
        return Outcome(defect, Kind.DEFECT_PARTED, nothing=True)
    gone = _untie(uow, defect, parted)
    facts: dict[str, Scalar] = {"cluster": cluster.id, "run_id": cluster.run_id, "gone": gone or None}
    texts = {"text": cluster.said} if cluster.said else {}
    uow.log.append(Event(Kind.DEFECT_PARTED, Subject.DEFECT, defect.id, {}, facts, texts))
    redraw(uow, cluster)
    reopened = any(each.fate is Fate.REOPENED for each in parted) and Action.FIXED in allowed(defect.status)
    return Outcome(defect, Kind.DEFECT_PARTED, {"gone": gone, "reopened": reopened})


def _untie(uow: UnitOfWork, defect: Defect, parted: Sequence[Cluster]) -> str:
    """The test cases that those runs linked by themselves: one that stayed would lead to the defect again."""
    runs = {each.run_id for each in parted}
    tied: set[str] = set()
    for event in (entry.event for entry in uow.log.of_subject(defect.id)):
        if event.kind is Kind.DEFECT_LINKED:
            targets = set(str(event.facts["targets"]).split())
            tied = tied | targets if event.facts.get("run_id") in runs else tied - targets
    failing = {key for each in parted for key in each.keys}
    gone = [key for key in uow.conversations.links(defect.id) if key in tied & failing]
    for key in gone:
        uow.conversations.unlink(defect.id, key)
    return " ".join(gone)


def rejoin_failures(uow: UnitOfWork, defect: Defect, parting: Event) -> None:
    """Takes a parting back, but for what was filed as another defect since."""
    cluster = uow.clusters.cluster(str(parting.facts["cluster"]))
    uow.clusters.rejoin(cluster, defect.id)
    tied = [key for key in str(parting.facts.get("gone") or "").split() if uow.conversations.link(defect.id, key)]
    facts: dict[str, Scalar] = {"undone": parting.kind.value, "targets": " ".join(tied) or None}
    uow.log.append(Event(Kind.CHANGE_UNDONE, Subject.DEFECT, defect.id, {}, facts))
    redraw(uow, cluster)
