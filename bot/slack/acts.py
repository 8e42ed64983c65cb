"""Which buttons a defect shows: what the lifecycle allows from its status, the likeliest two first."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.defect import Defect
from bot.domain.lifecycle import Action, allowed
from bot.domain.values import Status
from bot.slack.blocks import Json, Style, actions, button, option, overflow
from bot.slack.ids import OPTION_VALUE, Act, action_id, encode
from bot.slack.mrkdwn import render_plain

# Every button of ours has this action id; its value says what it does.
ACTION = "act"
FIRST_ROW = 2
MENU = 5
MORE = "more"
# What can be done in any status, after what the lifecycle knows.
ALWAYS = ("history", "link", "comment")

LIKELIEST: Mapping[Status, tuple[Action, ...]] = MappingProxyType(
    {
        Status.NEW: (Action.CLAIM, Action.TRIAGE, Action.FIXED, Action.RESOLVE, Action.NEEDS_INFO, Action.ASSIGN),
        Status.TRIAGED: (Action.CLAIM, Action.START, Action.FIXED, Action.RESOLVE, Action.NEEDS_INFO, Action.ASSIGN),
        Status.IN_PROGRESS: (
            Action.CLAIM,
            Action.FIXED,
            Action.NEEDS_INFO,
            Action.RESOLVE,
            Action.ASSIGN,
            Action.DEFER,
        ),
        Status.RESOLVED: (Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.VERIFY_BLOCKED, Action.REOPEN),
        Status.VERIFIED: (Action.CLOSE, Action.REOPEN),
        Status.CLOSED: (Action.REOPEN,),
        Status.DEFERRED: (Action.RESUME,),
    }
)
_VERIFYING = frozenset({Action.VERIFY_PASS, Action.VERIFY_FAIL, Action.VERIFY_BLOCKED})
_STYLES: Mapping[str, Style] = MappingProxyType({"verify_pass": "primary", "verify_fail": "danger"})


def verb_of(action: Action) -> str:
    """As it stands in a button's value."""
    return action.value.replace(" ", "_")


def verbs(defect: Defect) -> tuple[str, ...]:
    """All that this defect's state allows, the likeliest first."""
    possible = [action for action in allowed(defect.status) if _sensible(defect, action)]
    likely = [action for action in LIKELIEST[defect.status] if action in possible]
    rest = [action for action in possible if action not in likely]
    return (*(verb_of(action) for action in (*likely, *rest)), *ALWAYS)


def _sensible(defect: Defect, action: Action) -> bool:
    """Steps that the table knows and that would say nothing new here."""
    if action in _VERIFYING:
        return defect.duplicate_of is None
    if action is Action.CLAIM:
        return defect.owner is None
    return action is not Action.UNASSIGN or defect.owner is not None


def row(defect: Defect, shown: Sequence[str] | None = None) -> Json:
    """Two buttons and a menu; what does not fit into the menu is behind its last entry."""
    possible = verbs(defect) if shown is None else tuple(shown)
    first, rest = possible[:FIRST_ROW], possible[FIRST_ROW:]
    if len(rest) > MENU:
        rest = (*rest[: MENU - 1], MORE)
    return actions(*_buttons(defect, first), *([_menu(defect, rest)] if rest else []))


def everything(defect: Defect) -> Json:
    """All of them side by side, for the one who asked for more."""
    return actions(*_buttons(defect, verbs(defect)))


def act_button(
    act: Act, ordinal: int = 0, *, label: str | None = None, style: Style | None = None, **facts: object
) -> Json:
    """`label`: the block of templates/buttons.j2, by default the verb's; `facts` are what it names."""
    words = render_plain("buttons", label or act.verb, **facts)
    return button(words, action_id(ACTION, ordinal), encode(act), style or _STYLES.get(act.verb))


def act_menu(shown: Sequence[Act], ordinal: int) -> Json:
    """At most MENU entries."""
    options = [option(render_plain("buttons", act.verb), encode(act, OPTION_VALUE)) for act in shown]
    return overflow(action_id(ACTION, ordinal), options)


def _buttons(defect: Defect, shown: Sequence[str]) -> Iterator[Json]:
    for ordinal, verb in enumerate(shown):
        yield act_button(Act(verb, defect.key, defect.version), ordinal)


def _menu(defect: Defect, shown: Sequence[str]) -> Json:
    return act_menu([Act(verb, defect.key, defect.version) for verb in shown], FIRST_ROW)
