"""Forms that come back: what was filled in becomes a request, and a mistake is shown at its field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from bot.domain.errors import BuildLacksFix, FixUnbound, Invalid, Missing, NotFound, NotSure, OwnOriginal
from bot.domain.query import QueryError
from bot.services.outcome import Outcome
from bot.services.outgoing import Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.testing import Handed
from bot.slack.channels import Standing
from bot.slack.escaping import plain
from bot.slack.ids import Act
from bot.slack.limits import enforce
from bot.slack.mrkdwn import render_plain
from handlers import rendering, running
from handlers.buttons import request_of
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.dispatch import carry_out, run
from handlers.modals.build import answered_view
from handlers.modals.filled import Filled
from handlers.modals.forms import FORMS
from handlers.modals.memo import Memo, unpack
from handlers.payload import dig, word
from handlers.replies import Reply
from handlers.speaking import speak
from handlers.thread_copy import copy_thread

LONGEST = 500  # characters of a field's error: people read a line
Answer = dict[str, Any]
# An argument's name in an error, where the form's field is called otherwise.
FIELDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("release", "release"): "name",
        ("build", "build"): "new_build",
        ("waiver", "waiver"): "number",
        ("unwaive", "waiver"): "number",
    }
)
_KINDS: Mapping[str, str] = MappingProxyType({"defect": "key", "project": "prefix", "gate": "waiver"})


@dataclass(frozen=True, slots=True)
class Submission:
    """A form that came back. `incoming` is about the place where it was opened, and answers there."""

    incoming: Incoming
    filled: Filled
    memo: Memo


def submission_of(incoming: Incoming) -> Submission:
    filled = Filled(dig(incoming.body, "view") or {})
    memo = unpack(word(filled.view, "private_metadata"))
    there = incoming.at(
        channel=memo.channel or None, message_ts=memo.message_ts or None, thread_ts=memo.thread_ts or None
    )
    if memo.form == running.FORM:
        there = there.once((running.receipt_of(filled.view, memo),))
    return Submission(replace(there, response_url=memo.respond), filled, memo)


async def submit(desk: Desk, submission: Submission) -> Answer:
    """The ack: empty closes the form. Raises what the form, the domain and the store raise."""
    memo, incoming = submission.memo, submission.incoming
    form = FORMS.get(memo.form)
    if form is None:
        return {}
    request = form.read(submission.filled, memo)
    if isinstance(request, Memo):
        return await _go_on(desk, incoming, request)
    done = await carry_out(desk, incoming, request, before=_joining(memo))
    if isinstance(done.result, Handed):
        return running.step(memo, done.result)
    if isinstance(done.result, Outcome) and "thread" in submission.filled.ticked("take"):
        desk.later.start(copy_thread(desk, incoming, memo, done.result.defect.key))
    return _closed(desk, incoming, rendering.done(incoming, done))


def _joining(memo: Memo) -> Callable[[UnitOfWork], None] | None:
    """Where the bot may enter, it does so when the person submits, before the card is posted there."""
    if memo.form not in ("file", "evidence") or not memo.message_ts or memo.standing != Standing.JOINABLE:
        return None
    lane = f"thread:{memo.channel}:{memo.thread_ts or memo.message_ts}"
    return lambda uow: uow.outbox.put(Outgoing(Sort.JOIN, lane, {"channel": memo.channel}))


async def _go_on(desk: Desk, incoming: Incoming, memo: Memo) -> Answer:
    """The form that only asked which defect it is; the verb goes on with it, if it is one of ours."""
    try:
        request = request_of(Act(memo.verb.replace(" ", "_"), memo.key))
    except ValueError:
        return {}
    if request is None:
        return {}
    return _closed(desk, incoming, await run(desk, incoming, request))


def _closed(desk: Desk, incoming: Incoming, reply: Reply) -> Answer:
    """The receipt goes where the person was; where that is nowhere, it takes the form's place."""
    if incoming.response_url:
        desk.later.start(speak(desk, incoming, reply))
        return {}
    if reply.silent:
        return {}
    return {"response_action": "update", "view": enforce(answered_view(reply.message or {})).payload}


def at_field(submission: Submission, error: BaseException, said: Reply) -> Answer:
    """The words at the field that they are about, else at the first one; without any field, as a view."""
    inputs = submission.filled.inputs
    field = next((name for name in _places(submission.memo.form, error) if name in inputs), None)
    field = field or next(iter(inputs), None)
    if field is None:
        return {"response_action": "update", "view": enforce(answered_view(said.message or {})).payload}
    text = plain(str((said.message or {}).get("text", "")))
    if isinstance(error, Missing):
        text = render_plain("errors/missing", "at_field", argument=error.argument)
    return {"response_action": "errors", "errors": {field: text[:LONGEST]}}


def _places(form: str, error: BaseException) -> Iterator[str]:
    """Where a mistake may belong, the likeliest first."""
    name = ""
    if isinstance(error, Missing | Invalid):
        name = error.argument
    elif isinstance(error, NotFound):
        name = _KINDS.get(error.kind, error.kind)
    elif isinstance(error, QueryError):
        name = "query"
    elif isinstance(error, NotSure):
        name = "sure"
    elif isinstance(error, OwnOriginal):
        name = "original"
    elif isinstance(error, BuildLacksFix | FixUnbound):
        name = "build"
    if form == "resolve" and name == "key":
        yield "original"
    yield FIELDS.get((form, name), name)
