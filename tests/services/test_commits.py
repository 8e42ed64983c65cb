"""Builds and code hosts tell which commits there are; commits tell what they fix and what they take back."""

import pytest

from bot.domain.errors import BuildLacksFix, Invalid, NotFound
from bot.domain.events import Kind
from bot.domain.values import Surface
from bot.services import requests as ask
from bot.services.commits import BuildTold, Told, report_build, report_commits
from bot.services.context import Context
from bot.services.traceability import trace
from bot.services.traced import DefectTrace
from tests.services.acting import DEVON, OMAR, RUTH, TESS, Shop

FIX, REVERT, AGAIN = "1f3870be274f6c49", "a94a8fe5ccb19ba6", "b6589fc6ab0dc82c"


def commit(sha: str, text: str = "", link: str | None = None) -> ask.Commit:
    return ask.Commit(sha, text, link)


def fixing(key: str, sha: str = FIX) -> ask.Commit:
    return commit(sha, f"Round each line\n\nFixes: {key}\n", f"https://git.example/c/{sha}")


def reverting(sha: str = FIX, own: str = REVERT) -> ask.Commit:
    return commit(own, f'Revert "Round each line"\n\nThis reverts commit {sha}.\n')


def built(shop: Shop, name: str, *commits: ask.Commit, release: str = "2.4") -> BuildTold:
    context = Context(shop.workspace.team, "CI", Surface.INGEST)
    return shop.workspace.units.perform_sync(
        context, lambda uow: report_build(uow, ask.ReportBuild(release, name, commits))
    )


def pushed(shop: Shop, *commits: ask.Commit) -> Told:
    context = Context(shop.workspace.team, "CI", Surface.INGEST)
    return shop.workspace.units.perform_sync(context, lambda uow: report_commits(uow, ask.ReportCommits(commits)))


def test_a_defect_is_fixed_in_the_first_build_that_holds_its_commit(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    shop.said()
    report = built(shop, "2.4.0-rc1", commit("0badc0ffee01"), fixing(key))
    assert report.told == Told(fixed=(key,))
    fixed = shop.defect(key)
    assert (fixed.status.value, fixed.resolver, fixed.fix_commit) == ("resolved", "CI", FIX)
    assert fixed.fix_link == f"https://git.example/c/{FIX}"
    assert shop.build_of(key, "fixed_in") == "2.4.0-rc1"
    assert shop.lines() == [("fixed", TESS)]


def test_who_owned_it_does_not_verify_what_ci_says_is_fixed_and_anybody_else_does(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    shop.do(ask.Claim(key), DEVON)
    built(shop, "2.4.0-rc1", fixing(key))
    assert shop.defect(key).fixers == {"CI", DEVON}
    shop.do(ask.VerifyPass(key), OMAR)
    assert shop.status(key) == "verified"


def test_a_build_that_is_reported_again_changes_nothing(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    first = built(shop, "2.4.0-rc1", fixing(key))
    shop.do(ask.VerifyFail(key, "still wrong"), TESS)
    again = built(shop, "2.4.0-RC1", fixing(key), commit("0badc0ffee01", f"Fixes: {key}"))
    assert (again.known, again.build.id, again.told) == (True, first.build.id, Told())
    assert shop.status(key) == "in_progress"


def test_a_commit_that_an_earlier_build_held_fixes_nothing_again(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    built(shop, "2.4.0-rc1", fixing(key))
    shop.do(ask.VerifyFail(key, "still wrong"), TESS)
    assert built(shop, "2.4.0-rc2", fixing(key)).told == Told()
    assert built(shop, "2.4.0-rc3", fixing(key, AGAIN)).told == Told(fixed=(key,))
    assert shop.build_of(key, "fixed_in") == "2.4.0-rc3"


def test_what_waits_for_the_next_build_is_bound_whoever_said_it(shop: Shop) -> None:
    shop.plan("2.4")
    said, told = shop.fixed(release="2.4"), shop.file(release="2.4")
    assert pushed(shop, fixing(told)) == Told(fixed=(told,))
    assert shop.build_of(told, "fixed_in") is None
    report = built(shop, "2.4.0-rc1", fixing(told))
    assert sorted(report.bound) == sorted([said, told])
    assert shop.build_of(told, "fixed_in") == "2.4.0-rc1"


def test_a_push_that_is_told_twice_fixes_once(shop: Shop) -> None:
    key = shop.file()
    assert pushed(shop, fixing(key)) == Told(fixed=(key,))
    assert pushed(shop, fixing(key)) == Told(unchanged=(key,))
    shop.do(ask.VerifyFail(key, "still wrong"), TESS)
    assert pushed(shop, fixing(key)) == Told(unchanged=(key,))
    assert shop.kinds(key).count(Kind.DEFECT_FIXED) == 1


@pytest.mark.parametrize("taken_back_by", [reverting(), commit(REVERT, "Back out\n\nReverts: DEF-1")])
def test_a_revert_takes_back_the_fix_and_says_by_which_commit(shop: Shop, taken_back_by: ask.Commit) -> None:
    shop.plan("2.4")
    key = shop.file()
    shop.do(ask.Assign(key, DEVON), RUTH)
    built(shop, "2.4.0-rc1", fixing(key))
    shop.do(ask.VerifyPass(key), TESS)
    shop.said()
    assert built(shop, "2.4.0-rc2", taken_back_by).told == Told(reopened=(key,))
    defect = shop.defect(key)
    assert (defect.status.value, defect.bounces, defect.owner) == ("triaged", 1, DEVON)
    assert shop.lines() == [("reopened", DEVON)]
    first_line = taken_back_by.text.splitlines()[0]
    assert shop.events(key)[-1].event.texts["note"] == f"{first_line} ({REVERT[:7]})"


def test_a_fix_that_is_taken_back_within_one_build_never_arrived(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    assert built(shop, "2.4.0-rc1", fixing(key), reverting()).told == Told()
    assert shop.status(key) == "new"


def test_a_revert_that_is_itself_reverted_takes_nothing_back(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    built(shop, "2.4.0-rc1", fixing(key))
    report = built(shop, "2.4.0-rc2", reverting(), reverting(REVERT, AGAIN))
    assert report.told == Told()
    assert shop.status(key) == "resolved"


LATER, LAST = "c1dfd96eea8cc2b6", "902ba3cda1883801"


def holding(shop: Shop, key: str) -> dict[str, str]:
    """Whether each build holds the fix, as whoever would verify on it learns."""
    found = shop.workspace.ask(lambda q: trace(q, q.project_for("C1"), key, None))
    assert isinstance(found, DefectTrace)
    return {build.name: answer.value for build, answer in found.holds}


@pytest.mark.parametrize("taken_back_by", [reverting(), commit(REVERT, "Back out\n\nReverts: DEF-1")])
def test_a_revert_that_a_later_build_reverts_puts_the_fix_back(shop: Shop, taken_back_by: ask.Commit) -> None:
    shop.plan("2.4")
    key = shop.file()
    built(shop, "2.4.0-rc1", fixing(key))
    shop.do(ask.VerifyPass(key), TESS)
    assert built(shop, "2.4.0-rc2", taken_back_by).told == Told(reopened=(key,))
    shop.said()
    assert built(shop, "2.4.0-rc3", reverting(REVERT, AGAIN)).told == Told(fixed=(key,))
    fixed = shop.defect(key)
    assert (fixed.status.value, fixed.fix_commit, fixed.bounces) == ("resolved", FIX, 1)
    assert shop.lines() == [("fixed", TESS)]
    assert holding(shop, key) == {"2.4.0-rc3": "yes", "2.4.0-rc2": "no", "2.4.0-rc1": "yes"}
    with pytest.raises(BuildLacksFix):
        shop.do(ask.VerifyPass(key, "2.4.0-rc2"), OMAR)
    shop.do(ask.VerifyPass(key), OMAR)
    assert shop.build_of(key, "verified_on") == "2.4.0-rc3"
    assert built(shop, "2.4.0-rc4", reverting(AGAIN, LATER)).told == Told(reopened=(key,))
    assert built(shop, "2.4.0-rc5", reverting(LATER, LAST)).told == Told(fixed=(key,))
    held = {"2.4.0-rc5": "yes", "2.4.0-rc4": "no", "2.4.0-rc3": "yes", "2.4.0-rc2": "no", "2.4.0-rc1": "yes"}
    assert holding(shop, key) == held


def test_a_fix_that_failed_before_it_was_reverted_is_not_put_back(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    built(shop, "2.4.0-rc1", fixing(key))
    shop.do(ask.VerifyFail(key, "still wrong"), TESS)
    assert built(shop, "2.4.0-rc2", reverting()).told == Told()
    assert built(shop, "2.4.0-rc3", reverting(REVERT, AGAIN)).told == Told()
    assert shop.status(key) == "in_progress"


def test_what_was_fixed_otherwise_since_stays_as_it_is(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    built(shop, "2.4.0-rc1", fixing(key))
    built(shop, "2.4.0-rc2", reverting())
    built(shop, "2.4.0-rc3", fixing(key, LATER))
    assert built(shop, "2.4.0-rc4", reverting(REVERT, AGAIN)).told == Told()
    assert (shop.status(key), shop.defect(key).fix_commit) == ("resolved", LATER)


def test_a_fix_its_revert_and_the_revert_of_that_in_one_build_are_a_fix(shop: Shop) -> None:
    shop.plan("2.4")
    key = shop.file()
    assert built(shop, "2.4.0-rc1", fixing(key), reverting(), reverting(REVERT, AGAIN)).told == Told(fixed=(key,))
    assert holding(shop, key) == {"2.4.0-rc1": "yes"}


def test_what_cannot_be_fixed_now_is_left_and_named(shop: Shop) -> None:
    shop.plan("2.4")
    shop.do(ask.SetUp("C1", "DEF", require_triage=True), RUTH)
    untriaged, closed = shop.file(), shop.file()
    shop.do(ask.Triage(closed, severity="S3", priority="P2"), RUTH)  # type: ignore[arg-type]
    shop.do(ask.Resolve(closed, "wont_fix"), DEVON)  # type: ignore[arg-type]
    report = built(shop, "2.4.0-rc1", fixing(untriaged), fixing(closed, AGAIN), commit(REVERT, "Fixes: DEF-99, SHOP-1"))
    assert report.told == Told(unchanged=(untriaged, closed), unknown=("DEF-99", "SHOP-1"))
    assert shop.status(untriaged) == "new"


def test_a_release_that_nobody_planned_and_a_name_of_another_release_are_refused(shop: Shop) -> None:
    shop.plan("2.4", "2.5")
    built(shop, "2.4.0-rc1")
    with pytest.raises(NotFound) as unknown:
        built(shop, "2.6.0-rc1", release="2.6")
    assert unknown.value.nearest in ("2.4", "2.5")
    with pytest.raises(Invalid):
        built(shop, "2.4.0-rc1", release="2.5")
    with pytest.raises(Invalid):
        built(shop, "2.4.0-rc2", commit("not a hash"))
