from collections.abc import Iterator

import pytest

from bot.domain import errors
from bot.domain.errors import DomainError
from bot.domain.gates import Criterion, Rule
from bot.domain.lifecycle import Action, allowed
from bot.domain.query import QueryError, parse
from bot.domain.readiness import Gate, Offender, Value, Why
from bot.domain.signoffs import Signatures
from bot.domain.turning import Drift
from bot.domain.values import Role, Status
from bot.domain.waivers import OwnWaiver, WaiverDone
from bot.slack.ids import Act, decode
from bot.slack.mrkdwn import our_words
from bot.slack.refusals import refusal, template_of
from tests.domain.defects import DEVON, MONDAY, OMAR, TESS
from tests.services.releases import standing
from tests.slack.showing import NAMES, outline

WHEN = "<!date^1795424400^{date_short_pretty} {time}|2026-11-23 09:00 UTC>"


def leaves(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in kind.__subclasses__():
        if each is not errors.Refused:
            yield each
        yield from leaves(each)


def told(error: DomainError, **more: Act) -> list[str]:
    return outline(refusal(error, me=DEVON, name=NAMES, **more))


def test_every_refusal_has_words() -> None:
    missing = [each.__name__ for each in leaves(DomainError) if not _has_template(each)]
    assert missing == []


def _has_template(kind: type[DomainError]) -> bool:
    return f"errors/{template_of(kind.__new__(kind))}" in our_words().templates()


def test_a_wrong_state_says_state_since_when_and_the_exact_command() -> None:
    closed = errors.WrongState("SHOP-42", Action.CLAIM, Status.CLOSED, MONDAY, allowed(Status.CLOSED))
    assert told(closed) == [
        f"SHOP-42 is *closed* since {WHEN}, so `claim` cannot be done. You can: `reopen SHOP-42 &lt;reason&gt;`"
    ]
    first = errors.WrongState(
        "SHOP-42", Action.FIXED, Status.CLOSED, MONDAY, (Action.REOPEN,), by=OMAR, did="defect_closed", along_with="2.4"
    )
    assert told(first) == [
        f"SHOP-42 is *closed* since {WHEN} (Omar closed it with 2.4), so `fixed` cannot be done. "
        "You can: `reopen SHOP-42 &lt;reason&gt;`"
    ]
    mine = errors.WrongState("SHOP-42", Action.FIXED, Status.RESOLVED, MONDAY, (), by=DEVON, did="defect_fixed")
    assert "(you fixed it)" in told(mine)[0]
    untriaged = errors.WrongState("SHOP-42", Action.START, Status.NEW, MONDAY, (Action.TRIAGE,), "triage")
    assert told(untriaged) == [
        f"SHOP-42 is *new* since {WHEN}, and this project triages before work starts, so `start` cannot be done. "
        "You can: `triage SHOP-42 sev:S2 prio:P2`"
    ]


def test_the_fixer_is_told_who_verifies_instead() -> None:
    assert told(errors.SamePerson("SHOP-42", DEVON, (TESS, OMAR))) == [
        "The resolution of SHOP-42 is yours, so somebody else verifies it. It waits in the queue of Tess and Omar."
    ]


def test_an_unknown_build_offers_the_nearest_one_and_its_registration() -> None:
    error = errors.UnknownBuild("build", "2.4.0-rc33", "2.4.0-rc3", "2.4")
    act = Act("fixed", "SHOP-42", 3, {"commit": "abc1234"})
    answer = refusal(error, act=act)
    assert outline(answer) == [
        "Build `2.4.0-rc33` is not known in 2.4, so nothing changed. The nearest is 2.4.0-rc3. "
        "A new one: `build 2.4 2.4.0-rc33`",
        "[Use 2.4.0-rc3] [Register it in 2.4]",
    ]
    use, register = (decode(button["value"]) for button in answer["blocks"][1]["elements"])
    assert use == Act("fixed", "SHOP-42", 3, {"commit": "abc1234", "build": "2.4.0-rc3"})
    assert register == Act("build", "2.4", None, {"name": "2.4.0-rc33"})
    assert told(error)[1] == "[Register it in 2.4]"


def test_where_nobody_can_know_the_verifier_can_say_that_they_looked() -> None:
    answer = refusal(errors.NotSure("SHOP-42", "2.5.0-rc1"), act=Act("verify_pass", "SHOP-42", 3, {"note": "ok"}))
    assert outline(answer)[1] == "[I checked that the fix is in]"
    sure = decode(answer["blocks"][1]["elements"][0]["value"])
    assert sure == Act("verify_pass", "SHOP-42", 3, {"note": "ok", "build": "2.5.0-rc1", "sure": "yes"})


def test_a_query_is_pointed_at_with_a_caret_and_the_nearest_word() -> None:
    with pytest.raises(QueryError) as caught:
        parse("sevrity:S1")
    assert told(caught.value) == [
        "`sevrity:S1`",
        "`^^^^^^^`",
        "I do not know `sevrity`; did you mean `severity`?",
    ]


WORDS = [
    (errors.NotFound("defect", "SHOP-43", "SHOP-42"), "There is no defect `SHOP-43` here. Did you mean `SHOP-42`?"),
    (errors.Missing("reason", "reopen"), "`reopen` needs a reason. Nothing changed."),
    (
        errors.Invalid("timezone", "Berlin", "an IANA zone, such as Europe/Berlin"),
        "`Berlin` cannot be the timezone: an IANA zone, such as Europe/Berlin. Nothing changed.",
    ),
    (
        errors.BuildLacksFix("SHOP-42", "2.4.0-rc2", "2.4.0-rc3"),
        "2.4.0-rc2 does not hold the fix of SHOP-42; 2.4.0-rc3 is the first that does. "
        "You can: `verify SHOP-42 fail &lt;what happened&gt;`, `verify SHOP-42 blocked &lt;what blocks it&gt;`",
    ),
    (
        errors.FixUnbound("SHOP-42", "2.4"),
        "The fix of SHOP-42 comes with the next build of 2.4, which has not arrived. It can be verified then; "
        "until then you can: `verify SHOP-42 blocked &lt;what blocks it&gt;`, `reopen SHOP-42 &lt;reason&gt;`",
    ),
    (
        errors.NotAllowed("defer", frozenset({Role.RELEASE_MANAGER, Role.ADMIN}), (OMAR, TESS)),
        "`defer` is for admins and release managers here. Ask Omar or Tess.",
    ),
    (
        errors.NotAllowed("claim", frozenset()),
        "People of another company can read and comment here; `claim` is for the people of this workspace.",
    ),
    (errors.OwnOriginal("SHOP-42", "SHOP-42"), "SHOP-42 cannot be a duplicate of itself."),
    (
        errors.OwnOriginal("SHOP-42", "SHOP-17"),
        "SHOP-42 cannot be a duplicate of itself, and SHOP-17 leads back to it.",
    ),
    (
        errors.FollowsOriginal("SHOP-42", "SHOP-17"),
        "SHOP-42 is a duplicate and follows SHOP-17: verify that one. If it is none, you can: "
        "`reopen SHOP-42 &lt;reason&gt;`",
    ),
    (
        errors.NothingToUndo("SHOP-42", "late"),
        "That was more than 60 seconds ago, so it stands; SHOP-42 can still be changed: `show SHOP-42`.",
    ),
    (errors.NothingToUndo("SHOP-42", "changed", OMAR), "Omar changed SHOP-42 since, so your change stays."),
    (errors.NothingToUndo(None, "nothing"), "There is nothing of yours to take back."),
    (
        OwnWaiver("fixes_verified", (OMAR,)),
        "You asked for the waiver of fixes verified, so somebody else approves it. Ask Omar.",
    ),
    (
        OwnWaiver("SHOP-42", alone=True),
        "You alone may approve waivers here, and nobody approves what they asked for. Let somebody else ask for "
        "SHOP-42, or give the role to another in `/defect setup`",
    ),
    (WaiverDone("SHOP-42", "expired"), "The waiver of SHOP-42 has expired. Nothing changed."),
    (WaiverDone("SHOP-42", "in_force", OMAR), "The waiver of SHOP-42 is approved by Omar. Nothing changed."),
    (errors.OneRole("2.4", Role.TESTER), "You sign 2.4 as tester; one person signs for one role per release."),
    (errors.NothingToSign(), "No edit of the gates waits for a signature."),
    (errors.NothingToSign(2), "Version 2 of the gates waits for no signature any more."),
    (errors.NotShipped("2.4"), "Release 2.4 has not shipped."),
    (errors.StaleSnapshot("2.4", Drift()), "2.4 has changed since that button was drawn, so nothing is signed."),
    (errors.NotSigned("2.4", Signatures(), {}), "Release 2.4 waits for signatures, so it does not ship."),
    (errors.AlreadyShipped("2.4", MONDAY), f"Release 2.4 shipped {WHEN}."),
    (
        errors.Conflict("SHOP-42", OMAR, "defect_fixed"),
        "Omar was faster with SHOP-42 (fixed it): nothing of yours was saved. See `show SHOP-42` and do it again "
        "if it still fits.",
    ),
]


@pytest.mark.parametrize(("error", "words"), WORDS, ids=lambda each: type(each).__name__)
def test_each_guard_speaks_for_itself(error: DomainError, words: str) -> None:
    assert told(error)[0] == words


def test_a_release_that_is_not_ready_names_each_gate_with_its_reason() -> None:
    grave = tuple(Offender(standing(number), Why.OPEN) for number in (42, 44))
    covered = {"done": 3, "all": 5, "never": 1}
    gates = (
        Gate(Rule("open_s1_s2", Criterion.OPEN_S1_S2), Value.FAIL, grave),
        Gate(Rule("triaged", Criterion.TRIAGED), Value.FAIL, (Offender(standing(50), Why.UNTRIAGED),)),
        Gate(Rule("tested", Criterion.REQUIREMENTS_COVERED, {"rate": 100}), Value.FAIL, measured=covered),
        Gate(Rule("recent", Criterion.EVIDENCE_FRESH, {"hours": 16}), Value.UNDEFINED, why=Why.NO_RESULTS),
    )
    held = [
        "✗ no open S1 or S2 — SHOP-42, SHOP-44",
        "✗ nothing untriaged over 8 working hours — SHOP-50",
        "✗ every requirement is tested on the candidate — 3 of 5 have a result on 2.4.0-rc3, 1 has no test case",
        "? candidate tested within 16 working hours — no result of 2.4.0-rc3 came in",
    ]
    assert told(errors.NotReady("2.4", "NOT READY", gates, "2.4.0-rc3", 8)) == [
        "Release 2.4 is *NOT READY*, so it does not ship.",
        *held,
        "A release manager can: `/release ship 2.4 anyway: reason`",
    ]
    assert told(errors.NotReady("2.4", "NOT READY", gates, "2.4.0-rc3", 8, signing=True)) == [
        "Release 2.4 is *NOT READY*, so it does not go.",
        *held,
        "Until each passes or is waived, nobody signs it: `/release gates 2.4`",
    ]


def test_what_somebody_typed_stays_inert_in_a_refusal() -> None:
    for error in (errors.NotFound("build", "<!channel>`"), errors.Invalid("build", "<@U1>`<!here>", "x")):
        words = refusal(error)["text"]
        assert "<!" not in words
        assert "<@" not in words
        assert words.count("`") == 2
