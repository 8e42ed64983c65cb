"""In which build a fix is said to be, and what that build must be."""

import pytest

from bot.domain.errors import UnknownBuild, WrongState
from bot.domain.events import Kind
from bot.services import requests as ask
from tests.services.acting import ANA, DEVON, Shop


def test_a_fix_answers_the_question_that_was_open(shop: Shop) -> None:
    key = shop.file()
    shop.do(ask.AskInfo(key, ANA, "which browser?"), DEVON)
    shop.do(ask.MarkFixed(key), DEVON)
    assert shop.defect(key).asked is None


@pytest.mark.parametrize("build", [None, "next", "NEXT"])
def test_a_fix_is_in_the_next_build_unless_one_is_named(shop: Shop, build: str | None) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1")
    key = shop.fixed(build=build)
    assert shop.build_of(key, "fixed_in") is None
    shop.build("2.4.0-rc2")
    shop.build("2.4.0-rc3")
    assert shop.build_of(key, "fixed_in") == "2.4.0-rc2"
    assert shop.kinds(key)[-1] is Kind.FIX_BOUND


def test_the_next_build_of_another_release_binds_nothing(shop: Shop) -> None:
    shop.plan("2.4", "2.5")
    key = shop.fixed(release="2.4")
    shop.build("2.5.0-rc1", release="2.5")
    assert shop.build_of(key, "fixed_in") is None


@pytest.mark.parametrize("name", ["rc2", "RC2", "2.4.0-rc2"])
def test_a_unique_ending_names_the_build(shop: Shop, name: str) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1", "2.4.0-rc2")
    key = shop.fixed(build=name)
    assert shop.build_of(key, "fixed_in") == "2.4.0-rc2"


def test_a_build_that_nobody_registered_is_never_created_silently(shop: Shop) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc3")
    key = shop.file()
    with pytest.raises(UnknownBuild) as refusal:
        shop.do(ask.MarkFixed(key, "2.4.0-rc33"), DEVON)
    assert (refusal.value.key, refusal.value.nearest, refusal.value.release) == ("2.4.0-rc33", "2.4.0-rc3", "2.4")
    assert shop.status(key) == "new"
    assert len(shop.workspace.act(lambda uow: uow.releases.project_builds(uow.projects.default().id))) == 1


def test_an_ending_that_two_builds_share_names_neither(shop: Shop) -> None:
    shop.plan("2.4", "2.5")
    shop.build("2.4.0-rc1")
    shop.build("2.4.1-rc1")
    with pytest.raises(UnknownBuild):
        shop.fixed(build="rc1")


def test_a_fix_said_to_come_next_can_be_told_its_build_afterwards(shop: Shop) -> None:
    shop.plan("2.4")
    shop.build("2.4.0-rc1", "2.4.0-rc2")
    key = shop.fixed()
    assert shop.do(ask.NameBuild(key, "rc1"), DEVON).facts == {"build": "2.4.0-rc1"}
    assert shop.do(ask.NameBuild(key, "rc1"), DEVON).nothing
    with pytest.raises(WrongState):
        shop.do(ask.NameBuild(key, "rc2"), DEVON)
