"""What people say around a defect: comments, evidence, links."""

from collections.abc import Mapping

from bot.domain.defect import Defect
from bot.domain.errors import Missing
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.services import requests as ask
from bot.services.guards import permitted
from bot.services.outcome import Outcome
from bot.services.ports import UnitOfWork
from bot.services.records import CommentRecord, EvidenceRecord


def comment(uow: UnitOfWork, request: ask.Comment) -> Outcome:
    """The asked person's word also answers the question that the defect waited for."""
    defect, _ = permitted(uow, request.key, "comment")
    if not request.text.strip() and not request.files:
        raise Missing("text", "comment")
    context = uow.context
    record = CommentRecord(
        uow.new_id(),
        defect.id,
        context.actor,
        request.text,
        uow.now,
        context.channel if context.message_ts else None,
        context.message_ts,
        request.files,
    )
    uow.conversations.add_comment(record)
    answers = defect.asked == context.actor
    facts: dict[str, Scalar] = {"comment_id": record.id, **({"answers": defect.asked_by} if answers else {})}
    _log(uow, Kind.COMMENT_ADDED, defect.id, facts, {"text": request.text})
    if answers:
        defect.answer(uow.now)
        return Outcome(defect, Kind.INFO_GIVEN)
    return Outcome(defect, Kind.COMMENT_ADDED)


def edit_comment(uow: UnitOfWork, request: ask.EditComment) -> bool:
    """False when that message is no comment, or its text is the same."""
    record = uow.conversations.comment_on(request.channel, request.message_ts)
    if record is None or record.text == request.text:
        return False
    uow.conversations.edit_comment(record.id, request.text)
    _log(uow, Kind.COMMENT_EDITED, record.defect_id, {"comment_id": record.id}, {"text": request.text})
    return True


def erase_comment(uow: UnitOfWork, request: ask.EraseComment) -> bool:
    """Whoever deletes the message in Slack has decided: its words leave the record too."""
    record = uow.conversations.comment_on(request.channel, request.message_ts)
    if record is None:
        return False
    uow.conversations.erase_comment(record.id)
    _log(uow, Kind.COMMENT_ERASED, record.defect_id, {"comment_id": record.id}, {})
    return True


def add_evidence(uow: UnitOfWork, request: ask.AddEvidence) -> Outcome:
    defect, _ = permitted(uow, request.key, "evidence")
    attach(uow, defect, request.evidence)
    return Outcome(defect, Kind.EVIDENCE_ADDED)


def attach(uow: UnitOfWork, defect: Defect, evidence: ask.Evidence) -> str:
    """The id it is kept under."""
    record = EvidenceRecord(
        uow.new_id(),
        defect.id,
        uow.context.actor,
        uow.now,
        evidence.channel,
        evidence.message_ts,
        evidence.author,
        evidence.text,
        evidence.permalink,
        evidence.files,
    )
    uow.conversations.add_evidence(record)
    facts = {"evidence_id": record.id, "channel": evidence.channel, "message_ts": evidence.message_ts}
    _log(uow, Kind.EVIDENCE_ADDED, defect.id, facts, {"text": evidence.text} if evidence.text else {})
    return record.id


def detach(uow: UnitOfWork, defect_id: str, evidence_id: str) -> None:
    """Takes back what was attached by mistake."""
    uow.conversations.remove_evidence(evidence_id)
    _log(uow, Kind.EVIDENCE_REMOVED, defect_id, {"evidence_id": evidence_id}, {})


def link(uow: UnitOfWork, request: ask.Link) -> Outcome:
    defect, _ = permitted(uow, request.key, "link")
    if not request.targets:
        raise Missing("target", "link")
    named = dict.fromkeys(map(str.upper, request.targets))
    targets = " ".join(target for target in named if uow.conversations.link(defect.id, target))
    if targets:
        _log(uow, Kind.DEFECT_LINKED, defect.id, {"targets": targets}, {})
    return Outcome(defect, Kind.DEFECT_LINKED, {"targets": targets}, nothing=not targets)


def _log(uow: UnitOfWork, kind: Kind, defect_id: str, facts: Mapping[str, Scalar], texts: dict[str, str]) -> None:
    uow.log.append(Event(kind, Subject.DEFECT, defect_id, {}, facts, texts))
