"""Who may confirm what, on which build."""

import pytest

from bot.domain.errors import BuildLacksFix, FixUnbound, Missing, NotSure, SamePerson, UnknownBuild
from bot.domain.values import Resolution
from bot.services import requests as ask
from tests.services.acting import ANA, DEVON, OMAR, RUTH, TESS, Shop


@pytest.mark.parametrize("fixer", [DEVON, OMAR])
def test_neither_who_said_fixed_nor_who_owned_it_then_verifies(shop: Shop, fixer: str) -> None:
    key = shop.fixed(owner=OMAR, by=DEVON)
    for request in (ask.VerifyPass(key), ask.VerifyFail(key, "no")):
        with pytest.raises(SamePerson) as refusal:
            shop.do(request, fixer)
        assert (refusal.value.key, refusal.value.person, refusal.value.others) == (key, fixer, (TESS,))
    shop.do(ask.VerifyPass(key), ANA)
    defect = shop.defect(key)
    assert (defect.status, defect.verifier, sorted(defect.fixers)) == ("verified", ANA, [DEVON, OMAR])


def test_who_cannot_verify_is_told_whose_queue_it_is_in(shop: Shop) -> None:
    shop.do(ask.SetUp("C1", "DEF", testers=(ANA, DEVON)), RUTH)
    with pytest.raises(SamePerson) as refusal:
        shop.do(ask.VerifyPass(shop.fixed()), DEVON)
    assert refusal.value.others == (ANA, TESS)


def test_an_owner_of_before_the_fix_may_verify_it(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Claim(key), OMAR)
    shop.do(ask.Assign(key, DEVON), RUTH)
    shop.do(ask.MarkFixed(key), DEVON)
    shop.do(ask.VerifyPass(key), OMAR)
    assert shop.status(key) == "verified"


def test_four_eyes_can_be_switched_off(shop: Shop) -> None:
    shop.do(ask.SetUp("C1", "DEF", four_eyes=False), RUTH)
    key = shop.fixed()
    shop.do(ask.VerifyPass(key), DEVON)
    assert shop.status(key) == "verified"


def test_any_other_resolution_is_confirmed_by_anybody_but_the_resolver_and_needs_no_build(shop: Shop) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1")
    key = shop.file()
    shop.do(ask.Assign(key, OMAR), RUTH)
    shop.do(ask.Resolve(key, Resolution.WONT_FIX, note="by design"), DEVON)
    with pytest.raises(SamePerson):
        shop.do(ask.VerifyPass(key), DEVON)
    shop.do(ask.VerifyPass(key), OMAR)
    assert (shop.status(key), shop.build_of(key, "verified_on")) == ("verified", None)


def test_sending_another_resolution_back_is_no_bounce(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.Resolve(key, Resolution.CANNOT_REPRODUCE), DEVON)
    shop.do(ask.VerifyFail(key, "here is a recording"), TESS)
    defect = shop.defect(key)
    assert (defect.status, defect.resolution, defect.bounces) == ("triaged", None, 0)


def test_a_failed_fix_bounces_back_into_progress_with_what_happened_instead(shop: Shop) -> None:
    key = shop.fixed()
    with pytest.raises(Missing, match="note"):
        shop.do(ask.VerifyFail(key, "  "), TESS)
    outcome = shop.do(ask.VerifyFail(key, "still charges", environment="staging"), TESS)
    defect = shop.defect(key)
    assert (defect.status, defect.resolution, defect.bounces, defect.owner) == ("in_progress", None, 1, DEVON)
    assert outcome.facts == {"environment": "staging", "owner": DEVON, "bounces": 1}
    assert shop.events(key)[-1].event.texts == {"note": "still charges"}


def test_a_blocked_verification_stays_resolved_until_somebody_can(shop: Shop) -> None:
    key = shop.fixed()
    with pytest.raises(Missing, match="note"):
        shop.do(ask.VerifyBlocked(key, ""), TESS)
    shop.do(ask.VerifyBlocked(key, "staging is down"), TESS)
    assert (shop.status(key), shop.defect(key).blocked) == ("resolved", "staging is down")
    shop.do(ask.VerifyPass(key), TESS)
    assert shop.defect(key).blocked is None


def test_a_project_without_builds_is_never_asked_for_one(shop: Shop) -> None:
    key = shop.fixed()
    shop.do(ask.VerifyPass(key), TESS)
    assert shop.build_of(key, "verified_on") is None


def test_a_pass_without_a_build_is_given_on_the_newest_one(shop: Shop) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1", "2.4.0-rc2")
    key = shop.fixed(build="rc1")
    shop.do(ask.VerifyPass(key), TESS)
    assert shop.build_of(key, "verified_on") == "2.4.0-rc2"


def test_a_build_without_the_fix_is_refused_with_the_first_that_has_it(shop: Shop) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1", "2.4.0-rc2", "2.4.0-rc3")
    key = shop.fixed(build="rc2")
    with pytest.raises(BuildLacksFix) as refusal:
        shop.do(ask.VerifyPass(key, "rc1", sure=True), TESS)
    assert (refusal.value.key, refusal.value.build, refusal.value.first) == (key, "2.4.0-rc1", "2.4.0-rc2")
    assert shop.status(key) == "resolved"


def test_commits_decide_before_the_order_and_say_which_build_is_the_first(shop: Shop) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1")
    key = shop.file()
    shop.do(ask.MarkFixed(key, commit="ABC1234"), DEVON)
    shop.build("2.4.0-rc2", commits=("abc1234def",))
    shop.do(ask.RegisterBuild("2.4", "2.4.0-rc3", reverts=("abc1234",)), RUTH)
    with pytest.raises(BuildLacksFix) as refusal:
        shop.do(ask.VerifyPass(key), TESS)
    assert (refusal.value.build, refusal.value.first) == ("2.4.0-rc3", "2.4.0-rc2")
    shop.do(ask.VerifyPass(key, "rc2"), TESS)
    assert shop.status(key) == "verified"


def test_a_fix_in_the_next_build_waits_for_it(shop: Shop) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1")
    key = shop.fixed()
    for name in (None, "rc1"):
        with pytest.raises(FixUnbound) as refusal:
            shop.do(ask.VerifyPass(key, name, sure=True), TESS)
        assert (refusal.value.key, refusal.value.release) == (key, "2.4")
    shop.build("2.4.0-rc2")
    shop.do(ask.VerifyPass(key), TESS)
    assert shop.build_of(key, "verified_on") == "2.4.0-rc2"


@pytest.mark.parametrize("bound", [True, False])
def test_on_a_build_of_another_release_the_verifier_must_have_looked_and_that_is_recorded(
    shop: Shop, bound: bool
) -> None:
    shop.plan("2.4", "2.5")
    shop.build("2.4.0-rc1")
    shop.build("2.5.0-rc1", release="2.5")
    key = shop.fixed(build="2.4.0-rc1" if bound else None, release="2.4")
    with pytest.raises(NotSure) as refusal:
        shop.do(ask.VerifyPass(key, "2.5.0-rc1"), TESS)
    assert (refusal.value.key, refusal.value.build) == (key, "2.5.0-rc1")
    shop.do(ask.VerifyPass(key, "2.5.0-rc1", sure=True), TESS)
    assert shop.events(key)[-1].event.facts == {"build": "2.5.0-rc1", "sure": True}


def test_a_verdict_on_a_build_that_nobody_registered_is_refused(shop: Shop) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1")
    key = shop.fixed(build="rc1")
    for request in (ask.VerifyPass(key, "rc9"), ask.VerifyFail(key, "no", "rc9"), ask.VerifyBlocked(key, "no", "rc9")):
        with pytest.raises(UnknownBuild):
            shop.do(request, TESS)
    assert shop.status(key) == "resolved"
