"""What became of a release since an instant, as a message: the verdict, what turned it, and each defect that moved."""

from collections.abc import Mapping
from datetime import datetime

from bot.services.comparing import Comparison
from bot.slack.blocks import Json, section
from bot.slack.chunks import chunked
from bot.slack.escaping import Mrkdwn
from bot.slack.mrkdwn import render
from bot.slack.names import Names
from bot.slack.releases import EVERY, buttons, text_of
from bot.slack.voices import slack


def comparison_message(found: Comparison, names: Mapping[str, str] | Names, *, as_of: datetime | None = None) -> Json:
    """`as_of`: the later instant, where it was asked for."""
    facts = {"f": found, "s": found.now, "shown": EVERY, "as_of": as_of, **slack(names).facts()}
    head = render("release/status", "headline", was=found.then.readiness.verdict, **facts)
    if found.same:
        parts = [[head, render("release/diff", "same", **facts)]]
    else:
        told = [render("digest", "turned", **facts), render("digest", "since", **facts)]
        parts = [[head, *told], [render("release/diff", "moved", **facts)]]
    texts = ["\n".join(filter(None, part)) for part in parts]
    said = [section(Mrkdwn(chunk)) for text in texts for chunk in chunked(text)]
    drawn = [*said, *buttons(found.now, at=as_of)]
    return {"text": text_of(drawn), "blocks": drawn}
