"""Somebody meets what is on record already, and says so instead of filing it once more."""

from dataclasses import replace

from bot.domain.defect import Defect
from bot.domain.events import Kind
from bot.services import requests as ask
from bot.services.conversations import attach
from bot.services.duplicates import end_of_chain
from bot.services.failing import joined
from bot.services.guards import permitted
from bot.services.judgements import judge
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork


def same_as(uow: UnitOfWork, request: ask.SameAs) -> Outcome:
    """Of a duplicate its original. A message that is its evidence already says nothing new."""
    named, _ = permitted(uow, request.key, "evidence")
    original, _ = permitted(uow, end_of_chain(uow, named).key, "evidence")
    if request.cluster:
        joined(uow, request.cluster, original)
    new = [each for each in request.evidence if not _known(uow, original, each)]
    if request.evidence and not new:
        return Outcome(original, Kind.DEFECT_SEEN, nothing=True)
    kept = [attach(uow, original, _placed(uow, original, each)) for each in new]
    words = ask.Judge(original.key, True, title=request.title, body=request.body, component=request.component)
    original.see(uow.now, uow.context.actor, " ".join(kept), judge(uow, words).id)
    return Outcome(original, Kind.DEFECT_SEEN)


def _placed(uow: UnitOfWork, defect: Defect, evidence: ask.Evidence) -> ask.Evidence:
    """What stands for no message belongs where the card is."""
    anchor = uow.conversations.anchor(defect.id)
    return evidence if evidence.message_ts or anchor is None else replace(evidence, channel=anchor.channel)


def _known(uow: UnitOfWork, defect: Defect, evidence: ask.Evidence) -> bool:
    """The same message; what was only typed has no `message_ts`."""
    place = (evidence.channel, evidence.message_ts)
    return bool(evidence.message_ts) and any(
        (item.channel, item.message_ts) == place for item in uow.conversations.evidence(defect.id)
    )
