"""`/defect list`: whose names are meant, which list was kept under that word, what it finds."""

from dataclasses import replace
from datetime import datetime

from bot.domain.nearest import nearest
from bot.domain.query import Problem, Query, QueryError, Sort, parse, unresolved
from bot.domain.query.people import written_at
from bot.services.composing import compose, keys_of_number
from bot.services.context import Context
from bot.services.finding import Asking, find
from bot.services.lists import could_be_name
from bot.services.questions import Questions
from bot.services.views import Page
from bot.slack.blocks import Json
from bot.slack.found import counted_list, found_list, saved_message
from bot.slack.ids import Act
from bot.slack.queue import PAGE, Reader
from handlers import questions as asked
from handlers.context import Incoming
from handlers.desk import Desk

# Who is named when nobody is called so.
SHOWN = 8


def listed(q: Questions, context: Context, request: asked.ListDefects) -> Json:
    asking = Asking(
        request.query,
        context.actor,
        dict(request.people),
        context.channel,
        Sort(request.sort) if request.sort else None,
        datetime.fromisoformat(request.at) if request.at else None,
    )
    return found_list(find(q, asking, request.offset, PAGE), Reader(context.actor))


def saved(q: Questions, context: Context, _: asked.SavedLists) -> Json:
    return saved_message(q.saved_lists(context.actor, context.channel or ""))


def digest_list(q: Questions, context: Context, request: asked.DigestList) -> Json:
    """Counted as of the digest, shown as they are now."""
    keys = keys_of_number(compose(q, q.digest(request.digest_id)), request.what)
    start = min(request.offset, max(0, len(keys) - 1)) // PAGE * PAGE
    shown = keys[start : start + PAGE]
    query = parse(f"key:{'|'.join(shown)}") if shown else Query()
    found = {view.defect.key: view for view in q.matching(query, None, limit=len(shown)).items}
    turn = Act("digest_list", request.digest_id, extra={"of": request.what})
    return counted_list(Page(tuple(found[key] for key in shown), len(keys), start), Reader(context.actor), turn)


async def meant(desk: Desk, incoming: Incoming, request: asked.ListDefects) -> asked.ListDefects:
    """With the query that they keep under this word, and the people whom it names. Raises QueryError."""
    request = await _by_name(desk, incoming.context, request)
    found = {name: _person(desk, incoming, name, request.query) for name in unresolved(parse(request.query))}
    return replace(request, people=tuple(found.items()))


async def _by_name(desk: Desk, context: Context, request: asked.ListDefects) -> asked.ListDefects:
    """One word may be the name of a list that they saved here."""
    word = request.query.strip()
    if not could_be_name(word):
        return request
    kept = await desk.units.ask(context.team_id, lambda q: q.saved_list(context.actor, context.channel or "", word))
    return replace(request, query=kept.query) if kept else request


def _person(desk: Desk, incoming: Incoming, name: str, text: str) -> str:
    """From memory: Slack is not asked on the way to an answer, but for the next time."""
    team = incoming.context.team_id
    called = desk.people.known_as(team, name)
    if called is None:
        desk.later.start(desk.people.called(incoming.token, team, name))
    if called and len(called) == 1:
        return called[0].user_id
    handles = [f"@{person.handle}" for person in called or desk.people.known(team)]
    close = None if called else nearest(f"@{name}", handles)
    raise QueryError(
        Problem.UNKNOWN_NAME if not called else Problem.SEVERAL,
        text,
        written_at(parse(text), name),
        tuple(sorted(handles))[:SHOWN],
        close,
        "person",
    )
