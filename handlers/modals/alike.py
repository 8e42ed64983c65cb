"""Possible duplicates in the form for a new defect: what stands there, and which words they are looked for by."""

from collections.abc import Iterator, Sequence

from bot.services.views import Similar
from bot.slack import blocks
from bot.slack.acts import act_button
from bot.slack.blocks import Json
from bot.slack.ids import Act
from bot.slack.mrkdwn import render
from bot.slack.similar import likely
from handlers.modals.filled import Filled
from handlers.modals.sheets import Words
from handlers.payload import Body, dig, each, word

FORM = "file"
# Fewer characters remind of everything.
LEAST = 4
SHOWN = 3
DETAILS = ("actual", "expected", "steps")
_HEAD, _LINE, _ACTS = "alike", "alike:", "alike_acts:"
_BEFORE = "title"  # they stand under this field, so that it keeps its place while somebody types
# What views.update takes of a view (docs.slack.dev/reference/views/modal-views).
_TAKEN = (
    *("type", "callback_id", "title", "submit", "close", "private_metadata"),
    *("external_id", "clear_on_close", "notify_on_close"),
)


def words_of(view: Body, action: Body | None = None) -> Words:
    """What the form says now; `action`: the field that was just typed into."""
    filled, changed = Filled(view), word(action, "action_id")
    said = {name: filled.now(name) for name in ("title", *DETAILS)}
    if changed in said:
        said[changed] = word(action, "value").strip()
    body = "\n".join(filter(None, (said[name] for name in DETAILS)))
    return Words(said["title"], body, word(action, "action_ts"), component=filled.now("component"))


def tells_enough(words: Words) -> bool:
    return len(words.title) + len(words.body) >= LEAST


def shown(view: Body) -> tuple[str, ...]:
    """The keys that stand there."""
    found = (word(block, "block_id") for block in each(view, "blocks"))
    return tuple(block_id.removeprefix(_LINE) for block_id in found if block_id.startswith(_LINE))


def drawn(found: Sequence[Similar], *, asked: bool = False) -> list[Json]:
    """Who asked is told as well that there is nothing."""
    if asked and not found:
        return [blocks.context(render("forms", "nothing_alike"), block_id=_HEAD)]
    return list(_drawn(found[:SHOWN]))


def _drawn(found: Sequence[Similar]) -> Iterator[Json]:
    if found:
        yield blocks.context(render("forms", "similar", number=len(found), likely=likely(found)), block_id=_HEAD)
    for one in found:
        yield blocks.section(render("forms", "alike", one=one), block_id=f"{_LINE}{one.key}")
        same = act_button(Act("same_as", one.key), label="same_as", key=one.key)
        yield blocks.actions(same, act_button(Act("show", one.key), 1, label="open"), block_id=f"{_ACTS}{one.key}")


def standing(view: Body) -> list[Json]:
    """What of it stands in a view, to be kept when the rest is drawn anew."""
    return [dict(block) for block in each(view, "blocks") if _is_ours(block)]


def placed(view: Body, alike: Sequence[Json]) -> Json:
    """The view with these in the place of those that it has; everything else as it is, ids and first values too."""
    rest = [dict(block) for block in each(view, "blocks") if not _is_ours(block)]
    place = next((n for n, block in enumerate(rest, 1) if word(block, "block_id") == _BEFORE), 0)
    kept = {name: dig(view, name) for name in _TAKEN if dig(view, name)}
    return {**kept, "blocks": [*rest[:place], *alike, *rest[place:]]}


def _is_ours(block: Body) -> bool:
    block_id = word(block, "block_id")
    return block_id == _HEAD or block_id.startswith((_LINE, _ACTS))
