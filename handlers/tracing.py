"""`/trace`: what is tied to what, now or at an instant."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.project import Project
from bot.services import traceability
from bot.services.context import Context
from bot.services.questions import Questions
from bot.services.traced import DefectTrace
from bot.slack.blocks import Json
from bot.slack.traces import PAGE, gaps_message, matrix_message, trace_message
from handlers import questions as asked


def trace(q: Questions, context: Context, request: asked.Trace) -> Json:
    project = q.project_for(context.channel)
    at = _moment(request.as_of, project)
    traced = traceability.trace(q, project, request.target, at)
    if request.build and isinstance(traced, DefectTrace):
        traced = traceability.on_build(traced, request.build)
    return trace_message(traced, at)


def matrix(q: Questions, context: Context, request: asked.TraceMatrix) -> Json:
    view = q.release(request.release, q.project_for(context.channel))
    at = _instant(request) or _moment(request.as_of, view.project)
    return matrix_message(traceability.matrix(q, view, at or q.now, request.offset, PAGE), at)


def gaps(q: Questions, context: Context, request: asked.TraceGaps) -> Json:
    view = q.release(request.release, q.project_for(context.channel))
    at = _instant(request) or _moment(request.as_of, view.project)
    return gaps_message(traceability.gaps(q, view, at or q.now, request.offset, PAGE), at)


def _instant(request: asked.TraceMatrix | asked.TraceGaps) -> datetime | None:
    return datetime.fromisoformat(request.at) if request.at else None


def _moment(local: str | None, project: Project) -> datetime | None:
    """An ISO time of the project's zone."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(project.timezone)) if local else None
