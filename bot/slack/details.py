"""What somebody wrote at length beside the title, folded by Slack behind "see more"."""

from collections.abc import Iterator

from bot.services.views import DefectView
from bot.slack.blocks import Json, section
from bot.slack.mrkdwn import render

_WRITTEN = ("actual", "expected", "steps")


def details(view: DefectView) -> Iterator[Json]:
    """What happened, what should have, how to get there; and the words of a message that not all can open."""
    for name, text in _texts(view).items():
        yield section(render("card", name, text=text)) | {"expand": False}


def _texts(view: DefectView) -> dict[str, str]:
    written = {name: view.told[name] for name in _WRITTEN if view.told.get(name)}
    here = view.anchor.channel if view.anchor else None
    elsewhere = [item.text for item in view.evidence if item.text and item.channel != here]
    return {**written, **({"copied": "\n".join(elsewhere)} if elsewhere else {})}
