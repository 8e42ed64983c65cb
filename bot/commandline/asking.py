"""A query as a command is given it: read, its people looked up, its mistakes pointed at on stderr."""

from datetime import datetime
from typing import TYPE_CHECKING, NoReturn

from bot.commandline.exits import Exit, fail

if TYPE_CHECKING:
    from bot.commandline.reading import Reader
    from bot.domain.query import Query, QueryError


def asked(reader: "Reader", text: str) -> "Query":
    """Ends the command where the query cannot be read, or names what is not there."""
    from bot.domain.query import Me, QueryError, parse, resolve, unresolved
    from bot.domain.query.names import REGISTERED, refuse

    try:
        query = parse(text)
        if any(isinstance(value, Me) for term in query.terms for value in term.values):
            fail(Exit.USAGE, "Name people here, such as owner:<@U0123ABCD> or owner:@dana: nobody is `me`.")
        query = resolve(query, {name: _person(reader, name, text) for name in unresolved(query)})
        refuse(reader.ask(lambda questions: questions.strangers(query, REGISTERED)), text)
    except QueryError as error:
        pointed(error)
    return query


def pointed(error: "QueryError") -> NoReturn:
    """The line, carets under the mistake, and what would be right."""
    from bot.slack.mrkdwn import render_plain
    from bot.slack.refusals import facts_of

    words = render_plain("errors/query_error", "text", **facts_of(error))
    fail(Exit.USAGE, error.pointed().line, error.pointed().carets, words.splitlines()[-1].replace("`", ""))


def _person(reader: "Reader", name: str, text: str) -> str:
    """Of those whom the bot has heard of. Raises QueryError."""
    from bot.domain.nearest import nearest
    from bot.domain.query import Problem, QueryError, parse
    from bot.domain.query.people import written_at

    known = reader.everybody()
    called = [person for person, its in known.items() if its.casefold() == name.casefold()]
    if len(called) == 1:
        return called[0]
    problem = Problem.SEVERAL if called else Problem.UNKNOWN_NAME
    close = None if called else nearest(name, known.values())
    ids = tuple(f"<@{person}>" for person in called) or tuple(sorted(known.values()))[:8]
    raise QueryError(problem, text, written_at(parse(text), name), ids, close, "person")


def instant(written: str, zone: str) -> datetime:
    """A local time of the zone unless it brings its offset. Ends the command at what is none."""
    from zoneinfo import ZoneInfo

    try:
        at = datetime.fromisoformat(written.strip())
        return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        fail(Exit.USAGE, f'{written} is no moment: write it as "2026-11-20 18:00".')
