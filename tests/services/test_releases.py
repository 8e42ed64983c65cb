"""Planning a release and registering its builds, on both stores."""

from datetime import date

import pytest

from bot.domain.errors import Invalid, NotAllowed, NotFound
from bot.domain.project import Policy
from bot.domain.values import Role, Severity
from bot.services import requests as ask
from bot.services.defects import mark_fixed
from bot.services.filing import file_defect
from bot.services.ports import UnitOfWork
from bot.services.releases import BuildRegistered, plan_release, register_build
from storage.database import Store
from tests.storage.acting import DEVON, RUTH, Workspace


@pytest.fixture
def workspace(store: Store) -> Workspace:
    return Workspace(store)


def plan(workspace: Workspace, name: str = "2.4", ships_on: date | None = None) -> str:
    return workspace.act(lambda uow: plan_release(uow, ask.PlanRelease(name, ships_on)), RUTH).id


def build(
    workspace: Workspace,
    name: str,
    release: str = "2.4",
    commits: tuple[str, ...] = (),
    reverts: tuple[str, ...] = (),
) -> BuildRegistered:
    return workspace.act(lambda uow: register_build(uow, ask.RegisterBuild(release, name, commits, reverts)), RUTH)


def file(
    workspace: Workspace,
    title: str = "Cart total is wrong",
    release: str | None = "2.4",
    severity: Severity = Severity.S3,
) -> str:
    request = ask.FileDefect(title, severity=severity, release=release, home="C1")
    return workspace.act(lambda uow: file_defect(uow, request)).defect.key


def fix(workspace: Workspace, key: str, commit: str | None = None) -> None:
    workspace.act(lambda uow: mark_fixed(uow, ask.MarkFixed(key, commit=commit)), DEVON)


def fixed_in(workspace: Workspace, key: str) -> str | None:
    def name(uow: UnitOfWork) -> str | None:
        build_id = uow.defects.get(key).fixed_in
        return uow.releases.build(build_id).name if build_id else None

    return workspace.act(name)


def test_the_release_that_ships_first_is_the_current_one(workspace: Workspace) -> None:
    plan(workspace, "2.5", date(2027, 1, 29))
    plan(workspace, "2.4", date(2026, 12, 18))
    current = workspace.act(lambda uow: uow.releases.current(uow.projects.default().id))
    assert current is not None
    assert (current.name, current.ships_on, current.undecided) == ("2.4", date(2026, 12, 18), True)


@pytest.mark.parametrize("name", ["", "two words", "SHOP/2.4", "now", "x" * 101, "-rc"])
def test_a_name_that_commands_could_not_say_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        plan(workspace, name)
    assert refused.value.argument == "release"


def test_a_project_has_one_release_of_a_name_whatever_its_case(workspace: Workspace) -> None:
    plan(workspace, "Winter")
    with pytest.raises(Invalid, match="winter"):
        plan(workspace, "winter")


def test_builds_are_numbered_in_their_release_by_registration(workspace: Workspace) -> None:
    plan(workspace)
    plan(workspace, "2.5")
    assert build(workspace, "2.4.0-rc1").build.ordinal == 1
    assert build(workspace, "2.5.0-rc1", "2.5").build.ordinal == 1
    second = build(workspace, "2.4.0-rc2", commits=("ABC1234", "def5678"), reverts=("0123abc",)).build
    assert (second.ordinal, sorted(second.commits), sorted(second.reverts)) == (2, ["abc1234", "def5678"], ["0123abc"])


def test_a_build_is_registered_once_in_a_project(workspace: Workspace) -> None:
    plan(workspace)
    plan(workspace, "2.5")
    build(workspace, "2.4.0-rc1")
    with pytest.raises(Invalid) as refused:
        build(workspace, "2.4.0-RC1", "2.5")
    assert "2.4" in refused.value.expected


def test_a_build_of_an_unknown_release_names_the_nearest_one(workspace: Workspace) -> None:
    plan(workspace, "2.4")
    with pytest.raises(NotFound) as refused:
        build(workspace, "2.4.0-rc1", "2.4.")
    assert (refused.value.kind, refused.value.nearest) == ("release", "2.4")


@pytest.mark.parametrize("commit", ["xyz1234", "abc", "a" * 65, "abc 1234"])
def test_what_is_no_commit_is_refused(workspace: Workspace, commit: str) -> None:
    plan(workspace)
    with pytest.raises(Invalid):
        build(workspace, "2.4.0-rc1", commits=(commit,))


def test_the_next_build_holds_the_fixes_that_waited_for_it(workspace: Workspace) -> None:
    plan(workspace)
    plan(workspace, "2.5")
    waiting, loose, other, untouched = (file(workspace, release=rel) for rel in ("2.4", "2.4", "2.5", "2.4"))
    for key in (waiting, loose, other):
        fix(workspace, key)
    registered = build(workspace, "2.4.0-rc1")
    assert registered.bound == (waiting, loose)
    assert [fixed_in(workspace, key) for key in (waiting, other, untouched)] == ["2.4.0-rc1", None, None]
    assert build(workspace, "2.4.0-rc2").bound == ()


def test_a_fix_of_no_release_is_in_the_first_build_of_any_undecided_one(workspace: Workspace) -> None:
    key = file(workspace, release=None)
    fix(workspace, key)
    plan(workspace)
    assert build(workspace, "2.4.0-rc1").bound == (key,)


def test_a_build_that_takes_a_commit_back_does_not_hold_that_fix(workspace: Workspace) -> None:
    plan(workspace)
    key = file(workspace)
    fix(workspace, key, "abc1234")
    assert build(workspace, "2.4.0-rc1", reverts=("abc1234ff",)).bound == ()
    assert build(workspace, "2.4.0-rc2", commits=("abc1234ff",)).bound == (key,)


def test_a_project_can_keep_its_builds_to_release_managers(workspace: Workspace) -> None:
    plan(workspace)

    def restrict(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        manager = Role.RELEASE_MANAGER
        project.policy = Policy(roles={manager: frozenset({DEVON})}, may={"build": frozenset({manager})})
        uow.projects.save(project)

    workspace.act(restrict)
    with pytest.raises(NotAllowed) as refused:
        build(workspace, "2.4.0-rc1")
    assert refused.value.holders == (DEVON,)
