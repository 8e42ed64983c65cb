"""What is said around a defect, what it touches, and where its card stands."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.services.records import Anchor, CommentRecord, EvidenceRecord
from bot.services.requests import FileRef
from storage import dated
from storage.event_log import erase_comment_texts
from storage.tables import anchors, comments, link_versions, links
from storage.tables import evidence as evidence_table
from storage.tenant import TEAM, Tenant, Upsert, param

_COMMENT_ON = select(comments).where(
    comments.c.team_id == TEAM, comments.c.channel == param("channel_"), comments.c.message_ts == param("message")
)
_DEFECT_OF_COMMENT = select(comments.c.defect_id).where(comments.c.team_id == TEAM, comments.c.id == param("comment"))
_REWORD = (
    update(comments)
    .where(comments.c.team_id == TEAM, comments.c.id == param("comment"))
    .values(text=param("wording"), text_key=param("folded"))
)
_ERASE = delete(comments).where(comments.c.team_id == TEAM, comments.c.id == param("comment"))
_EVIDENCE_OF = (
    select(evidence_table)
    .where(evidence_table.c.team_id == TEAM, evidence_table.c.defect_id == param("defect"))
    .order_by(evidence_table.c.id)
)
_REMOVE = delete(evidence_table).where(evidence_table.c.team_id == TEAM, evidence_table.c.id == param("evidence"))
_UNLINK = delete(links).where(
    links.c.team_id == TEAM, links.c.defect_id == param("defect"), links.c.target == param("target_")
)
_LINK = select(link_versions.c.id).where(
    dated.live(link_versions), link_versions.c.defect_id == param("defect"), link_versions.c.target == param("target_")
)
_LINKS_OF = (
    select(links.c.target).where(links.c.team_id == TEAM, links.c.defect_id == param("defect")).order_by(links.c.target)
)
_ANCHOR = select(anchors).where(anchors.c.team_id == TEAM, anchors.c.defect_id == param("defect"))
# By the thread first: it has the index.
_FILED_BESIDE = (
    select(anchors.c.defect_id)
    .where(anchors.c.team_id == TEAM, anchors.c.channel == param("channel_"), anchors.c.root_ts == param("root"))
    .where(anchors.c.source_ts == param("message"))
    .order_by(anchors.c.defect_id)
)
_PUT_ANCHOR = Upsert(anchors, ("team_id", "defect_id"))


def files_to_json(files: Sequence[FileRef]) -> list[dict[str, Any]]:
    return [asdict(file) for file in files]


def files_from_json(kept: list[dict[str, Any]]) -> tuple[FileRef, ...]:
    return tuple(FileRef(**each) for each in kept)


def comment_from(row: Row[Any]) -> CommentRecord:
    return CommentRecord(
        row.id,
        row.defect_id,
        row.author,
        row.text,
        row.created_at,
        row.channel,
        row.message_ts,
        files_from_json(row.files),
    )


def evidence_from(row: Row[Any]) -> EvidenceRecord:
    return EvidenceRecord(
        row.id,
        row.defect_id,
        row.added_by,
        row.created_at,
        row.channel,
        row.message_ts,
        row.author,
        row.text,
        row.permalink,
        files_from_json(row.files),
    )


def anchor_from(row: Row[Any]) -> Anchor:
    return Anchor(row.defect_id, row.channel, row.thread_ts, row.ts, row.source_ts, row.lane)


def _record_values(record: CommentRecord | EvidenceRecord) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in record.__dataclass_fields__}
    return values | {"files": files_to_json(record.files)}


class SqlConversations:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._anchors: dict[str, Anchor | None] = {}

    def add_comment(self, comment: CommentRecord) -> None:
        self._tenant.add(comments, _record_values(comment) | {"text_key": comment.text.casefold()})

    def comment_on(self, channel: str, message_ts: str) -> CommentRecord | None:
        """The first one, should a message have been kept for several defects."""
        rows = self._tenant.all(_COMMENT_ON, channel_=channel, message=message_ts)
        return min(map(comment_from, rows), key=lambda comment: comment.id, default=None)

    def edit_comment(self, comment_id: str, text: str) -> None:
        self._tenant.change(_REWORD, comment=comment_id, wording=text, folded=text.casefold())

    def erase_comment(self, comment_id: str) -> None:
        """Its row, and its words beside the events that tell of it."""
        row = self._tenant.first(_DEFECT_OF_COMMENT, comment=comment_id)
        if row is not None:
            erase_comment_texts(self._tenant, row.defect_id, comment_id)
            self._tenant.change(_ERASE, comment=comment_id)

    def add_evidence(self, evidence: EvidenceRecord) -> None:
        self._tenant.add(evidence_table, _record_values(evidence))

    def evidence(self, defect_id: str) -> list[EvidenceRecord]:
        return [evidence_from(row) for row in self._tenant.all(_EVIDENCE_OF, defect=defect_id)]

    def remove_evidence(self, evidence_id: str) -> None:
        self._tenant.change(_REMOVE, evidence=evidence_id)

    def link(self, defect_id: str, target: str) -> bool:
        row = {"defect_id": defect_id, "target": target}
        new = self._tenant.add_unless_known(links, row)
        if new:
            dated.begin(self._tenant, link_versions, [row])
        return new

    def links(self, defect_id: str) -> list[str]:
        return [row.target for row in self._tenant.all(_LINKS_OF, defect=defect_id)]

    def unlink(self, defect_id: str, target: str) -> None:
        self._tenant.change(_UNLINK, defect=defect_id, target_=target)
        known = self._tenant.all(_LINK, defect=defect_id, target_=target)
        dated.end(self._tenant, link_versions, [row.id for row in known])

    def anchor(self, defect_id: str) -> Anchor | None:
        if defect_id not in self._anchors:
            row = self._tenant.first(_ANCHOR, defect=defect_id)
            self._anchors[defect_id] = anchor_from(row) if row else None
        return self._anchors[defect_id]

    def filed_beside(self, anchor: Anchor) -> list[str]:
        place = {"channel_": anchor.channel, "root": anchor.root_ts, "message": anchor.source_ts}
        return [row.defect_id for row in self._tenant.all(_FILED_BESIDE, **place)]

    def set_anchor(self, anchor: Anchor) -> None:
        values = {name: getattr(anchor, name) for name in anchor.__dataclass_fields__}
        self._tenant.put(_PUT_ANCHOR, **values, root_ts=anchor.root_ts)
        self._anchors[anchor.defect_id] = anchor
