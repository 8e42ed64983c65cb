"""A defect's event log, a line per event, the newest last."""

from collections.abc import Iterator, Mapping, Sequence

from bot.domain.events import Change, Logged
from bot.slack.blocks import Json, context, section
from bot.slack.escaping import Mrkdwn
from bot.slack.mrkdwn import render
from bot.slack.names import Names, referenced

SHOWN = 40
# What a reader wants to see of a change; the rest follows from the event's kind.
FIELDS = ("status", "resolution", "severity", "priority", "component", "environment", "labels", "owner", "asked")
PEOPLE = frozenset({"owner", "asked"})
WORDS = frozenset({"status", "resolution"})  # they have a block of that name
NOTES = ("note", "blocked", "question", "text")


def history(key: str, log: Sequence[Logged], name: Names = referenced) -> Json:
    """The newest SHOWN events; says how many are older."""
    shown, older = log[-SHOWN:], max(0, len(log) - SHOWN)
    head = render("history", "head", key=key, total=len(log))
    lines = [_line(entry, name) for entry in shown]
    tail = [context(render("history", "more", more=older))] if older else []
    blocks = [section(head), *tail, *(context(line) for line in lines)]
    return {"text": Mrkdwn("\n".join([head, *lines])), "blocks": blocks}


def _line(entry: Logged, name: Names) -> Mrkdwn:
    event = entry.event
    what = render("history", event.kind.value, build=event.facts.get("build"), own=_took(entry))
    note = next((event.texts[each] for each in NOTES if event.texts.get(each)), None)
    changes = list(_changes(event.changes, name))
    return render("history", "line", at=entry.at, who=name(entry.actor), what=what, changes=changes, note=note)


def _took(entry: Logged) -> bool:
    change = entry.event.changes.get("owner")
    return change is not None and change.new == entry.actor


def _changes(changes: Mapping[str, Change], name: Names) -> Iterator[Mrkdwn]:
    for field in FIELDS:
        change = changes.get(field)
        if change is None or (change.old is None and field == "status"):
            continue
        values = [name(str(v)) if v and field in PEOPLE else v for v in (change.old, change.new)]
        if field in WORDS:
            values = [render("history", field, value=value) if value else value for value in values]
        yield render("history", "change", field=field, old=values[0], new=values[1])
