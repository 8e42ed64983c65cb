"""Possible duplicates are looked for while somebody types a new defect: the newest words, at most once a second."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.services.questions import Questions
from bot.services.views import Similar
from bot.slack.blocks import Json
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.modals import alike
from handlers.modals.memo import unpack
from handlers.modals.sheets import Sheet, Words
from handlers.payload import Body, dig, word


def typed(desk: Desk, incoming: Incoming, action: Body) -> None:
    """A character was entered into the form for a new defect."""
    view = dig(incoming.body, "view") or {}
    look_for(desk, incoming, desk.sheets.of(incoming.context.team_id, view), alike.words_of(view, action))


def pressed(desk: Desk, incoming: Incoming, action: Body) -> None:
    """Where nothing is looked for while somebody types: once, for what the form says."""
    view = dig(incoming.body, "view") or {}
    words = replace(alike.words_of(view, action), asked=True)
    look_for(desk, incoming, desk.sheets.of(incoming.context.team_id, view), words)


def look_for(desk: Desk, incoming: Incoming, sheet: Sheet, words: Words) -> None:
    """After the answer. Whoever looks already goes on with these words."""
    sheet.want(words, enough=words.asked or alike.tells_enough(words))
    if sheet.wanted and not sheet.looking and not sheet.over:
        sheet.looking = True
        desk.later.start(_look(desk, incoming, sheet))


async def _look(desk: Desk, incoming: Incoming, sheet: Sheet) -> None:
    try:
        while sheet.wanted and not sheet.over:
            await desk.sheets.rest(sheet)
            words, sheet.wanted = sheet.wanted, None
            if words is None or sheet.over:
                continue
            found = await found_for(desk, incoming.context.team_id, sheet.view, words)
            draw = partial(_with, found=found, asked=words.asked)
            await desk.sheets.update(desk.slack, incoming.token, sheet, draw)
    finally:
        sheet.looking = False


async def found_for(desk: Desk, team_id: str, view: Body, words: Words) -> list[Similar]:
    channel = unpack(word(view, "private_metadata")).channel

    def ask(questions: Questions) -> list[Similar]:
        project = questions.project_for(channel or None)
        found = questions.similar(project.id, words.title, words.body, alike.SHOWN, component=words.component or None)
        return [one for one in found if words.asked or one.worth_showing]

    return await desk.units.ask(team_id, ask)


def _with(view: Body, *, found: Sequence[Similar], asked: bool) -> Json | None:
    if tuple(one.key for one in found[: alike.SHOWN]) == alike.shown(view) and not asked:
        return None
    return alike.placed(view, alike.drawn(found, asked=asked))
