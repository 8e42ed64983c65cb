"""The requests that only show: which question each is, and its answer."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.errors import Invalid
from bot.domain.policy import authorize
from bot.domain.project import Project
from bot.domain.query import nodes
from bot.services.comparing import compare
from bot.services.context import Context
from bot.services.input import checked
from bot.services.quality import account, last_shipped, quality
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, named_gate, status
from bot.services.releases import listed
from bot.services.signing import signing_of
from bot.slack import cards, help, history, replies, similar
from bot.slack.blocks import Json
from bot.slack.comparing import comparison_message
from bot.slack.explaining import explain_message
from bot.slack.names import referenced
from bot.slack.quality import quality_message
from bot.slack.queue import Listing, Reader, cut, queue
from bot.slack.releases import gates_message, list_message, status_message
from handlers import listing, tracing
from handlers import questions as asked
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.replies import Reply
from handlers.verbs import COMMANDS, FIRST_SIX, PHRASES, verb_of

Ask = Callable[[Questions, Context, Any], Json]


def _show(q: Questions, _: Context, request: asked.Show) -> Json:
    return cards.card(q.defect(request.key), referenced)


def _everything(q: Questions, _: Context, request: asked.Everything) -> Json:
    return replies.everything(q.defect(request.key))


def _history(q: Questions, _: Context, request: asked.History) -> Json:
    view = q.defect(request.key)
    return history.history(view.defect.key, q.history(request.key))


def _duplicates(q: Questions, context: Context, request: asked.Duplicates) -> Json:
    if request.key is None:
        return similar.of_words(request.text, q.similar(q.project_for(context.channel).id, request.text))
    view = q.defect(request.key)
    return similar.of_defect(view.defect.key, q.similar_to(view.defect.id), asked=True)


def _queue(q: Questions, context: Context, request: asked.MyQueue) -> Json:
    return my_queue(q, context.actor, request.offset)


def my_queue(q: Questions, person: str, offset: int = 0) -> Json:
    """What waits for them; how many of theirs wait for others."""
    waits = q.waits_for(person)
    waiting = {view.defect.id for view in waits}
    others = sum(view.defect.id not in waiting for view in q.filed_by(person))
    return queue(Listing.WAITS, cut(waits, offset), Reader(person), others=others)


def _mine(q: Questions, context: Context, request: asked.MyFiled) -> Json:
    return queue(Listing.MINE, cut(q.filed_by(context.actor), request.offset), Reader(context.actor))


def _verifiable(q: Questions, context: Context, request: asked.VerifyQueue) -> Json:
    return queue(Listing.VERIFY, cut(q.verifiable_by(context.actor), request.offset), Reader(context.actor))


def _releases(q: Questions, context: Context, _: asked.ListReleases) -> Json:
    return list_message(listed(q, q.project_for(context.channel)), referenced)


def _status(q: Questions, context: Context, request: asked.ReleaseStatus) -> Json:
    found, at = _release(q, context, request)
    shipped = found.release.shipped_at is not None
    told = account(q, found.view, found.at) if shipped else None
    return status_message(found, referenced, as_of=at, signing=signing_of(q, found), account=told)


def _gates(q: Questions, context: Context, request: asked.ReleaseGates) -> Json:
    found, at = _release(q, context, request)
    return gates_message(found, referenced, as_of=at, signing=signing_of(q, found))


def _explain(q: Questions, context: Context, request: asked.ExplainGate) -> Json:
    found, at = _release(q, context, request)
    if not request.gate:
        return gates_message(found, referenced, as_of=at, signing=signing_of(q, found))
    return explain_message(found, named_gate(found, request.gate), referenced, as_of=at)


def _compare(q: Questions, context: Context, request: asked.CompareRelease) -> Json:
    view = q.release(request.release, q.project_for(context.channel))
    since = moment(request.since or "yesterday", view.project, q.now)
    until = moment(request.as_of, view.project, q.now) if request.as_of else None
    if since > (until or q.now):
        raise Invalid("since", request.since or "yesterday", "an instant before the other one")
    return comparison_message(compare(q, view, since, until), referenced, as_of=until)


def _quality(q: Questions, context: Context, request: asked.ReleaseQuality) -> Json:
    project = q.project_for(context.channel)
    last = None if request.release else last_shipped(q, project.id, q.now)
    view = last or q.release(request.release, project)
    at = datetime.fromisoformat(request.at) if request.at else None
    at = moment(request.as_of, view.project, q.now) if request.as_of else at
    return quality_message(quality(q, view, at), as_of=at)


def _release(
    q: Questions, context: Context, request: asked.ReleaseStatus | asked.ReleaseGates | asked.ExplainGate
) -> tuple[ReleaseStatus, datetime | None]:
    view = q.release(request.release, q.project_for(context.channel))
    at = moment(request.as_of, view.project, q.now) if request.as_of else None
    return status(q, view, at), at


ASK: Mapping[type, Ask] = MappingProxyType(
    {
        asked.Show: _show,
        asked.Everything: _everything,
        asked.History: _history,
        asked.Duplicates: _duplicates,
        asked.MyQueue: _queue,
        asked.MyFiled: _mine,
        asked.VerifyQueue: _verifiable,
        asked.ListDefects: listing.listed,
        asked.SavedLists: listing.saved,
        asked.DigestList: listing.digest_list,
        asked.ListReleases: _releases,
        asked.ReleaseStatus: _status,
        asked.ReleaseGates: _gates,
        asked.ExplainGate: _explain,
        asked.ReleaseQuality: _quality,
        asked.CompareRelease: _compare,
        asked.Trace: tracing.trace,
        asked.TraceMatrix: tracing.matrix,
        asked.TraceGaps: tracing.gaps,
    }
)
# A guest of another company reads cards, and nothing else.
_RIGHTS: Mapping[type, str] = MappingProxyType({asked.Show: "show", asked.Everything: "show"})


async def answer(desk: Desk, incoming: Incoming, request: object) -> Reply:
    """Raises DomainError."""
    if isinstance(request, asked.Help):
        return Reply(help_of(request.topic))
    checked(request)
    if isinstance(request, asked.ListDefects):
        request = await listing.meant(desk, incoming, request)
    question, context = ASK[type(request)], incoming.context

    def ask(q: Questions) -> Json:
        authorize(
            q.project_for(context.channel),
            _RIGHTS.get(type(request), "list"),
            context.actor,
            guest_team=context.guest_team,
        )
        return question(q, context, request)

    return Reply(await desk.units.ask(context.team_id, ask))


def help_of(topic: str) -> Json:
    if topic == "more":
        return help.everything([row for row in COMMANDS if row.listed])
    if row := PHRASES.get(topic) or PHRASES.get(f"release {topic}"):
        return help.of_verb(row, f"{row.family} {row.usage}", row.line)
    return help.short([verb_of(slug) for slug in FIRST_SIX])


def moment(local: str, project: Project, now: datetime) -> datetime:
    """An ISO time of the project's zone as an instant, or the beginning of `today` or `yesterday` there."""
    zone = ZoneInfo(project.timezone)
    if (back := nodes.DAYS.get(local.lower())) is not None:
        return datetime.combine(now.astimezone(zone).date() - back, time.min, zone)
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(project.timezone))
