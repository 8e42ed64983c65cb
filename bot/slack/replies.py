"""What the person who acted is answered, for their eyes only."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from bot.domain.events import Kind, Scalar
from bot.domain.values import OPEN, Status
from bot.services.outcome import Outcome
from bot.services.undo import FINAL
from bot.services.views import DefectView
from bot.slack import acts
from bot.slack.answers import TOKEN_IS_DEAD, Ambiguous, Answer, Permanent, RateLimited, Retryable
from bot.slack.blocks import Json, actions, section
from bot.slack.cards import card, heading
from bot.slack.escaping import Mrkdwn
from bot.slack.ids import Act, TooLong, encode
from bot.slack.mrkdwn import render
from bot.slack.names import Names, referenced
from bot.slack.releases import move_buttons, waiver_buttons

Facts = Mapping[str, Scalar]
RECEIPT, TALK = "replies/receipt", "replies/talk"
# Talk is taken back where it was said; the rest can be undone for a minute.
_NO_UNDO = FINAL | {
    Kind.COMMENT_ADDED,
    Kind.COMMENT_EDITED,
    Kind.COMMENT_ERASED,
    Kind.EVIDENCE_ADDED,
    Kind.EVIDENCE_REMOVED,
    Kind.INFO_GIVEN,
}


def receipt(outcome: Outcome, *, me: str, awaits_build: bool = True, name: Names = referenced) -> Json:
    """The answer to a command, a click or a form, for `me`. `awaits_build`: the fix is in no build yet."""
    defect = outcome.defect
    if outcome.nothing:
        return said(render(RECEIPT, "nothing", key=defect.key))
    facts = {"owner": defect.owner, **outcome.facts}
    return receipt_of(outcome.kind, defect.key, defect.version, facts, me=me, awaits_build=awaits_build, name=name)


def receipt_of(
    kind: Kind,
    key: str,
    version: int | None,
    facts: Facts,
    *,
    me: str,
    awaits_build: bool = True,
    name: Names = referenced,
) -> Json:
    """The same from what is known later: for an act that was typed in a thread. `version`: after the act."""
    awaits_build = kind is Kind.DEFECT_FIXED and not facts.get("build") and awaits_build
    about = {"key": key, "fact": facts.get, "owner": facts.get("owner"), "me": me, "name": name}
    words = render(RECEIPT, kind.value, awaits_build=awaits_build, **about)
    return said(words, *_follow_ups(kind, key, version, facts, awaits_build=awaits_build))


def _follow_ups(kind: Kind, key: str, version: int | None, facts: Facts, *, awaits_build: bool) -> list[Json]:
    verbs = [] if kind in _NO_UNDO else ["undo"]
    if awaits_build:
        verbs.append("name_build")
    if kind is Kind.DEFECT_FILED and facts.get("channel") == "":
        verbs.append("home_channel")
    return [acts.act_button(Act(verb, key, version), place) for place, verb in enumerate(verbs)]


def said(words: Mrkdwn, *buttons: Json) -> Json:
    """Words and the buttons under them; without buttons a plain message."""
    return {"text": words, "blocks": [section(words), *([actions(*buttons)] if buttons else [])]}


def offer(title: str) -> Json:
    """Text without a verb: is it a defect?"""
    return said(render(TALK, "offer", title=title), acts.act_button(_filing(title), label="file", style="primary"))


def _filing(title: str) -> Act:
    """A button carries a limited number of characters, and a letter may take twelve of them."""
    act = Act("new", extra={"title": title})
    try:
        encode(act)
    except TooLong:
        return _filing(title[: len(title) * 3 // 4])
    return act


def which_key(choices: Sequence[tuple[str, Act]]) -> Json:
    """An act in a thread of several defects: one button per key."""
    buttons = [acts.act_button(act, place, label="key", key=key) for place, (key, act) in enumerate(choices[:25])]
    return said(render(TALK, "which_key"), *buttons)


def stale(view: DefectView, name: Names = referenced) -> Json:
    """The answer to a click on buttons that are out of date: the card as it is now."""
    return _on_top(render(TALK, "stale", key=view.defect.key), card(view, name))


def everything(view: DefectView) -> Json:
    """All that can be done with it, for whom the menu was too short."""
    return {"text": f"{view.defect.key}", "blocks": [heading(view.defect), acts.everything(view.defect)]}


def same(view: DefectView, card: str | None, name: Names = referenced) -> Json:
    """What was about to be filed is evidence of this one now. `card`: the address of its card, where that is known."""
    defect = view.defect
    words = render(TALK, "same", d=defect, release=view.release, card=card, name=name)
    verbs = ["undo", *(["reopen"] if defect.status not in OPEN | {Status.DEFERRED} else [])]
    return said(words, *(acts.act_button(Act(verb, defect.key, defect.version), n) for n, verb in enumerate(verbs)))


def not_saved(reference: str) -> Json:
    return said(render(TALK, "not_saved", reference=reference))


def nameless() -> Json:
    return said(render(TALK, "nameless"))


def token_refused(code: str, *, form: bool = False) -> Json:
    """`code`: Slack's own, which whoever mends it looks up; `form`: one was to be opened."""
    return said(render(TALK, "token_refused", code=code, form=form))


def key_missing() -> Json:
    return said(render(TALK, "key_missing"))


def press_again() -> Json:
    return said(render(TALK, "press_again"))


def not_opened(answer: Answer, reference: Callable[[], str]) -> Json:
    """What helps whoever waits for a form; nothing was to be saved. `reference`: under which it is logged, asked for
    where it is our mistake."""
    if isinstance(answer, Permanent) and answer.code in TOKEN_IS_DEAD:
        return token_refused(answer.code, form=True)
    if isinstance(answer, RateLimited):
        return said(render(TALK, "form_later", seconds=answer.retry_after))
    if isinstance(answer, Retryable | Ambiguous):
        return said(render(TALK, "form_unsure" if isinstance(answer, Ambiguous) else "form_not_opened"))
    return said(render(TALK, "form_refused", reference=reference()))


def unknown_verb(word: str, near: str | None) -> Json:
    return said(render(TALK, "unknown_verb", word=word, near=near))


def unknown_there(word: str, near: str | None, command: str, takes: Sequence[str], elsewhere: str | None) -> Json:
    """Behind a command that files nothing. `takes`: what it is begun with; `elsewhere`: the command line's word."""
    return said(render(TALK, "unknown_there", word=word, near=near, command=command, takes=takes, elsewhere=elsewhere))


def told(template: str, facts: Facts, name: Names = referenced) -> Json:
    """`replies/TEMPLATE`, for what is delivered later: direct messages, notices."""
    buttons = OFFERED[template](facts) if template in OFFERED else ()
    return said(render(f"replies/{template}", "text", fact=facts.get, name=name, **facts), *buttons)


def _left_open(facts: Facts) -> list[Json]:
    return move_buttons(str(facts["named"])) if facts.get("still_open") and facts.get("named") else []


def _shipping(facts: Facts) -> list[Json]:
    return [acts.act_button(Act("ship", str(facts["named"])))] if facts["go"] else []


def _approval(facts: Facts) -> list[Json]:
    return waiver_buttons(str(facts["release"]), int(str(facts["number"])))


# What is delivered later and can be answered at once.
OFFERED: Mapping[str, Callable[[Facts], list[Json]]] = MappingProxyType(
    {"waiver_asked": _approval, "release_shipped": _left_open, "release_decided": _shipping}
)


def _on_top(words: Mrkdwn, message: Json) -> Json:
    return {"text": Mrkdwn(f"{words}\n{message['text']}"), "blocks": [section(words), *_blocks(message)]}


def _blocks(message: Json) -> Iterable[Json]:
    blocks: list[Json] = message["blocks"]
    return blocks
