"""The card: a defect's one live message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.attention import next_act
from bot.domain.defect import Defect
from bot.domain.values import Status
from bot.services.records import EvidenceRecord
from bot.services.views import DefectView, Similar
from bot.slack import acts
from bot.slack.blocks import Json, context, rich_section, rich_text, section, words
from bot.slack.details import details
from bot.slack.escaping import Mrkdwn
from bot.slack.mrkdwn import render
from bot.slack.names import Names
from bot.slack.similar import on_card

SHOWN_EVIDENCE = 6
# Nobody has confirmed yet what it is about, so what it may repeat is still worth reading.
UNSORTED = frozenset({Status.NEW})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A line's worth of evidence: a message or a file, as a reference."""

    label: str
    url: str | None
    by: str | None = None


def card(view: DefectView, name: Names, similar: Sequence[Similar] = ()) -> Json:
    """Its text and blocks; `similar` are shown until it is triaged."""
    body = _Body(view, name)
    blocks = [heading(view.defect), section(body.lead()), *details(view), context(*body.small_print())]
    if view.defect.status in UNSORTED and view.defect.duplicate_of is None:
        blocks += [on_card(view.defect, one) for one in similar]
    return {"text": body.text(), "blocks": [*blocks, acts.row(view.defect)]}


def heading(defect: Defect) -> Json:
    """Key and title. Rich text has no grammar, so a title stays what was written."""
    return rich_text(rich_section(words(f"{defect.key}  {defect.title}", "bold")))


@dataclass(frozen=True, slots=True)
class _Body:
    view: DefectView
    name: Names

    def words(self, block: str, **more: object) -> Mrkdwn:
        waits = next_act(self.view.defect, awaits_build=self.view.awaits_build)
        facts = {"v": self.view, "d": self.view.defect, "name": self.name, "waits": waits}
        return render("card", block, **facts, **more)

    def lead(self) -> Mrkdwn:
        """State and next actor, a line each."""
        return _lines(self.words("status"), self.words("next"))

    def small_print(self) -> Iterator[Mrkdwn]:
        evidence = list(attachments(self.view))
        yield self.words("origin", source=_source(self.view))
        shown, rest = evidence[:SHOWN_EVIDENCE], len(evidence[SHOWN_EVIDENCE:])
        yield from filter(
            None, (self.words("seen"), self.words("links"), self.words("evidence", evidence=shown, more_evidence=rest))
        )

    def text(self) -> Mrkdwn:
        return _lines(self.words("title"), self.lead())


def attachments(view: DefectView) -> Iterator[Attachment]:
    """The message it was filed from is named as its origin; its files stand here."""
    label = render("card", "message_label")
    for item in view.evidence:
        if item.permalink and not _is_source(view, item):
            yield Attachment(label, item.permalink, item.author)
        yield from (Attachment(file.name or file.id, file.permalink or None) for file in item.files)


def _source(view: DefectView) -> str | None:
    return next((item.permalink for item in view.evidence if _is_source(view, item)), None)


def _is_source(view: DefectView, item: EvidenceRecord) -> bool:
    return view.anchor is not None and item.message_ts == view.anchor.source_ts


def _lines(*texts: Mrkdwn) -> Mrkdwn:
    return Mrkdwn("\n".join(filter(None, texts)))
