"""From the table of forms to Slack's view."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.project import Project, Suggesting
from bot.domain.traceability import Case
from bot.services.clusters import Cluster, Tested
from bot.services.records import DigestPlan
from bot.services.views import DefectView
from bot.slack import blocks
from bot.slack.blocks import Json
from bot.slack.channels import Standing
from bot.slack.failures import in_form
from bot.slack.ids import Act, encode
from bot.slack.mrkdwn import render, render_plain
from handlers.modals.alike import FORM
from handlers.modals.fields import FORMS as WORDS
from handlers.modals.fields import Field, Initial, input_of
from handlers.modals.forms import FORMS, Form
from handlers.modals.memo import Memo, pack

MORE, LOOK = "more_fields", "look"
_WORD = {MORE: "more", LOOK: "look"}


@dataclass(frozen=True, slots=True)
class Failures:
    """Of one kind, for which a defect is to be filed; `names` of its test cases by key."""

    cluster: Cluster
    tested: Tested
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Background:
    """What the store knows for a form; all of it may be missing. `plan`: of the digest that the channel gets of the
    release that ships next; `key_notes`: whether keys are told about in it; `suggestions`: the workspace's.
    `case`: what is run, and `place`: words on where."""

    defect: DefectView | None = None
    project: Project | None = None
    plan: DigestPlan | None = None
    case: Case | None = None
    place: str = ""
    key_notes: bool = False
    suggestions: Suggesting = Suggesting.TYPING
    failures: Failures | None = None


def view_of(memo: Memo, values: Mapping[str, Initial], background: Background) -> Json:
    """`values`: what the fields start with. Fields keep their ids, so that an update keeps what was typed."""
    form = FORMS[memo.form]
    return blocks.modal(
        render_plain(WORDS, f"title_{form.name}"),
        [*_above(memo, background), *_inputs(form, memo, values, background), *_below(form, memo, background)],
        submit=render_plain(WORDS, f"submit_{form.name}"),
        close=render_plain(WORDS, "cancel"),
        callback_id=form.name,
        private_metadata=pack(memo),
    )


def loading() -> Json:
    """Opens at once; the form follows."""
    return said("loading")


def said(block: str) -> Json:
    """A view that only says something."""
    text = render(WORDS, block)
    return blocks.modal(
        render_plain(WORDS, "title_loading"),
        [blocks.section(text)],
        close=render_plain(WORDS, "close"),
        callback_id="said",
    )


def answered_view(message: Mapping[str, Any]) -> Json:
    """A modal in the place of an ephemeral message, where there is no channel to show one in."""
    title, close = render_plain(WORDS, "title_loading"), render_plain(WORDS, "close")
    return blocks.modal(title, list(message.get("blocks") or ()), close=close, callback_id="said")


def _above(memo: Memo, background: Background) -> Iterator[Json]:
    if background.place:
        yield blocks.context(background.place)
    if background.case:
        yield blocks.section(render(WORDS, "case", case=background.case))
    elif memo.key:
        title = background.defect.defect.title if background.defect else ""
        yield blocks.context(render(WORDS, "about", key=memo.key, title=title))
    if memo.form == "file" and memo.message_ts:
        yield from _of_message(memo, background)
    if background.failures is not None:
        of = background.failures
        yield blocks.context(in_form(of.cluster, of.tested, of.names))


def _of_message(memo: Memo, background: Background) -> Iterator[Json]:
    if memo.text:
        yield blocks.context(render(WORDS, "quoted", text=memo.text))
    if memo.standing != Standing.OUTSIDE:
        yield blocks.context(render(WORDS, "visible", channel=memo.channel))
    elif background.project and background.project.home_channel:
        yield blocks.context(render(WORDS, "visible_home", channel=background.project.home_channel))
    else:
        yield blocks.context(render(WORDS, "visible_nowhere"))


def _inputs(form: Form, memo: Memo, values: Mapping[str, Initial], background: Background) -> Iterator[Json]:
    typing = background.suggestions is Suggesting.TYPING
    if form.of_defect and not memo.key:
        yield input_of(form.name, Field("key", optional=False), values.get("key", ""))
    for field in (*form.fields, *_message_fields(memo), *(form.more if memo.more else ())):
        block = input_of(form.name, replace(field, live=field.live and typing), values.get(field.name, ""))
        if field.name == "note" and values.get("outcome") in ("fail", "blocked"):
            block["element"]["focus_on_load"] = True  # whoever pressed *Fails* has only this left to say
        yield block


def _message_fields(memo: Memo) -> Iterator[Field]:
    """What comes along with the message; without a message, files can be handed over."""
    if memo.form not in ("file", "evidence"):
        return
    if memo.message_ts and memo.standing == Standing.OUTSIDE:
        yield Field("take_copy")
    elif memo.message_ts and memo.form == "file" and memo.thread_ts:
        yield Field("take")
    elif not memo.message_ts and memo.form == "file":
        yield Field("files")


def _below(form: Form, memo: Memo, background: Background) -> Iterator[Json]:
    names = [MORE] if form.more and not memo.more else []
    if form.name == FORM and background.suggestions is Suggesting.BUTTON:
        names.append(LOOK)
    if names:
        buttons = [blocks.button(render_plain(WORDS, _WORD[name]), name, encode(Act(name))) for name in names]
        yield blocks.actions(*buttons, block_id=MORE)


def with_more(memo: Memo) -> Memo:
    return replace(memo, more=True)
