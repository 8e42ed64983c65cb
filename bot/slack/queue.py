"""Lists of defects for one person: what waits for them, what they can verify, what they filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.domain.attention import Next, NextAct, next_act
from bot.services.views import DefectView, Page
from bot.slack import acts
from bot.slack.blocks import Json, actions, context, section
from bot.slack.cards import heading
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import Act
from bot.slack.mrkdwn import render
from bot.slack.names import Names, referenced

# Three blocks a row, and Slack takes 50 a message.
PAGE = 10


class Listing(StrEnum):
    """Each is a verb: its page buttons carry it."""

    WAITS = "queue"
    VERIFY = "verify"
    MINE = "mine"


BLOCKS: Mapping[Listing, str] = MappingProxyType(
    {Listing.WAITS: "waits", Listing.VERIFY: "verify", Listing.MINE: "mine"}
)
# What the reader can do about a row, by what it waits for; the rest is behind its card.
DOABLE: Mapping[NextAct, tuple[str, ...]] = MappingProxyType(
    {
        NextAct.ANSWER: ("answer",),
        NextAct.TRIAGE: ("triage", "claim"),
        NextAct.EDIT: ("edit", "claim"),
        NextAct.TAKE: ("claim",),
        NextAct.START: ("start",),
        NextAct.FIX: ("fixed",),
        NextAct.VERIFY: ("verify_pass", "verify_fail"),
        NextAct.CONFIRM: ("verify_pass", "verify_fail"),
    }
)
# Nobody else's: the asked person answers, the owner works.
_PERSONAL = frozenset({NextAct.ANSWER, NextAct.START, NextAct.FIX})


@dataclass(frozen=True, slots=True)
class Reader:
    """`id` decides which buttons a row has; `name` how others are named to them."""

    id: str
    name: Names = referenced


def cut(views: Sequence[DefectView], offset: int, size: int = PAGE) -> Page:
    """One page of a list that was read whole."""
    start = max(0, min(offset, len(views) - 1)) // size * size if views else 0
    return Page(tuple(views[start : start + size]), len(views), start)


def queue(listing: Listing, page: Page, reader: Reader, *, others: int | None = None) -> Json:
    """Text and blocks. `others`: of the reader's own, how many wait for other people (shown under WAITS)."""
    block = BLOCKS[listing]
    head = render("queue", block if page.items else f"{block}_empty", total=page.total)
    rest = render("queue", "waits_rest", others=others) if _closing(listing, page, others) else None
    blocks = [section(head), *rows(page.items, reader)]
    if rest and page.offset + len(page.items) >= page.total:
        blocks.append(context(rest))
    blocks += paging(listing, page)
    texts = [head, *(render("queue", "row_text", d=view.defect) for view in page.items)]
    return {"text": Mrkdwn("\n".join(texts)), "blocks": blocks}


def _closing(listing: Listing, page: Page, others: int | None) -> bool:
    """An empty list that says so needs no "nothing else"."""
    return listing is Listing.WAITS and others is not None and bool(page.items or others)


def rows(views: Sequence[DefectView], reader: Reader, *, past: bool = False) -> list[Json]:
    """`past`: as they stood once, so that nothing can be done about them here."""
    return [block for view in views for block in _row(view, reader, past=past)]


def paging(listing: Listing, page: Page) -> list[Json]:
    """Previous and next, where there are any."""
    last = page.offset + len(page.items)
    if page.total <= len(page.items):
        return []
    size = max(PAGE, len(page.items))
    steps = [("previous_page", page.offset - size, page.offset > 0), ("next_page", last, last < page.total)]
    turns = [
        acts.act_button(Act(listing.value, extra={"offset": str(max(0, offset))}), place, label=label)
        for place, (label, offset, possible) in enumerate(steps)
        if possible
    ]
    where = render("queue", "page", first=page.offset + 1, last=last, total=page.total)
    return [context(where), actions(*turns)]


def _row(view: DefectView, reader: Reader, *, past: bool) -> list[Json]:
    defect = view.defect
    waits = next_act(defect, awaits_build=view.awaits_build)
    newest = view.builds[-1].name if view.builds else None
    facts = {"v": view, "d": defect, "waits": waits, "newest": newest, "me": reader.id, "name": reader.name}
    doable = ["show"] if past else [*_doable(view, waits, reader.id), "show"]
    buttons = [acts.act_button(Act(verb, defect.key, defect.version), place) for place, verb in enumerate(doable)]
    return [heading(defect), context(render("queue", "row", **facts)), actions(*buttons)]


def _doable(view: DefectView, waits: Next, reader: str) -> tuple[str, ...]:
    if waits.act in _PERSONAL and waits.person != reader:
        return ()
    four_eyes = view.project.policy.four_eyes and reader in view.defect.fixers
    if waits.act in {NextAct.VERIFY, NextAct.CONFIRM} and four_eyes:
        return ()
    return DOABLE.get(waits.act, ())
