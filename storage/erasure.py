"""Removing what people wrote: texts and salts beside the log, and every row that repeats them. The log still verifies.

What an event itself holds stays: who did what to which defect, when, from which state to which.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, delete, or_, select, type_coerce, update

from bot.domain.events import Event, Kind, Subject
from bot.domain.values import Surface
from bot.services.context import Context
from bot.services.delivery import State
from bot.services.gates import OPERATOR
from bot.services.notifications import lane
from bot.services.outgoing import Outgoing, Sort
from storage import erasure_of_releases as of_releases
from storage import erasure_of_results as of_results
from storage import event_log
from storage.projection import rebuild
from storage.results import WORDLESS
from storage.search import documents
from storage.tables import (
    comments,
    defects,
    event_texts,
    events,
    evidence,
    judgements,
    metadata,
    outbox,
    people,
    saved_lists,
)
from storage.tenant import TEAM, Tenant, param
from storage.unit_of_work import SqlUnitOfWork, SqlUnitsOfWork

_IDS = param("ids", expanding=True)
_PERSON = param("who")
_SPOKEN = (
    select(events.c.subject_id, event_texts.c.seq, event_texts.c.name, event_texts.c.text)
    .join(event_texts, and_(event_texts.c.team_id == events.c.team_id, event_texts.c.seq == events.c.seq))
    .where(events.c.team_id == TEAM)
)
_ABOUT = _SPOKEN.where(events.c.subject_id.in_(_IDS))
_BY = _SPOKEN.where(events.c.actor == _PERSON)
# A duplicate's words were carried to its original, and back again.
_RELATED = select(defects.c.id, defects.c.duplicate_of).where(
    defects.c.team_id == TEAM,
    defects.c.duplicate_of.isnot(None),
    or_(defects.c.id.in_(_IDS), defects.c.duplicate_of.in_(_IDS)),
)
_FORGET_TEXT = delete(event_texts).where(
    event_texts.c.team_id == TEAM, event_texts.c.seq == param("place"), event_texts.c.name == param("called")
)
_COMMENTS = select(comments.c.id, comments.c.text, comments.c.author).where(
    comments.c.team_id == TEAM, comments.c.defect_id.in_(_IDS)
)
_COMMENTS_BY = select(comments.c.id).where(comments.c.team_id == TEAM, comments.c.author == _PERSON)
_FORGET_COMMENTS = delete(comments).where(comments.c.team_id == TEAM, comments.c.id.in_(_IDS))
_EVIDENCE = select(evidence.c.id, evidence.c.text).where(evidence.c.team_id == TEAM, evidence.c.defect_id.in_(_IDS))
_EVIDENCE_BY = select(evidence.c.id).where(
    evidence.c.team_id == TEAM,
    or_(evidence.c.author == _PERSON, and_(evidence.c.author.is_(None), evidence.c.added_by == _PERSON)),
)
_BLANK_EVIDENCE = (
    update(evidence).where(evidence.c.team_id == TEAM, evidence.c.id.in_(_IDS)).values(text=None, files=[])
)
_RETITLE = (
    update(defects)
    .where(defects.c.team_id == TEAM, defects.c.id == param("defect"))
    .values(
        title=param("title_"),
        title_key=param("folded"),
        question=param("asking"),
        blocked=param("blocking"),
        version=defects.c.version + 1,
    )
)
_JUDGED = update(judgements).where(judgements.c.team_id == TEAM).values(title="", body="", component=None)
_JUDGED_BY = _JUDGED.where(judgements.c.by == _PERSON)
_JUDGED_ABOUT = _JUDGED.where(or_(judgements.c.defect_id.in_(_IDS), judgements.c.suggested_id.in_(_IDS)))
_NAME = delete(people).where(people.c.team_id == TEAM, people.c.person == _PERSON)
_LISTS = delete(saved_lists).where(saved_lists.c.team_id == TEAM, saved_lists.c.person == _PERSON)
# What renders from the store when it is delivered repeats no word; `{}` has been emptied already.
_FRESH = (Sort.CARD.value, Sort.REACTION.value, Sort.DIGEST.value, Sort.JOIN.value, Sort.HOME.value)
_BODY = type_coerce(outbox.c.body, Text)
_WORDED = select(outbox.c.id, outbox.c.lane, outbox.c.body).where(
    outbox.c.team_id == TEAM, outbox.c.sort.not_in(_FRESH), _BODY != "{}"
)
_SILENCE = (
    update(outbox)
    .where(outbox.c.team_id == TEAM, outbox.c.id.in_(_IDS))
    .values(body={}, state=State.NEEDLESS.value, settled_at=param("instant"), lease_until=None)
)
# Characters from which on a text is looked for within others.
_TELLING = 8
# Of a workspace only the sealed log stays, and that it was there.
SEALED = frozenset({"events", "heads", "workspaces"})


@dataclass(frozen=True, slots=True)
class Erased:
    """How many of each."""

    texts: int = 0
    comments: int = 0
    evidence: int = 0
    defects: int = 0
    messages: int = 0
    rows: int = 0

    @property
    def anything(self) -> bool:
        return any(asdict(self).values())


def erase_defect(units: SqlUnitsOfWork, connection: Connection, team: str, key: str) -> Erased:
    """Raises NotFound."""
    uow, tenant = _begun(units, connection, team)
    ids = [uow.defects.get(key).id]
    waived = of_releases.waived(tenant, ids)
    reasons = {row.reason for row in waived}
    spoken = [*tenant.all(_ABOUT, ids=ids)]
    releases = sorted({row.release_id for row in waived})
    spoken += (row for row in tenant.all_in(_ABOUT, "ids", releases) if row.text in reasons)
    said = {row.id for row in tenant.all(_COMMENTS, ids=ids)}
    shown = {row.id for row in tenant.all(_EVIDENCE, ids=ids)}
    tenant.change(_JUDGED_ABOUT, ids=ids)
    errors, tested = of_results.of_defects(tenant, ids, event_log.of_subject(tenant, ids[0]))
    event = Event(Kind.TEXTS_ERASED, Subject.DEFECT, ids[0], {}, {"what": key.upper()})
    return _erase(uow, tenant, [*ids, *releases, *tested], spoken, said, shown, event, errors=errors)


def erase_person(units: SqlUnitsOfWork, connection: Connection, team: str, person: str) -> Erased:
    """What they wrote, wherever it was repeated, and what they are called. Their id stays in the log."""
    uow, tenant = _begun(units, connection, team)
    spoken = tenant.all(_BY, who=person)
    said = {row.id for row in tenant.all(_COMMENTS_BY, who=person)}
    shown = {row.id for row in tenant.all(_EVIDENCE_BY, who=person)}
    own = (_JUDGED_BY, _NAME, _LISTS, WORDLESS)
    rows = sum(tenant.change(each, who=person) for each in own) + of_releases.by(tenant, person)
    event = Event(Kind.TEXTS_ERASED, Subject.PROJECT, uow.projects.default().id, {}, {"what": person})
    return _erase(uow, tenant, sorted({row.subject_id for row in spoken}), spoken, said, shown, event, rows)


def erase_team(units: SqlUnitsOfWork, connection: Connection, team: str) -> Erased:
    """Everything but the sealed log."""
    uow, tenant = _begun(units, connection, team)
    event = Event(Kind.TEXTS_ERASED, Subject.PROJECT, uow.projects.default().id, {}, {"what": team})
    documents.forget_all(tenant)
    gone = {
        table.name: tenant.change(delete(table).where(table.c.team_id == TEAM))
        for table in reversed(metadata.sorted_tables)
        if table.name not in SEALED
    }
    named = {"event_texts": "texts", "comments": "comments", "evidence": "evidence", "defects": "defects"}
    named["outbox"] = "messages"
    counted = {field: gone.pop(table) for table, field in named.items()}
    uow.log.append(event)
    uow.commit()
    return Erased(**counted, rows=sum(gone.values()))


def _begun(units: SqlUnitsOfWork, connection: Connection, team: str) -> tuple[SqlUnitOfWork, Tenant]:
    uow = units.begin(connection, Context(team, OPERATOR, Surface.COMMAND_LINE))
    return uow, Tenant(connection, team, uow.now)


def _erase(
    uow: SqlUnitOfWork,
    tenant: Tenant,
    ids: Sequence[str],
    spoken: Sequence[Row[Any]],
    said: set[str],
    shown: set[str],
    event: Event,
    rows: int = 0,
    errors: Collection[str] = (),
) -> Erased:
    """`errors`: of test runs, and empty there already."""
    words = {row.text for row in spoken} | set(errors)
    of_releases.repeated(tenant, words)
    rows += len(errors) + of_results.repeated(tenant, words, _TELLING)
    around = _with_relatives(tenant, ids)
    texts = [row for row in tenant.all_in(_ABOUT, "ids", around) if row.text in words]
    tenant.change_each(_FORGET_TEXT, [{"place": row.seq, "called": row.name} for row in texts])
    said |= {row.id for row in tenant.all_in(_COMMENTS, "ids", around) if row.text in words}
    shown |= {row.id for row in tenant.all_in(_EVIDENCE, "ids", around) if row.text in words}
    tenant.change(_FORGET_COMMENTS, ids=sorted(said))
    tenant.change(_BLANK_EVIDENCE, ids=sorted(shown))
    touched = sorted({row.subject_id for row in texts})
    told = [_tell_again(uow, tenant, each) for each in touched]
    messages = _silence(tenant, _repeating(tenant.all(_WORDED), frozenset(ids), words))
    erased = Erased(len(texts), len(said), len(shown), sum(told), messages, rows)
    if erased.anything:
        uow.log.append(event)
    uow.commit()
    return erased


def _with_relatives(tenant: Tenant, ids: Sequence[str]) -> set[str]:
    related = tenant.all_in(_RELATED, "ids", ids)
    return {*ids, *(row.id for row in related), *(row.duplicate_of for row in related)}


def _tell_again(uow: SqlUnitOfWork, tenant: Tenant, defect_id: str) -> bool:
    """The row says what the log still does, and so will its card. False where it is no defect."""
    life = event_log.of_subject(tenant, defect_id)
    state = rebuild(life).get(defect_id)
    if state is None:
        return False
    title, question, blocked = state["title"], state["question"], state["blocked"]
    values = {"title_": title, "folded": title.casefold(), "asking": question, "blocking": blocked}
    tenant.change(_RETITLE, defect=defect_id, **values)
    documents.retell(tenant, defect_id, life)
    anchor = uow.conversations.anchor(defect_id)
    if anchor is not None:
        uow.outbox.put(Outgoing(Sort.CARD, lane(anchor), {"defect_id": defect_id}, fold=f"card:{defect_id}"))
    return True


def _repeating(rows: Iterable[Row[Any]], ids: Collection[str], words: Collection[str]) -> list[str]:
    long = [word for word in words if len(word) >= _TELLING]

    def repeats(text: str) -> bool:
        return text in ids or text in words or any(word in text for word in long)

    return [row.id for row in rows if any(map(repeats, _strings(row.body)))]


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in _strings(each))
    elif isinstance(value, list):
        yield from (text for each in value for text in _strings(each))


def _silence(tenant: Tenant, ids: Sequence[str]) -> int:
    return tenant.change(_SILENCE, ids=ids, instant=tenant.now) if ids else 0
