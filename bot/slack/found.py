"""What a query found, a page of it: how many, where one stands, its order, and how to keep it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.query import FIELDS, Query, Sort, print_query
from bot.domain.query.instants import SORTS_THEN
from bot.domain.query.kinds import SORTS
from bot.services.finding import Found, Wider
from bot.services.records import SavedList
from bot.services.views import Page
from bot.slack import acts
from bot.slack.blocks import Json, actions, context, option, section, static_select
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import OPTION_VALUE, Act, TooLong, action_id, encode
from bot.slack.mrkdwn import render, render_plain
from bot.slack.queue import PAGE, Reader, rows

# No button of a row has this place.
_ORDER = 9
# Two blocks a list, and Slack takes 50 a message.
MOST_SAVED = 20


def found_list(found: Found, reader: Reader) -> Json:
    """`reader` sees what they can do about each; of another instant there is nothing to do but look."""
    query = print_query(found.query)
    facts = {"total": found.page.total, "query": query, "at": found.at}
    if not found.page.items:
        return _nothing(found, facts)
    head = render("list", "head", **facts)
    shown = rows(found.page.items, reader, past=found.at is not None)
    return {"text": _text(head, found.page), "blocks": [section(head), *shown, *_foot(found, query)]}


def counted_list(page: Page, reader: Reader, turn: Act) -> Json:
    """The defects behind a number that no query asks for; `turn` shows the same list, with another `offset`."""
    head = render(
        "list", "head" if page.items else "empty", total=page.total, query="", at=None, strangers=(), wider=()
    )
    return {"text": _text(head, page), "blocks": [section(head), *rows(page.items, reader), *_turning(page, turn)]}


def _text(head: Mrkdwn, page: Page) -> Mrkdwn:
    return Mrkdwn("\n".join([head, *(render("queue", "row_text", d=view.defect) for view in page.items)]))


def _turning(page: Page, turn: Act) -> list[Json]:
    steps = _steps(page, lambda offset: replace(turn, extra={**turn.extra, "offset": str(offset)}))
    return [*_where(page), *([actions(*steps)] if steps else [])]


def _nothing(found: Found, facts: dict[str, object]) -> Json:
    words = render("list", "empty", **facts, strangers=found.strangers, wider=found.wider)
    buttons = [button for place, each in enumerate(found.wider) for button in _wider(each, found.at, place)]
    return {"text": words, "blocks": [section(words), *([actions(*buttons)] if buttons else [])]}


def _wider(wider: Wider, at: datetime | None, place: int) -> list[Json]:
    act = list_act(print_query(wider.query), at)
    return _fitting(act, place, "wider", total=wider.total, dropped=wider.dropped, instead=wider.instead)


def _foot(found: Found, query: str) -> list[Json]:
    buttons = [
        *_steps(found.page, lambda offset: list_act(query, found.at, offset)),
        *([_order(found)] if found.page.total > 1 and _order(found) else []),
        *(_fitting(Act("save_list", extra={"query": query}), 3, "save_list") if query and not found.at else []),
        *(_fitting(list_act(query), 4, "as_now") if found.at else []),
    ]
    return [*_where(found.page), *([actions(*buttons)] if buttons else [])]


def _where(page: Page) -> list[Json]:
    if page.total <= len(page.items):
        return []
    last = page.offset + len(page.items)
    return [context(render("queue", "page", first=page.offset + 1, last=last, total=page.total))]


def _steps(page: Page, turned: Callable[[int], Act]) -> list[Json]:
    last = page.offset + len(page.items)
    return [
        *(_fitting(turned(max(0, page.offset - PAGE)), 0, "previous_page") if page.offset else []),
        *(_fitting(turned(last), 1, "next_page") if last < page.total else []),
    ]


def list_act(query: str, at: datetime | None = None, offset: int | None = None) -> Act:
    """The list itself; with an `offset` it turns the page of the message that it stands on."""
    extra = {"query": query} if query else {}
    extra |= {"at": at.isoformat()} if at else {}
    return Act("list", extra=extra | ({} if offset is None else {"offset": str(offset)}))


def _fitting(act: Act, place: int, label: str, **facts: str | int) -> list[Json]:
    """None where the query is longer than a button carries: then it can be changed only by hand."""
    try:
        return [acts.act_button(act, place, label=label, style=None, **facts)]
    except TooLong:
        return []


def _order(found: Found) -> Json:
    """A menu, empty where the query is longer than its options carry: then `sort:` behind the query does it."""
    bare = list_act(print_query(replace(found.query, sorts=())), found.at, 0)
    sorts = [Sort(each) for each in (SORTS_THEN if found.at else SORTS)]
    try:
        options = {sort.field: _sorted_by(bare, sort) for sort in sorts}
    except TooLong:
        return {}
    chosen = options.get(found.query.sorts[0].field) if _plain(found.query) else None
    return static_select(action_id(acts.ACTION, _ORDER), list(options.values()), _word("order"), chosen)


def _plain(query: Query) -> bool:
    return len(query.sorts) == 1 and not query.sorts[0].reverse


def _sorted_by(bare: Act, sort: Sort) -> Json:
    act = replace(bare, extra={**bare.extra, "sort": sort.field})
    return option(_word("by", sort=sort.field, field=FIELDS[sort.field]), encode(act, OPTION_VALUE))


def _word(block: str, **facts: object) -> str:
    return render_plain("list", block, **facts)


def saved_message(kept: Sequence[SavedList]) -> Json:
    """The lists of one person in one channel, each with what can be done with it."""
    head = render("list", "saved" if kept else "none_saved", total=len(kept))
    blocks = [block for each in kept[:MOST_SAVED] for block in _saved(each)]
    texts = [head, *(render("list", "kept", kept=each) for each in kept)]
    return {"text": Mrkdwn("\n".join(texts)), "blocks": [section(head), *blocks]}


def _saved(kept: SavedList) -> list[Json]:
    buttons = _fitting(list_act(kept.query), 0, "show_list")
    forget = acts.act_button(Act("forget_list", extra={"name": kept.name}), 1, label="forget_list")
    return [section(render("list", "kept", kept=kept)), actions(*buttons, forget)]
