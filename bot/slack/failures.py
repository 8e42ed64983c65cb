"""The failures of a test run: one message, and in its thread a section for each kind of failure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.defect import Defect
from bot.domain.failures import headline
from bot.services.clusters import Cluster, Fate, Tested
from bot.slack import acts
from bot.slack.blocks import Json, section
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import Act
from bot.slack.mrkdwn import render

TEMPLATE = "failures"
FILE, NOT_THIS = "file_failures", "not_this"


@dataclass(frozen=True, slots=True)
class Part:
    """What one message of the thread is drawn from: defects by id, names of test cases by key."""

    clusters: Sequence[Cluster]
    defects: Mapping[str, Defect]
    names: Mapping[str, str]


def root_message(facts: Mapping[str, object]) -> Json:
    """`facts` as in bot.services.failing.told."""
    words = render(TEMPLATE, "root", **facts)
    return {"text": words, "blocks": [section(words)]}


def part_message(part: Part) -> Json:
    drawn = [_cluster(cluster, part, place) for place, cluster in enumerate(part.clusters)]
    text = Mrkdwn("\n".join(str(block["text"]["text"]) for block in drawn))
    return {"text": text, "blocks": drawn}


def in_form(cluster: Cluster, tested: Tested, names: Mapping[str, str]) -> Mrkdwn:
    """What the form says above its fields."""
    return render(TEMPLATE, "in_form", c=cluster, tested=tested, names=names)


def _cluster(cluster: Cluster, part: Part, place: int) -> Json:
    defect = part.defects.get(cluster.defect_id or "")
    named = headline(cluster.said)
    words = render(TEMPLATE, "cluster", c=cluster, d=defect, names=part.names, headline=named)
    if defect is not None:
        show = Act("show", defect.key)
        if cluster.fate is Fate.FILED:
            return section(words, accessory=acts.act_button(show, place))
        not_this = Act(NOT_THIS, cluster.id, extra={"key": defect.key})
        return section(words, accessory=acts.act_menu((show, not_this), place))
    return section(words, accessory=acts.act_button(Act(FILE, cluster.id), place))
