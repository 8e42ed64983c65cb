"""The event log of one unit of work: what is appended is numbered and chained at its commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from bot.domain.events import Event, Kind, Logged, Subject
from storage.chain import GENESIS, HEAD, link
from storage.log_body import KeptText, body_of, event_from, salted
from storage.projects import open_workspace
from storage.tables import event_texts, events, heads
from storage.tenant import TEAM, Tenant, param

# What is said around a defect changes nothing in it.
TALK = (
    Kind.COMMENT_ADDED,
    Kind.COMMENT_EDITED,
    Kind.COMMENT_ERASED,
    Kind.EVIDENCE_ADDED,
    Kind.EVIDENCE_REMOVED,
    Kind.FOLLOWERS_CHANGED,
    Kind.LINKS_CARRIED,
    Kind.FAILURE_SEEN,
    Kind.TEXTS_ERASED,
)
# Nobody's own act: a build arrived, an answer was given, a duplicate was worse.
_CONSEQUENCES = (Kind.FIX_BOUND, Kind.INFO_GIVEN, Kind.SEVERITY_CARRIED)
_COMMENTS = (Kind.COMMENT_ADDED, Kind.COMMENT_EDITED)

_LOCK = HEAD.with_for_update()
_MOVE = update(heads).where(heads.c.team_id == TEAM).values(seq=param("new_seq"), hash=param("new_hash"))
OWN = select(events).where(events.c.team_id == TEAM)
_OF_SUBJECT = OWN.where(events.c.subject_id == param("subject_id_")).order_by(events.c.seq)
_A_CHANGE = events.c.kind.not_in([kind.value for kind in TALK])
_LAST_CHANGE = OWN.where(events.c.subject_id == param("subject_id_"), _A_CHANGE).order_by(events.c.seq.desc()).limit(1)
_LAST_DEFECT = (
    select(events.c.subject_id)
    .where(
        events.c.team_id == TEAM,
        events.c.actor == param("person"),
        events.c.subject == Subject.DEFECT.value,
        _A_CHANGE,
        events.c.kind.not_in([kind.value for kind in _CONSEQUENCES]),
    )
    .order_by(events.c.seq.desc())
    .limit(1)
)
_TEXTS_OF = select(event_texts.c.seq, event_texts.c.name, event_texts.c.text).where(
    event_texts.c.team_id == TEAM, event_texts.c.seq.in_(param("seqs", expanding=True))
)
_FILED_TEXTS = select(event_texts.c.name, event_texts.c.text).where(
    event_texts.c.team_id == TEAM,
    event_texts.c.seq.in_(
        select(events.c.seq).where(
            events.c.team_id == TEAM,
            events.c.subject_id == param("subject_id_"),
            events.c.kind == Kind.DEFECT_FILED.value,
        )
    ),
)
_ERASE = event_texts.delete().where(event_texts.c.team_id == TEAM, event_texts.c.seq.in_(param("seqs", expanding=True)))


@dataclass(frozen=True, slots=True)
class Draft:
    """All that can be made of an event before the head is locked."""

    logged: Logged
    body: str
    texts: list[KeptText]


def logged_from(row: Row[Any], texts: dict[str, str]) -> Logged:
    event = event_from(Kind(row.kind), Subject(row.subject), row.subject_id, row.body, texts)
    return Logged(row.seq, row.at, row.actor, row.surface, row.channel, row.message_ts, event)


def row_values(draft: Draft, seq: int) -> dict[str, Any]:
    logged, event = draft.logged, draft.logged.event
    return {
        "seq": seq,
        "at": logged.at,
        "actor": logged.actor,
        "surface": logged.surface,
        "channel": logged.channel,
        "message_ts": logged.message_ts,
        "kind": event.kind.value,
        "subject": event.subject.value,
        "subject_id": event.subject_id,
        "body": draft.body,
    }


def filing_texts(tenant: Tenant, defect_id: str) -> dict[str, str]:
    """What its reporter wrote with it, and has not been erased since."""
    return {row.name: row.text for row in tenant.all(_FILED_TEXTS, subject_id_=defect_id)}


def of_subject(tenant: Tenant, subject_id: str) -> list[Logged]:
    return with_texts(tenant, tenant.all(_OF_SUBJECT, subject_id_=subject_id))


def with_texts(tenant: Tenant, rows: Sequence[Row[Any]]) -> list[Logged]:
    texts = by_seq(tenant.all_in(_TEXTS_OF, "seqs", [row.seq for row in rows]))
    return [logged_from(row, texts.get(row.seq, {})) for row in rows]


def by_seq(rows: Iterable[Row[Any]]) -> dict[int, dict[str, str]]:
    texts: dict[int, dict[str, str]] = {}
    for row in rows:
        texts.setdefault(row.seq, {})[row.name] = row.text
    return texts


def last_change(tenant: Tenant, defect_id: str) -> Logged | None:
    row = tenant.first(_LAST_CHANGE, subject_id_=defect_id)
    return with_texts(tenant, [row])[0] if row else None


def erase_comment_texts(tenant: Tenant, defect_id: str, comment_id: str) -> None:
    """Every wording that the comment ever had."""
    rows = tenant.all(_OF_SUBJECT, subject_id_=defect_id)
    talk = [logged_from(row, {}) for row in rows if row.kind in _COMMENTS]
    seqs = [logged.seq for logged in talk if logged.event.facts.get("comment_id") == comment_id]
    if seqs:
        tenant.change(_ERASE, seqs=seqs)


def head(tenant: Tenant) -> tuple[int, str]:
    row = tenant.first(HEAD)
    return (row.seq, row.hash) if row else (0, GENESIS)


class SqlEventLog:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._appended: list[Event] = []

    def append(self, event: Event) -> None:
        self._appended.append(event)

    def drain(self) -> list[Event]:
        drained, self._appended = self._appended, []
        return drained

    def of_subject(self, subject_id: str) -> list[Logged]:
        return of_subject(self._tenant, subject_id)

    def last_change(self, defect_id: str) -> Logged | None:
        return last_change(self._tenant, defect_id)

    def last_defect_of(self, actor: str) -> str | None:
        row = self._tenant.first(_LAST_DEFECT, person=actor)
        return row.subject_id if row else None

    def head(self) -> tuple[int, str]:
        return head(self._tenant)

    def write(self, drafts: Sequence[Draft]) -> list[Logged]:
        """Locks the head: nothing but what needs the numbers may follow in this transaction."""
        last, newest = self._lock()
        rows = []
        for seq, draft in enumerate(drafts, last + 1):
            values = row_values(draft, seq)
            values |= {"previous": newest, "hash": link(self._tenant.team, values, newest)}
            newest = values["hash"]
            rows.append(values)
        self._tenant.add(events, *rows)
        self._tenant.add(event_texts, *_text_rows(drafts, rows))
        self._tenant.change_each(_MOVE, [{"new_seq": last + len(rows), "new_hash": newest}])
        return [draft.logged._replace(seq=row["seq"]) for draft, row in zip(drafts, rows, strict=True)]

    def _lock(self) -> tuple[int, str]:
        row = self._tenant.first(_LOCK)
        if row is None:
            open_workspace(self._tenant)
            row = self._tenant.first(_LOCK)
        assert row is not None
        return row.seq, row.hash


def _text_rows(drafts: Sequence[Draft], rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"seq": row["seq"], "name": kept.name, "salt": kept.salt, "text": kept.text}
        for draft, row in zip(drafts, rows, strict=True)
        for kept in draft.texts
    ]


def draft(logged: Logged) -> Draft:
    texts = salted(logged.event.texts)
    return Draft(logged, body_of(logged.event, texts), texts)
