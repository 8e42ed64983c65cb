"""The fields that forms are made of. A field's name is its `block_id` and its `action_id`: both stay for good, so that
what a person typed survives an update of the view."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from bot.domain.project import Suggesting
from bot.domain.values import Priority, Resolution, Role, Severity
from bot.services.filing import MAX_TITLE
from bot.slack import blocks
from bot.slack.blocks import Json
from bot.slack.mrkdwn import our_words, render_plain

FORMS = "forms"
Initial = str | tuple[str, ...]
Element = Callable[[str, Initial], Json]


@dataclass(frozen=True, slots=True)
class Field:
    """`live`: we hear of each character that is typed into it."""

    name: str
    optional: bool = True
    hint: str = ""
    live: bool = False


def input_of(form: str, field: Field, initial: Initial = "") -> Json:
    """The input block; words of the form itself win over the field's general ones."""
    hint = _word("hint", form, field.hint or field.name)
    element = ELEMENTS[field.name](field.name, initial)
    return blocks.input_(
        _word("label", form, field.name) or field.name,
        blocks.at_each_character(element) if field.live else element,
        field.name,
        hint=hint or None,
        optional=field.optional,
        dispatch=field.live,
    )


def _word(kind: str, form: str, name: str) -> str:
    known = our_words().blocks(FORMS)
    found = next((block for block in (f"{kind}_{form}_{name}", f"{kind}_{name}") if block in known), None)
    return render_plain(FORMS, found) if found else ""


def _text(length: int, multiline: bool, name: str, initial: Initial) -> Json:
    words = initial if isinstance(initial, str) else " ".join(initial)
    return blocks.plain_text_input(name, multiline=multiline, initial=words[:length], max_length=length)


def _options(values: tuple[str, ...], name: str) -> list[Json]:
    return [blocks.option(render_plain(FORMS, f"{name}_{value}"), value) for value in values]


def _select(values: tuple[str, ...], name: str, initial: Initial) -> Json:
    options = _options(values, name)
    return blocks.static_select(name, options, initial=_chosen(options, initial))


def _radio(values: tuple[str, ...], name: str, initial: Initial) -> Json:
    options = _options(values, name)
    return blocks.radio_buttons(name, options, initial=_chosen(options, initial))


def _ticks(values: tuple[str, ...], name: str, initial: Initial) -> Json:
    options = _options(values, name)
    return blocks.checkboxes(name, options, [option for option in options if option["value"] in initial])


def _chosen(options: list[Json], initial: Initial) -> Json | None:
    return next((option for option in options if option["value"] == initial), None)


def _asked(name: str, initial: Initial) -> Json:
    """Its options are asked of us. A tuple is (label, value)."""
    label, value = initial if isinstance(initial, tuple) and len(initial) == 2 else (str(initial), str(initial))
    start = blocks.option(label[:75], value[:150]) if value and label else None
    return blocks.external_select(name, min_query_length=0, initial=start)


def _several(name: str, initial: Initial) -> Json:
    """The same for several; what is known at first are their keys."""
    keys = initial if isinstance(initial, tuple) else tuple(initial.replace(",", " ").split())
    chosen = [blocks.option(key[:75], key[:150]) for key in dict.fromkeys(map(str.upper, keys))]
    return blocks.multi_external_select(name, initial=chosen)


def _person(name: str, initial: Initial) -> Json:
    return blocks.users_select(name, initial=str(initial) or None)


def _people(name: str, initial: Initial) -> Json:
    return blocks.multi_users_select(name, initial=initial if isinstance(initial, tuple) else ())


def _channel(name: str, initial: Initial) -> Json:
    return blocks.conversations_select(name, initial=str(initial) or None, include=("public", "private"))


def _day(name: str, initial: Initial) -> Json:  # noqa: ARG001 - a release's day is not known before
    return blocks.datepicker(name)


def _time(name: str, initial: Initial) -> Json:
    return blocks.timepicker(name, initial=str(initial) or "09:00")


def _files(name: str, initial: Initial) -> Json:  # noqa: ARG001 - a file cannot be chosen for somebody
    return blocks.file_input(name)


_short, _line, _long = partial(_text, 100, False), partial(_text, 250, False), partial(_text, 3000, True)
_OTHER = tuple(reason.value for reason in Resolution if reason is not Resolution.FIXED)

ELEMENTS: Mapping[str, Element] = MappingProxyType(
    {
        "key": _asked,
        "original": _asked,
        "release": _asked,
        "build": _asked,
        "title": partial(_text, MAX_TITLE, False),
        "severity": partial(_select, tuple(Severity)),
        "priority": partial(_select, tuple(Priority)),
        "component": _short,
        "environment": _short,
        "labels": _line,
        "requirement": _several,
        "actual": _long,
        "expected": _long,
        "steps": _long,
        "files": _files,
        "take": partial(_ticks, ("thread",)),
        "take_copy": partial(_ticks, ("copy",)),
        "note": _long,
        "reason": _long,
        "question": _long,
        "text": _long,
        "target": _several,
        "person": _person,
        "resolution": partial(_radio, _OTHER),
        "outcome": partial(_radio, ("pass", "fail", "blocked")),
        "sure": partial(_ticks, ("yes",)),
        "commit": _short,
        "pr": _line,
        "name": _short,
        "query": partial(_text, 1000, False),
        "ships": _day,
        "new_build": _short,
        "commits": _long,
        "digest": partial(_ticks, ("on",)),
        "key_notes": partial(_ticks, ("on",)),
        "at": _time,
        "timezone": _short,
        "days": partial(_ticks, tuple("1234567")),
        "channel": _channel,
        "anyway": _long,
        "role": partial(_select, tuple(Role)),
        "to": _asked,
        "waiver": _short,
        "until": _short,
        "number": _short,
        "prefix": partial(_text, 10, False),
        "project": _short,
        "home_channel": _channel,
        "testers": _people,
        "developers": _people,
        "release_managers": _people,
        "admins": _people,
        "suggestions": partial(_select, tuple(Suggesting)),
        "policy": partial(_ticks, ("four_eyes", "require_triage")),
    }
)
