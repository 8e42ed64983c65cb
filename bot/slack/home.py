"""App Home: a plain queue of what waits for me and what I can verify."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.views import DefectView
from bot.slack import acts
from bot.slack.blocks import Json, actions, context, divider, home, section
from bot.slack.ids import Act
from bot.slack.mrkdwn import render
from bot.slack.queue import Reader, rows

# Three blocks a row, two lists, and Slack takes 100 in App Home.
SHOWN = 14


def home_view(waits: Sequence[DefectView], verifiable: Sequence[DefectView], reader: Reader, at: datetime) -> Json:
    """`waits` in the order of the wait, `verifiable` the most risky first. What stands in both is shown once."""
    waiting = {view.defect.id for view in waits}
    rest = [view for view in verifiable if view.defect.id not in waiting]
    alike = len(rest) < len(verifiable)
    second = _list("verify", rest, reader) if rest or not alike else [section(render("home", "verify_rest"))]
    blocks = [*_list("waits", waits, reader), divider(), *second]
    foot = [context(render("home", "foot", at=at)), actions(acts.act_button(Act("new"), label="file"))]
    return home([*blocks, *foot])


def _list(block: str, views: Sequence[DefectView], reader: Reader) -> list[Json]:
    head = render("queue", block if views else f"{block}_empty", total=len(views), query="")
    more = len(views) - SHOWN
    tail = [context(render("home", f"{block}_more", more=more))] if more > 0 else []
    return [section(head), *rows(views[:SHOWN], reader), *tail]
