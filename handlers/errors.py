"""The one edge: whatever goes wrong is said to its author, once, in words, before Slack stops waiting.

| what | the author hears |
|---|---|
| a mistake in what was typed | the place, the nearest word, the verb's example |
| a refusal of the domain | the guard, the present state, what is allowed now |
| somebody else had just made the same | so, and to do it again if it still fits |
| a delivery that was handled before | nothing |
| Slack did not open a form | what helps; nothing was to be saved |
| anything else | "Not saved, nothing changed", with a reference that is in the log beside the cause |
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import Any

from bot.domain.errors import Conflict, DomainError, WrongState
from bot.services.arrival import left
from bot.services.ports import AlreadyDone, MaybeSaved, Overtaken
from bot.slack import replies
from bot.slack.blocks import Json
from bot.slack.ids import Act
from handlers import rendering
from handlers.acting import Stale, WhoIsMeant
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.modals.opening import FormNotOpened
from handlers.normalise import TextTooLong
from handlers.parsing import UsageError
from handlers.replies import SILENT, Reply
from handlers.speaking import speak
from handlers.suggestions import suggest
from handlers.understanding import NoVerb
from handlers.views import Submission, at_field, submit

logger = logging.getLogger(__name__)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
Work = Coroutine[Any, Any, Reply]


async def answered(desk: Desk, incoming: Incoming, work: Work, act: Act | None = None) -> Reply:
    """The answer within the desk's deadline after the request arrived. Never raises. What takes longer is not given up,
    since it may well be saved: its true answer follows when it is known. `act`: the button that was pressed."""
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=left(desk.deadline))
    if task.done():
        return await _settled(desk, incoming, task, act)
    desk.later.start(_follow(desk, incoming, task, act))
    return rendering.simple("slow")


async def _follow(desk: Desk, incoming: Incoming, task: "asyncio.Future[Reply]", act: Act | None) -> None:
    await speak(desk, incoming, await _settled(desk, incoming, task, act))


async def _settled(desk: Desk, incoming: Incoming, task: "asyncio.Future[Reply]", act: Act | None) -> Reply:
    try:
        return await task
    except AlreadyDone:
        return SILENT
    except Stale as stale:
        return await _as_it_is(desk, incoming, stale.key)
    except (WrongState, Conflict) as error:
        outdated = act is not None and act.version is not None
        return await _as_it_is(desk, incoming, error.key, error) if outdated else words(incoming, error, act)
    except Exception as error:  # noqa: BLE001 - the edge
        return words(incoming, error, act)


async def _as_it_is(desk: Desk, incoming: Incoming, key: str, error: DomainError | None = None) -> Reply:
    """The answer to a button that is out of date: what was refused, and the defect as it is now."""
    try:
        view = await desk.units.ask(incoming.context.team_id, lambda q: q.defect(key))
    except Exception as failure:  # noqa: BLE001 - the edge
        return words(incoming, failure)
    shown = replies.stale(view)
    if error is None:
        return Reply(shown)
    refused = rendering.refused(incoming, error).message or {}
    text = f"{refused.get('text', '')}\n{shown['text']}"
    return Reply({"text": text, "blocks": [*refused.get("blocks", ()), *shown["blocks"]]})


def words(incoming: Incoming, error: BaseException, act: Act | None = None) -> Reply:
    """For one person. What is none of ours is logged under a reference, and its text is never shown."""
    if isinstance(error, UsageError):
        return rendering.usage(error)
    if isinstance(error, DomainError):
        return rendering.refused(incoming, error, act)
    known = next((say for kind, say in SAID.items() if isinstance(error, kind)), None)
    return known(error) if known else _unknown(error)


def _too_long(error: TextTooLong) -> Reply:
    return rendering.simple("too_long", size=error.size, limit=error.limit)


SAID: Mapping[type[BaseException], Callable[[Any], Reply]] = MappingProxyType(
    {
        NoVerb: rendering.no_verb,
        WhoIsMeant: rendering.who_is_meant,
        TextTooLong: _too_long,
        Overtaken: lambda _: rendering.simple("overtaken"),
        FormNotOpened: lambda error: Reply(replies.not_opened(error.answer, lambda: reference_of(error))),
    }
)


def _unknown(error: BaseException) -> Reply:
    reference = reference_of(error)
    if isinstance(error, MaybeSaved):
        return rendering.simple("maybe_saved", reference=reference)
    return Reply(replies.not_saved(reference))


def reference_of(error: BaseException) -> str:
    """Logs it; `R-7F3K` is what the person is told."""
    reference = "R-" + "".join(secrets.choice(_ALPHABET) for _ in range(4))
    logger.error("%s: a request failed", reference, exc_info=error)
    return reference


async def submitted(desk: Desk, submission: Submission) -> dict[str, Any]:
    """The ack of a form, on which nothing is drawn any more unless it stays open."""
    sheet = desk.sheets.of(submission.incoming.context.team_id, submission.filled.view)
    sheet.over = True
    answer = await _submitted(desk, submission)
    sheet.over = answer.get("response_action") != "errors"
    return answer


async def _submitted(desk: Desk, submission: Submission) -> dict[str, Any]:
    """A mistake keeps it open with what was typed; Slack sends no form a second time by itself, so the person does, and
    what was saved the first time is then known by its receipt."""
    task = asyncio.ensure_future(submit(desk, submission))
    await asyncio.wait({task}, timeout=left(desk.deadline))
    incoming = submission.incoming
    if not task.done():
        desk.later.start(_follow_form(desk, incoming, task))
        return at_field(submission, TimeoutError(), rendering.simple("slow"))
    try:
        return task.result()
    except AlreadyDone:
        return {}
    except Exception as error:  # noqa: BLE001 - the edge
        return at_field(submission, error, words(incoming, error))


async def _follow_form(desk: Desk, incoming: Incoming, task: "asyncio.Future[dict[str, Any]]") -> None:
    """The receipt of what is saved late is on its way already; what fails late is said as well."""
    try:
        await task
    except AlreadyDone:
        return
    except Exception as error:  # noqa: BLE001 - the edge
        await speak(desk, incoming, words(incoming, error))


async def suggested(desk: Desk, incoming: Incoming) -> list[Json]:
    """What a picker offers; nothing where it cannot be said in time, since Slack asks again with the next letter."""
    try:
        return await suggest(desk, incoming)
    except Exception as error:  # noqa: BLE001 - the edge
        if not isinstance(error, TimeoutError | DomainError):
            reference_of(error)
        return []
