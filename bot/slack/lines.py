"""A line in a defect's thread: what happened, and at most one person who is notified."""

from bot.domain.events import Scalar
from bot.domain.values import Status
from bot.services.views import DefectView
from bot.slack import acts
from bot.slack.blocks import Json, actions, section
from bot.slack.cut import size
from bot.slack.escaping import Mrkdwn, escape, user
from bot.slack.ids import Act
from bot.slack.mrkdwn import render
from bot.slack.names import Names

TEMPLATE = "thread"
Facts = dict[str, Scalar]
# As Slack counts: of a note or a question, so that what the line says behind it is never cut.
NOTE = 2000
# Lines that ask for a verdict carry its buttons, so that nobody has to scroll up to the card.
ASKING = frozenset({"fixed", "resolved", "fix_bound"})


def line(view: DefectView, block: str, facts: Facts, name: Names, mention: str | None = None) -> Json:
    """`block` of templates/thread.j2; `facts` are the event's, with `actor`. `mention` is notified by it."""
    words = render(TEMPLATE, block, **_context(view, facts, name, mention))
    blocks = [section(words)]
    if block in ASKING and _verifiable(view):
        blocks.append(_verdict(view))
    return {"text": words, "blocks": blocks}


def key_note(view: DefectView, name: Names) -> Json:
    """What a key stands for, beside a message that names it."""
    words = render("key_note", "text", v=view, d=view.defect, name=name)
    return {"text": words, "blocks": [section(words, accessory=acts.act_button(Act("show", view.defect.key)))]}


def cut_note(facts: Facts) -> str | None:
    """All that somebody wrote, where the line shows only its beginning."""
    note = facts.get("note") or facts.get("question")
    return note if isinstance(note, str) and size(escape(note)) > NOTE else None


def _context(view: DefectView, facts: Facts, name: Names, mention: str | None) -> dict[str, object]:
    defect = view.defect
    build = _fixing_build(view, facts)
    return {
        "v": view,
        "d": defect,
        "fact": facts.get,
        "shown": NOTE,
        "name": name,
        "who": _name(name, facts.get("actor")),
        "mention": user(mention) if mention else None,
        "owner": _name(name, defect.owner),
        "fixer": _name(name, defect.resolver),
        "build": build,
        "awaits_build": build is None and view.awaits_build,
    }


def _name(name: Names, person: Scalar) -> Mrkdwn | None:
    return name(person) if isinstance(person, str) else None


def _fixing_build(view: DefectView, facts: Facts) -> str | None:
    """As the event said it; the defect itself may have moved on since."""
    if "fixed_in" not in facts:
        return view.fixed_in.name if view.fixed_in else None
    known = {build.id: build.name for build in (*view.builds, *filter(None, [view.fixed_in]))}
    return known.get(str(facts["fixed_in"]))


def _verifiable(view: DefectView) -> bool:
    awaits_build = view.awaits_build and view.defect.resolution == "fixed"
    return view.defect.status is Status.RESOLVED and view.defect.duplicate_of is None and not awaits_build


def _verdict(view: DefectView) -> Json:
    key, version = view.defect.key, view.defect.version
    return actions(
        *(acts.act_button(Act(verb, key, version), n) for n, verb in enumerate(("verify_pass", "verify_fail")))
    )
