"""Opening a form: a trigger lives three seconds and the store may be slow, so the form is opened first and filled after
(`expired_trigger_id`, docs.slack.dev/reference/methods/views.open)."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from bot.domain.errors import DomainError, NotFound
from bot.domain.failures import AlreadyFiled
from bot.domain.policy import admit
from bot.domain.project import Project, Suggesting
from bot.services.questions import Questions
from bot.services.records import DigestPlan
from bot.slack import replies
from bot.slack.answers import Answer, Fate, Ok, Permanent
from bot.slack.blocks import Json
from bot.slack.channels import Standing
from bot.slack.limits import enforce
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.looking import look_for
from handlers.modals import alike
from handlers.modals.build import Background, Failures, answered_view, loading, said, view_of
from handlers.modals.fields import Initial
from handlers.modals.initial import initial_values
from handlers.modals.memo import Memo, unpack
from handlers.modals.sheets import Sheet
from handlers.payload import word
from handlers.replies import SILENT, Reply

PATIENCE = 1.0  # seconds that a form waits for the store before it opens empty-handed
T = TypeVar("T")
Values = Mapping[str, Initial]
# A view to show, or words in the place of one.
Drawn = Json | Reply
Opened = Mapping[str, Any]


class FormNotOpened(Exception):
    """Slack did not open the view; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"views.open: {answer}")
        self.answer = answer


async def open_form(desk: Desk, incoming: Incoming, memo: Memo, seen: Values) -> Reply:
    """`seen`: what was said already, by field. Raises DomainError when the store says at once that it cannot be."""
    memo = replace(memo, respond=memo.respond or incoming.response_url)

    def draw(known: Background) -> Json:
        return view_of(memo, initial_values(memo, seen, known), known)

    def opened(view: Opened, known: Background) -> None:
        sheet = desk.sheets.of(incoming.context.team_id, view)
        if memo.form == alike.FORM and known.suggestions is Suggesting.TYPING:
            look_for(desk, incoming, sheet, alike.words_of(view))
        if memo.message_ts and desk.channels.fresh(incoming.context.team_id, memo.channel) is None:
            desk.later.start(_recheck(desk, incoming, memo, sheet, known))

    return await open_when(desk, incoming, lambda q: background(q, memo), draw, opened, verb=memo.form)


async def open_when(
    desk: Desk,
    incoming: Incoming,
    question: Callable[[Questions], T],
    draw: Callable[[T], Drawn],
    opened: Callable[[Opened, T], None] | None = None,
    *,
    verb: str = "list",
) -> Reply:
    """One call where the store answers at once; else a view that says "one moment", updated when it has answered.
    `opened` hears of the view once it is drawn. `verb`: what it is for; not everybody is shown everything."""
    context = incoming.context

    def admitted(questions: Questions) -> T:
        admit(questions.project_for(context.channel), verb, context.guest_team)
        return question(questions)

    return await open_after(desk, incoming, desk.units.ask(context.team_id, admitted), draw, opened)


async def open_after(
    desk: Desk,
    incoming: Incoming,
    work: Coroutine[Any, Any, T],
    draw: Callable[[T], Drawn],
    opened: Callable[[Opened, T], None] | None = None,
) -> Reply:
    """The same for any work that the view shows the outcome of."""
    reading = asyncio.ensure_future(work)
    await asyncio.wait({reading}, timeout=PATIENCE)
    if not reading.done():
        answer = await _call(desk, incoming, loading())
        if not isinstance(answer, Ok):
            reading.cancel()
            return _not_opened(answer)
        desk.later.start(_fill(desk, incoming, answer.data.get("view") or {}, reading, draw, opened))
        return SILENT
    drawn = draw(reading.result())
    if isinstance(drawn, Reply):
        return drawn
    answer = await _call(desk, incoming, drawn)
    if isinstance(answer, Ok) and opened is not None:
        opened(answer.data.get("view") or {}, reading.result())
    return SILENT if isinstance(answer, Ok) else _not_opened(answer)


async def _call(desk: Desk, incoming: Incoming, view: Json) -> Answer:
    target = {"trigger_id": incoming.trigger_id, "view": enforce(view).payload}
    return await desk.slack.call(incoming.token, "views.open", target)


def _not_opened(answer: Answer) -> Reply:
    if isinstance(answer, Permanent) and answer.fate is Fate.TRIGGER:
        return Reply(replies.press_again())
    raise FormNotOpened(answer)


async def _fill(
    desk: Desk,
    incoming: Incoming,
    waiting: Opened,
    reading: Awaitable[T],
    draw: Callable[[T], Drawn],
    opened: Callable[[Opened, T], None] | None,
) -> None:
    sheet = desk.sheets.of(incoming.context.team_id, waiting)
    try:
        known = await reading
        drawn = draw(known)
    except Exception as error:
        await desk.sheets.update(desk.slack, incoming.token, sheet, lambda _: said("form_failed"))
        if isinstance(error, DomainError):
            return
        raise
    view = answered_view(drawn.message or {}) if isinstance(drawn, Reply) else drawn
    await desk.sheets.update(desk.slack, incoming.token, sheet, lambda _: view)
    if opened is not None and not isinstance(drawn, Reply):
        opened(sheet.view, known)


async def _recheck(desk: Desk, incoming: Incoming, memo: Memo, sheet: Sheet, known: Background) -> None:
    """The channel's name told how we stand to it; Slack knows. A form that promised something else is drawn again."""
    about = await desk.channels.about(incoming.token, incoming.context.team_id, memo.channel)
    if about.standing in (Standing.UNKNOWN, memo.standing):
        return

    def draw(view: Opened) -> Json:
        now = replace(memo, standing=about.standing, more=unpack(word(view, "private_metadata")).more)
        return alike.placed(view_of(now, initial_values(now, {}, known), known), alike.standing(view))

    await desk.sheets.update(desk.slack, incoming.token, sheet, draw)


def background(questions: Questions, memo: Memo) -> Background:
    """What the store knows for this form. Raises NotFound."""
    if memo.form == "result":
        project = questions.project_for(memo.channel or None)
        case = questions.traces.case(project.id, memo.key, questions.now)
        return Background(project=project, case=case)
    if memo.key:
        view = questions.defect(memo.key)
        return Background(view, view.project)
    if memo.cluster:
        return _failures(questions, memo.cluster)
    project = questions.project_for(memo.channel or None)
    known = Background(None, project, suggestions=questions.suggestions())
    if memo.form != "setup":
        return known
    plan, noted = _plan(questions, project, memo.channel), questions.notes_keys(memo.channel)
    return replace(known, plan=plan, key_notes=noted)


def _failures(questions: Questions, cluster_id: str) -> Background:
    """Raises AlreadyFiled, NotFound."""
    clusters = questions.clusters
    cluster = clusters.cluster(cluster_id)
    if cluster.defect_id is not None:
        raise AlreadyFiled(questions.defect_by_id(cluster.defect_id).defect.key)
    project = next(each for each in questions.projects() if each.id == cluster.project_id)
    of = Failures(cluster, clusters.tested(cluster.run_id), clusters.names(project.id, cluster.keys))
    return Background(None, project, suggestions=questions.suggestions(), failures=of)


def _plan(questions: Questions, project: Project, channel: str) -> DigestPlan | None:
    try:
        release = questions.release(None, project).release
    except NotFound:
        return None
    return next(iter(questions.digest_plans(release.id, channel)), None)


def standing_of(desk: Desk, team: str, channel: str, name: str) -> Standing:
    """Without a call: what is remembered, else what the payload's channel name gives away. Private ones are outside
    until we know better, so that nothing is copied by mistake."""
    if known := desk.channels.known(team, channel):
        return known.standing
    closed = name in ("directmessage", "privategroup", "") or name.startswith("mpdm-") or channel.startswith("D")
    return Standing.OUTSIDE if closed else Standing.JOINABLE
