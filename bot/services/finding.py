"""What a query finds; and where it finds nothing, what would."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.query import Exact, Query, Sort, answerable, parse, print_query, resolve
from bot.domain.query.names import FREE, REGISTERED, Stranger, corrected, refuse
from bot.domain.query.nodes import Term
from bot.services.questions import Questions
from bot.services.views import Page

MOST_WIDER = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """`people`: who is meant by the names in `text` that were typed by hand; `sort` takes the place of the text's own;
    `at` None is now. `me` asks, in `channel`, whose project's zone its days begin in."""

    text: str
    me: str | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None
    sort: Sort | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wider:
    """`dropped` is left out of the query, or has `instead` in its place."""

    query: Query
    total: int
    dropped: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """`strangers`: words that nothing is called by; they and `wider` are looked for where nothing was found."""

    query: Query
    page: Page
    at: datetime | None = None
    strangers: tuple[Stranger, ...] = ()
    wider: tuple[Wider, ...] = ()


def understood(questions: Questions, asking: Asking) -> Query:
    """Raises QueryError, also at the name of a release, build, project or defect that there is not."""
    query = resolve(parse(asking.text), asking.people)
    if asking.at is not None:
        answerable(query, asking.text)
    refuse(questions.strangers(query, REGISTERED), asking.text)
    return query if asking.sort is None else replace(query, sorts=(asking.sort,))


def find(questions: Questions, asking: Asking, offset: int, limit: int) -> Found:
    """Raises QueryError, UnresolvedPerson."""
    query = understood(questions, asking)
    page = _page(questions, asking, query, offset, limit)
    if not page.items and page.total:
        page = _page(questions, asking, query, (page.total - 1) // limit * limit, limit)
    if page.total:
        return Found(query, page, asking.at)
    strangers = tuple(questions.strangers(query, FREE))
    candidates = [*_corrections(query, strangers), *_releases(questions, query), *_without(query)]
    counted = [replace(each, total=_page(questions, asking, each.query, 0, 0).total) for each in candidates]
    return Found(query, page, asking.at, strangers, tuple(each for each in counted if each.total)[:MOST_WIDER])


def _page(questions: Questions, asking: Asking, query: Query, offset: int, limit: int) -> Page:
    zone = ZoneInfo(questions.project_for(asking.channel).timezone)
    return questions.matching(query, asking.me, None, offset, limit, at=asking.at, zone=zone)


def _corrections(query: Query, strangers: tuple[Stranger, ...]) -> Iterator[Wider]:
    for stranger in strangers:
        if stranger.nearest:
            yield Wider(corrected(query, stranger), 0, stranger.word, stranger.nearest)


def _releases(questions: Questions, query: Query) -> Iterator[Wider]:
    """A release's name alone was looked for as text."""
    texts = [term for term in query.terms if term.field == "text" and len(term.values) == 1]
    names = {release.name.casefold(): release.name for release in questions.releases(None)} if texts else {}
    for term in texts:
        only = term.values[0]
        if isinstance(only, Exact) and (name := names.get(str(only.value).casefold())):
            meant = replace(term, field="release", values=(Exact(name),))
            yield Wider(_with(query, term, (meant,)), 0, _printed(term), _printed(meant))


def _without(query: Query) -> Iterator[Wider]:
    """Each part left out by itself, the last one that was thought of first."""
    if len(query.terms) > 1:
        yield from (Wider(_with(query, term, ()), 0, _printed(term)) for term in reversed(query.terms))


def _with(query: Query, term: Term, instead: tuple[Term, ...]) -> Query:
    terms = [new for each in query.terms for new in (instead if each is term else (each,))]
    return replace(query, terms=tuple(terms))


def _printed(term: Term) -> str:
    return print_query(Query((term,)))
