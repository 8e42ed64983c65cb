"""What is compared of each defect, kept as its events say: written in their transaction, read by suggestions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select, update

from bot.domain.events import Event, Kind, Logged, Subject
from storage.search.analysis import MOST_BODY_TERMS, Analysed, analysed
from storage.search.postings import postings_of
from storage.search.tokens import Tokens
from storage.tables import search_documents
from storage.tenant import TEAM, Tenant, param

# Of a filing, what its reporter wrote beside the title.
_TOLD = ("actual", "expected", "steps")

_PORTION = 1000
_OF_DEFECT = (search_documents.c.team_id == TEAM, search_documents.c.defect_id == param("defect"))
_ONE = select(search_documents).where(*_OF_DEFECT)
_SAY = update(search_documents).where(*_OF_DEFECT)
_ALL = select(search_documents).where(search_documents.c.team_id == TEAM)
_SOME = _ALL.limit(param("most"))
_FORGET = delete(search_documents).where(*_OF_DEFECT)


@dataclass(frozen=True, slots=True)
class Document:
    """`number`: of the defect's key; `place`: in the index."""

    defect_id: str
    project_id: str
    number: int
    place: int
    text: Analysed


def of_defect(tenant: Tenant, defect_id: str) -> Document | None:
    row = tenant.first(_ONE, defect=defect_id)
    return Document(row.defect_id, row.project_id, row.number, row.place, text_of(row)) if row else None


def text_of(row: Row[Any]) -> Analysed:
    """Of a row that has `title` and `body` as they are kept."""
    return Analysed(tuple(row.title.split()), _counted(row.body))


def _counted(kept: str) -> dict[str, int]:
    counted = dict.fromkeys(kept.split(), 1)
    for several in [each for each in counted if "=" in each]:
        term, _, often = several.partition("=")
        del counted[several]
        counted[term] = int(often)
    return counted


def _written(text: Analysed) -> dict[str, Any]:
    body = " ".join(term if often == 1 else f"{term}={often}" for term, often in text.body.items())
    return {"title": " ".join(text.title), "body": body, "length": text.length}


def follow(tenant: Tenant, happened: Iterable[Logged]) -> None:
    """Every document as these events, the oldest first, leave it."""
    told: dict[str, list[Event]] = {}
    for logged in happened:
        event = logged.event
        if event.subject is Subject.DEFECT and (event.kind is Kind.DEFECT_FILED or _says(event)):
            told.setdefault(event.subject_id, []).append(event)
    for defect_id, its in told.items():
        _hear(tenant, defect_id, its)


def _says(event: Event) -> bool:
    return "title" in event.changes or (event.kind is Kind.EVIDENCE_ADDED and "text" in event.texts)


def _hear(tenant: Tenant, defect_id: str, events: Sequence[Event]) -> None:
    known = None if events[0].kind is Kind.DEFECT_FILED else of_defect(tenant, defect_id)
    text = known.text if known else Analysed((), {})
    for event in events:
        text = _after(text, event)
    if known is not None:
        reword(tenant, known, text)
    elif events[0].kind is Kind.DEFECT_FILED:
        facts = events[0].facts
        add(tenant, defect_id, str(facts["project_id"]), number_of(str(facts["key"])), text)


def _after(text: Analysed, event: Event) -> Analysed:
    if event.kind is Kind.DEFECT_FILED:
        return analysed(event.texts.get("title", ""), "\n".join(event.texts.get(name, "") for name in _TOLD))
    if event.kind is Kind.EVIDENCE_ADDED:
        return Analysed(text.title, _joined(text.body, analysed("", event.texts["text"]).body))
    return Analysed(analysed(event.texts.get("title", "")).title, text.body)


def _joined(first: Mapping[str, int], then: Mapping[str, int]) -> dict[str, int]:
    both = Counter(first) + Counter(then)
    return {term: both[term] for term in list(both)[:MOST_BODY_TERMS]}


def number_of(key: str) -> int:
    """`SHOP-42` -> 42: the keys of a project are numbered in the order of filing."""
    return int(key.rpartition("-")[2])


def add(tenant: Tenant, defect_id: str, project_id: str, number: int, text: Analysed) -> None:
    place = postings_of(tenant).add(tenant, number, Tokens(tenant.team, project_id).of(text))
    row = {"defect_id": defect_id, "project_id": project_id, "number": number, "place": place}
    tenant.add(search_documents, row | _written(text))


def reword(tenant: Tenant, known: Document, text: Analysed) -> None:
    tokens = Tokens(tenant.team, known.project_id)
    index = postings_of(tenant)
    index.drop(tenant, known.place, tokens.of(known.text))
    index.put(tenant, known.place, tokens.of(text))
    tenant.change(_SAY.values(_written(text)), defect=known.defect_id)


def retell(tenant: Tenant, defect_id: str, life: Iterable[Logged]) -> None:
    """As its whole log says by now: what was erased there is gone from here too."""
    known = of_defect(tenant, defect_id)
    text = Analysed((), {})
    for logged in life:
        if logged.event.kind is Kind.DEFECT_FILED or _says(logged.event):
            text = _after(text, logged.event)
    if known is not None:
        reword(tenant, known, text)


def forget_all(tenant: Tenant) -> None:
    """Nothing of the workspace is left to search."""
    while forget_some(tenant, _PORTION):
        pass


def forget_some(tenant: Tenant, most: int) -> int:
    """So many documents at most are no longer found; answers how many."""
    rows = tenant.all(_SOME, most=most)
    for row in rows:
        tokens = Tokens(tenant.team, row.project_id).of(text_of(row))
        postings_of(tenant).drop(tenant, row.place, tokens)
    tenant.change_each(_FORGET, [{"defect": row.defect_id} for row in rows])
    return len(rows)
