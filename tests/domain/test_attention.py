"""Whom a defect waits for."""

import pytest

from bot.domain.attention import Next, NextAct, next_act
from bot.domain.defect import Defect
from bot.domain.errors import WrongState
from bot.domain.lifecycle import Action
from bot.domain.values import Resolution, Severity
from tests.domain.defects import DEVON, OMAR, TESS, filed, fixed, later, resolved, triaged, verified


def asked() -> Defect:
    defect = triaged()
    defect.assign(later(2), DEVON)
    defect.ask(later(3), DEVON, OMAR, "Which browser?")
    return defect


def owned(*, started: bool) -> Defect:
    defect = triaged()
    defect.assign(later(2), DEVON)
    if started:
        defect.start(later(3), DEVON)
    return defect


def blocked() -> Defect:
    defect = fixed()
    defect.block_verification(later(5), TESS, facts={}, note="staging is down")
    return defect


def sent_back() -> Defect:
    defect = filed()
    defect.resolve(later(1), DEVON, Resolution.WONT_FIX)
    defect.reopen(later(2), "it matters")
    return defect


def duplicate() -> Defect:
    defect = filed(id="d-2")
    defect.resolve(later(1), TESS, Resolution.DUPLICATE, original=filed())
    return defect


CASES = {
    "a new one waits for triage": (filed(), Next(NextAct.TRIAGE)),
    "a triaged one without owner waits to be taken": (triaged(), Next(NextAct.TAKE)),
    "one that came back before it was triaged waits for an edit": (sent_back(), Next(NextAct.EDIT)),
    "an owned one waits to be started": (owned(started=False), Next(NextAct.START, DEVON)),
    "a started one waits for its fix": (owned(started=True), Next(NextAct.FIX, DEVON)),
    "a question beats everything": (asked(), Next(NextAct.ANSWER, OMAR)),
    "a fix waits for its reporter's eyes": (fixed(), Next(NextAct.VERIFY, TESS)),
    "a fix by its reporter waits for anybody else": (fixed(by=TESS), Next(NextAct.VERIFY)),
    "a fix in the next build waits for that build": (fixed(build=None), Next(NextAct.BUILD)),
    "a blocked verification waits for the owner": (blocked(), Next(NextAct.UNBLOCK, DEVON)),
    "another resolution waits to be confirmed": (resolved(), Next(NextAct.CONFIRM, TESS)),
    "a duplicate waits for nobody": (duplicate(), Next(NextAct.NOTHING)),
    "a verified one waits for the release": (verified(), Next(NextAct.SHIP)),
}


@pytest.mark.parametrize(("defect", "expected"), CASES.values(), ids=CASES)
def test_it_waits_for(defect: Defect, expected: Next) -> None:
    assert next_act(defect, awaits_build=defect.fixed_in is None) == expected


def test_whoever_it_waits_for_can_do_what_it_waits_for() -> None:
    came_back = sent_back()
    with pytest.raises(WrongState) as refusal:
        came_back.check(Action.TRIAGE)
    assert refusal.value.cause == "unconfirmed"
    came_back.edit(later(3), {"severity": Severity.S1, "release_id": "r-1"})
    assert next_act(came_back, awaits_build=False) == Next(NextAct.TAKE)
    with pytest.raises(WrongState) as refusal:
        came_back.check(Action.TRIAGE)
    assert refusal.value.cause is None


def test_where_nobody_registers_builds_a_fix_can_be_verified_at_once() -> None:
    assert next_act(fixed(build=None), awaits_build=False) == Next(NextAct.VERIFY, TESS)
