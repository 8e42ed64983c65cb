"""Who may, by the policy alone."""

import pytest

from bot.domain.errors import NotAllowed
from bot.domain.policy import authorize, may_close
from bot.domain.project import DELIVERY, Policy, Project, in_use
from bot.domain.values import Role
from tests.domain.defects import filed

RUTH, ADA, TESS, STRANGER = "URUTH", "UADA", "UTESS", "USTRANGER"
HELD = {Role.RELEASE_MANAGER: frozenset({RUTH}), Role.ADMIN: frozenset({ADA}), Role.TESTER: frozenset({TESS})}


def project(**policy: object) -> Project:
    return Project("p-1", "SHOP", "Shop", policy=Policy(**{"roles": HELD, **policy}))  # type: ignore[arg-type]


def may(verb: str, person: str, guest_team: str | None = None, **policy: object) -> bool:
    try:
        authorize(project(**policy), verb, person, guest_team=guest_team)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("verb", ["defer", "gates", "ship", "waive", "sign"])
def test_what_decides_a_release_is_for_release_managers_and_admins(verb: str) -> None:
    assert {person: may(verb, person) for person in (RUTH, ADA, TESS)} == {RUTH: True, ADA: True, TESS: False}
    assert Policy().needed(verb) == DELIVERY == {Role.RELEASE_MANAGER, Role.ADMIN}


def test_only_admins_set_up_and_everybody_does_the_rest() -> None:
    assert {person: may("setup", person) for person in (RUTH, ADA, TESS)} == {RUTH: False, ADA: True, TESS: False}
    assert all(may(verb, TESS) for verb in ("new", "fixed", "verify", "build", "close"))


@pytest.mark.parametrize("verb", ["show", "comment"])
def test_a_guest_may_read_and_talk(verb: str) -> None:
    assert may(verb, STRANGER, guest_team="T9")


@pytest.mark.parametrize("verb", ["new", "fixed", "verify", "ship", "history"])
def test_a_guest_may_nothing_else_unless_the_project_lists_their_team(verb: str) -> None:
    assert not may(verb, STRANGER, guest_team="T9")
    assert may(verb, STRANGER, guest_team="T9", partner_teams=frozenset({"T9"})) is (verb != "ship")


def test_its_reporter_or_a_release_manager_closes_by_hand() -> None:
    defect = filed()
    closing = {person: may_close(project(), defect, person) for person in (defect.reporter, RUTH, ADA, STRANGER)}
    assert closing == {defect.reporter: True, RUTH: True, ADA: False, STRANGER: False}


def test_a_new_policy_waits_24_working_hours_and_wants_four_eyes() -> None:
    policy = Policy()
    assert (policy.untriaged_hours, policy.four_eyes, policy.require_triage) == (24, True, False)


def test_the_project_that_nobody_set_up_is_in_use_once_it_has_a_release() -> None:
    shop, default = project(), Project("p-2", "DEF", "Defects", default=True)
    assert in_use([shop, default], lambda each: None) == [shop]
    assert in_use([shop, default], lambda each: each is default) == [shop, default]
