"""Each person sees what waits for them, what they can verify, and what they filed."""

from collections.abc import Callable

import pytest

from bot.domain.values import Priority, Resolution, Severity
from bot.services import conversations, filing, releases, setup, verification
from bot.services import defects as use
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from bot.services.views import DefectView
from tests.storage.acting import DEVON, RUTH, TESS, Workspace, file, keys


def fix(key: str, build: str | None = None, commit: str | None = None) -> Callable[[UnitOfWork], object]:
    return lambda uow: use.mark_fixed(uow, ask.MarkFixed(key, build, commit))


def register(name: str, *commits: str, release: str = "2.4") -> Callable[[UnitOfWork], object]:
    return lambda uow: releases.register_build(uow, ask.RegisterBuild(release, name, commits))


def plan(name: str) -> Callable[[UnitOfWork], object]:
    return lambda uow: releases.plan_release(uow, ask.PlanRelease(name))


def waits_for(workspace: Workspace, person: str) -> list[str]:
    return keys(workspace.ask(lambda questions: questions.waits_for(person)))


def verifiable_by(workspace: Workspace, person: str) -> list[str]:
    return keys(workspace.ask(lambda questions: questions.verifiable_by(person)))


def test_what_is_theirs_asked_of_them_or_theirs_to_verify_waits_for_a_person_the_longest_wait_first(
    workspace: Workspace,
) -> None:
    for _ in range(4):
        workspace.act(file(), TESS)
        workspace.clock.forward(minutes=1)
    workspace.act(lambda uow: use.start(uow, ask.Start("DEF-3")), DEVON)
    workspace.act(lambda uow: use.claim(uow, ask.Claim("DEF-1")), DEVON)
    workspace.act(lambda uow: use.ask_info(uow, ask.AskInfo("DEF-2", DEVON, "which browser")), RUTH)
    assert waits_for(workspace, DEVON) == ["DEF-1", "DEF-2", "DEF-3"]
    workspace.act(lambda uow: conversations.comment(uow, ask.Comment("DEF-2", "Firefox")), DEVON)
    workspace.act(fix("DEF-3"), DEVON)
    assert waits_for(workspace, DEVON) == ["DEF-1"]
    assert waits_for(workspace, TESS) == ["DEF-3"]
    assert waits_for(workspace, RUTH) == []


def test_who_asked_themselves_sees_one_entry_and_not_two(workspace: Workspace) -> None:
    workspace.act(file(), TESS)
    workspace.act(lambda uow: use.claim(uow, ask.Claim("DEF-1")), TESS)
    workspace.act(lambda uow: use.ask_info(uow, ask.AskInfo("DEF-1", TESS, "steps")), DEVON)
    assert waits_for(workspace, TESS) == ["DEF-1"]


def test_the_fixer_and_the_owner_of_then_cannot_verify_and_others_see_the_most_risky_first(
    workspace: Workspace,
) -> None:
    for severity in (Severity.S3, Severity.S1, Severity.S3):
        workspace.act(file(severity=severity), TESS)
        workspace.clock.forward(minutes=1)
    workspace.act(lambda uow: use.claim(uow, ask.Claim("DEF-1")), RUTH)
    workspace.act(fix("DEF-3"), DEVON)
    workspace.act(lambda uow: verification.verify_fail(uow, ask.VerifyFail("DEF-3", "still")), TESS)
    for key in ("DEF-1", "DEF-2", "DEF-3"):
        workspace.act(fix(key), DEVON)
    assert verifiable_by(workspace, TESS) == ["DEF-2", "DEF-3", "DEF-1"]
    assert verifiable_by(workspace, RUTH) == ["DEF-2", "DEF-3"]
    assert verifiable_by(workspace, DEVON) == []


def test_without_four_eyes_the_fixer_may_verify(workspace: Workspace) -> None:
    workspace.act(lambda uow: setup.set_up(uow, ask.SetUp("C1", "DEF", four_eyes=False)))
    workspace.act(file(), TESS)
    workspace.act(fix("DEF-1"), DEVON)
    assert verifiable_by(workspace, DEVON) == ["DEF-1"]


def test_a_fix_waits_for_a_build_that_holds_it(workspace: Workspace) -> None:
    workspace.act(plan("2.4"))
    workspace.act(register("2.4.0-rc1"))
    workspace.act(file(), TESS)
    workspace.act(file(), TESS)
    workspace.act(fix("DEF-1"), DEVON)
    workspace.act(fix("DEF-2", "rc1"), DEVON)
    assert verifiable_by(workspace, TESS) == ["DEF-2"]
    assert waits_for(workspace, TESS) == ["DEF-2"]
    workspace.clock.forward(minutes=1)
    workspace.act(register("2.4.0-rc2"))
    assert verifiable_by(workspace, TESS) == ["DEF-1", "DEF-2"]


def test_a_commit_decides_wherever_it_arrives(workspace: Workspace) -> None:
    workspace.act(plan("2.4"))
    workspace.act(register("2.4.0-rc1"))
    workspace.act(file(), TESS)
    workspace.act(lambda uow: filing.edit(uow, ask.Edit("DEF-1", release="")), TESS)
    workspace.act(fix("DEF-1", commit="abcdef1"), DEVON)
    assert verifiable_by(workspace, TESS) == []
    workspace.act(register("2.4.0-rc2", "abcdef1234567"))
    assert verifiable_by(workspace, TESS) == ["DEF-1"]


def test_a_duplicate_is_verified_with_its_original_and_other_resolutions_need_no_build(workspace: Workspace) -> None:
    workspace.act(plan("2.4"))
    workspace.act(register("2.4.0-rc1"))
    for _ in range(3):
        workspace.act(file(), TESS)
    workspace.act(lambda uow: use.resolve(uow, ask.Resolve("DEF-2", Resolution.DUPLICATE, "DEF-1")), DEVON)
    workspace.act(lambda uow: use.resolve(uow, ask.Resolve("DEF-3", Resolution.WONT_FIX)), DEVON)
    assert verifiable_by(workspace, TESS) == ["DEF-3"]


def test_what_somebody_filed_is_listed_newest_first_until_it_is_closed(workspace: Workspace) -> None:
    for _ in range(3):
        workspace.act(file(), TESS)
    workspace.act(file(), DEVON)
    workspace.act(fix("DEF-2"), DEVON)
    workspace.act(lambda uow: verification.verify_pass(uow, ask.VerifyPass("DEF-2")), TESS)
    workspace.act(lambda uow: use.close(uow, ask.Close("DEF-2")), TESS)
    filed = workspace.ask(lambda questions: questions.filed_by(TESS))
    assert keys(filed) == ["DEF-3", "DEF-1"]


@pytest.fixture
def shown(workspace: Workspace) -> DefectView:
    workspace.act(plan("2.4"))
    workspace.act(register("2.4.0-rc1"))
    workspace.act(file(build="rc1", requirements=("REQ-7",)), TESS)
    workspace.act(file("Cart sum wrong"), DEVON)
    workspace.act(lambda uow: use.resolve(uow, ask.Resolve("DEF-2", Resolution.DUPLICATE, "DEF-1")), DEVON)
    workspace.act(
        lambda uow: filing.triage(uow, ask.Triage("DEF-1", Severity.S2, Priority.P1, "2.4")),
    )
    evidence = ask.Evidence(
        "C1", "1763890000.000100", DEVON, "it fails", "https://x/p1", files=(ask.FileRef("F1", "a"),)
    )
    workspace.act(lambda uow: conversations.add_evidence(uow, ask.AddEvidence("DEF-1", evidence)))
    workspace.act(lambda uow: conversations.comment(uow, ask.Comment("DEF-1", "hm")))
    workspace.act(fix("DEF-1", "rc1"), DEVON)
    workspace.act(lambda uow: verification.verify_pass(uow, ask.VerifyPass("DEF-1")), TESS)
    return workspace.ask(lambda questions: questions.defect("def-1"))


def test_a_view_names_everything_around_its_defect(shown: DefectView) -> None:
    assert shown.release is not None
    assert shown.project.prefix == "DEF"
    assert shown.release.name == "2.4"
    builds = (shown.found_build, shown.fixed_in, shown.verified_on, *shown.builds)
    assert [build.name if build else None for build in builds] == ["2.4.0-rc1"] * 4
    assert (shown.project_has_builds, shown.original, shown.duplicates) == (True, None, ("DEF-2",))
    assert (shown.links, shown.comments) == (("REQ-7",), 1)
    assert [(e.text, e.files) for e in shown.evidence] == [("it fails", (ask.FileRef("F1", "a"),))]
    assert shown.anchor is not None
    assert shown.anchor.channel == "C1"


def test_a_duplicates_view_names_its_original(shown: DefectView, workspace: Workspace) -> None:
    view = workspace.ask(lambda questions: questions.defect("DEF-2"))
    assert (view.original, view.duplicates, view.evidence) == ("DEF-1", (), ())


def test_a_question_about_more_ids_than_one_statement_takes_is_answered(workspace: Workspace) -> None:
    workspace.act(file(), TESS)
    known = workspace.ask(lambda questions: questions.defect("DEF-1").defect.id)
    many = {known, *(str(number) for number in range(70_000))}
    assert workspace.ask(lambda questions: questions.keys_of(many)) == {known: "DEF-1"}
