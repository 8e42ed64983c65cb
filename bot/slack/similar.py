"""Possible duplicates in a message: a line each, and what can be said of it."""

from collections.abc import Sequence

from bot.domain.defect import Defect
from bot.services.views import Similar
from bot.slack.acts import ACTION, act_button
from bot.slack.blocks import Json, actions, option, overflow, section
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import OPTION_VALUE, Act, TooLong, action_id, encode
from bot.slack.mrkdwn import render, render_plain

TALK = "replies/talk"
SAME, NOT_SAME, OPEN = "same_as", "not_same", "show"


def of_defect(key: str, found: Sequence[Similar], *, asked: bool = False) -> Json:
    """What a filed defect may be. `asked`: somebody wanted to know, and gets the unlikely ones too."""
    head = render(TALK, "possible" if found else "nothing_like", key=key, number=len(found), likely=likely(found))
    return _listed(head, [(one, _of_filed(key, one, asked=asked)) for one in found])


def of_words(text: str, found: Sequence[Similar]) -> Json:
    """What words remind of; nothing is filed yet."""
    head = render(TALK, "duplicates", number=len(found), likely=likely(found))
    return _listed(head, [(one, [_of_text(text, one), Act(OPEN, one.key)]) for one in found])


def likely(found: Sequence[Similar]) -> bool:
    """Who asks is shown what is nearest, and told where even that is probably something else."""
    return any(one.worth_showing for one in found)


def noted(key: str, other: str, left: Sequence[Similar], *, asked: bool) -> Json:
    """After *Not a duplicate*: what else it may be."""
    head = render(TALK, "not_same", key=key, other=other)
    rest = of_defect(key, left, asked=asked) if left else {"text": "", "blocks": []}
    return {"text": Mrkdwn(f"{head}\n{rest['text']}".strip()), "blocks": [section(head), *rest["blocks"]]}


def on_card(defect: Defect, one: Similar) -> Json:
    """Everybody sees it, so what can be said stays behind a menu."""
    acts = _of_filed(defect.key, one, asked=False)
    options = [option(_label(act, one), encode(act, OPTION_VALUE)) for act in acts]
    return section(render("card", "similar", one=one), accessory=overflow(action_id(ACTION), options))


def _listed(head: Mrkdwn, found: Sequence[tuple[Similar, Sequence[Act]]]) -> Json:
    blocks, text = [section(head)], [head]
    for one, acts in found:
        line = render(TALK, "duplicate", one=one)
        text.append(line)
        buttons = [act_button(act, place, label=_block(act), key=one.key) for place, act in enumerate(acts)]
        blocks += [section(line), actions(*buttons)]
    return {"text": Mrkdwn("\n".join(text)), "blocks": blocks}


def _of_filed(key: str, one: Similar, *, asked: bool) -> list[Act]:
    about = {"original": one.key, **({"asked": "yes"} if asked else {})}
    return [Act(SAME, key, extra=about), Act(NOT_SAME, key, extra=about), Act(OPEN, one.key)]


def _of_text(text: str, one: Similar) -> Act:
    """As much of it as a button carries."""
    act = Act(SAME, extra={"original": one.key, "text": text})
    try:
        encode(act)
    except TooLong:
        return _of_text(text[: len(text) * 3 // 4], one)
    return act


def _block(act: Act) -> str:
    """Of templates/buttons.j2."""
    return "open" if act.verb == OPEN else act.verb


def _label(act: Act, one: Similar) -> str:
    return render_plain("buttons", _block(act), key=one.key)
