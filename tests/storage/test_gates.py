"""A release can be asked how it stood at any instant, from versions alone."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from bot.domain.events import Event, Kind, Subject
from bot.domain.release import Release
from bot.domain.values import Severity, Status
from bot.services import defects as use
from bot.services import filing, releases, shipping, verification
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.views import BurnDay
from tests.storage.acting import DEVON, RUTH, START, TESS, Workspace, file


def planned(workspace: Workspace, name: str) -> Release:
    return workspace.act(lambda uow: releases.plan_release(uow, ask.PlanRelease(name)))


def edit(key: str, **values: object) -> Callable[[UnitOfWork], object]:
    return lambda uow: filing.edit(uow, ask.Edit(key, **values))  # type: ignore[arg-type]


def counting(workspace: Workspace, release: Release, at: datetime | None = None) -> dict[str, tuple[Status, Severity]]:
    found = workspace.ask(lambda questions: questions.counting(release, at))
    return {standing.key: (standing.status, standing.severity) for standing in found}


def settle(workspace: Workspace, key: str) -> None:
    workspace.act(lambda uow: use.mark_fixed(uow, ask.MarkFixed(key)), DEVON)
    workspace.act(lambda uow: verification.verify_pass(uow, ask.VerifyPass(key)), TESS)


def test_each_instant_has_its_own_truth(workspace: Workspace) -> None:
    release = planned(workspace, "2.4")
    instants = [workspace.clock.forward(hours=1)]
    workspace.act(file(severity=Severity.S3), TESS)
    instants.append(workspace.clock.forward(hours=1))
    workspace.act(edit("DEF-1", severity=Severity.S1))
    instants.append(workspace.clock.forward(hours=1))
    workspace.act(lambda uow: use.start(uow, ask.Start("DEF-1")), DEVON)
    instants.append(workspace.clock.forward(hours=1))
    settle(workspace, "DEF-1")
    workspace.act(lambda uow: use.close(uow, ask.Close("DEF-1")), TESS)
    just_before = timedelta(microseconds=1)
    assert [counting(workspace, release, at - just_before) for at in instants] == [
        {},
        {"DEF-1": (Status.NEW, Severity.S3)},
        {"DEF-1": (Status.NEW, Severity.S1)},
        {"DEF-1": (Status.IN_PROGRESS, Severity.S1)},
    ]
    assert counting(workspace, release) == {}
    assert workspace.ask(lambda questions: questions.settled_count(release, instants[3] - just_before)) == 0
    assert workspace.ask(lambda questions: questions.settled_count(release)) == 1


def test_a_standing_says_since_when_it_stands_so(workspace: Workspace) -> None:
    release = planned(workspace, "2.4")
    workspace.act(file(), TESS)
    began = workspace.clock.forward(hours=1)
    workspace.act(lambda uow: use.start(uow, ask.Start("DEF-1")), DEVON)
    workspace.clock.forward(hours=1)
    workspace.act(edit("DEF-1", severity=Severity.S1))
    (now,) = workspace.ask(lambda questions: questions.counting(release))
    (then,) = workspace.ask(lambda questions: questions.counting(release, START))
    assert (now.since, now.owner, then.since, then.owner) == (began, DEVON, START, None)
    assert (now.triaged, now.reporter, now.created_at) == (False, TESS, START)


def test_what_has_no_release_counts_in_every_undecided_one_and_what_moved_counts_where_it_is(
    workspace: Workspace,
) -> None:
    first, second = planned(workspace, "2.4"), planned(workspace, "2.5")
    for _ in range(3):
        workspace.act(file(), TESS)
    workspace.act(edit("DEF-1", release=""))
    before = workspace.clock.forward(hours=1)
    workspace.clock.forward(hours=1)
    workspace.act(edit("DEF-2", release="2.5"))
    assert set(counting(workspace, first)) == {"DEF-1", "DEF-3"}
    assert set(counting(workspace, second)) == {"DEF-1", "DEF-2"}
    assert set(counting(workspace, first, before)) == {"DEF-1", "DEF-2", "DEF-3"}
    workspace.act(lambda uow: shipping.ship(uow, ask.Ship("2.4", anyway="the date")), RUTH)
    shipped = workspace.ask(lambda questions: questions.release_by_id(first.id)).release
    assert set(counting(workspace, shipped)) == {"DEF-3"}
    assert set(counting(workspace, shipped, before)) == {"DEF-1", "DEF-2", "DEF-3"}


def test_the_events_of_a_release_are_its_own_and_those_of_what_counted_in_it_since(workspace: Workspace) -> None:
    release, other = planned(workspace, "2.4"), planned(workspace, "2.5")
    for _ in range(2):
        workspace.act(file(), TESS)
    workspace.act(edit("DEF-2", release="2.5"))
    seq = workspace.ask(lambda questions: questions.head())[0]
    workspace.act(edit("DEF-1", release="2.5"))
    workspace.act(edit("DEF-2", title="Elsewhere"))
    until = workspace.ask(lambda questions: questions.head())[0]
    workspace.act(lambda uow: releases.register_build(uow, ask.RegisterBuild("2.4", "2.4.0-rc1")))

    def since(questions: Questions) -> list[tuple[list[str], list[bool]]]:
        return [
            (
                [entry.event.kind.value for entry in questions.events_since(each, seq)],
                ["title" in entry.event.changes for entry in questions.events_since(each, seq, until)],
            )
            for each in (release, other)
        ]

    assert workspace.ask(since) == [
        (["defect_edited", "build_registered"], [False]),
        (["defect_edited", "defect_edited"], [False, True]),
    ]


def test_the_life_of_a_release_is_all_its_events_and_what_filings_said_is_left_out(workspace: Workspace) -> None:
    release = planned(workspace, "2.4")
    planned(workspace, "2.5")
    for _ in range(3):
        workspace.act(file(), TESS)
    workspace.act(edit("DEF-2", release="2.5"))
    workspace.act(lambda uow: use.mark_fixed(uow, ask.MarkFixed("DEF-1")), DEVON)
    until = workspace.ask(lambda questions: questions.head())[0]
    workspace.act(lambda uow: releases.register_build(uow, ask.RegisterBuild("2.4", "2.4.0-rc1")))
    whole = [entry.event for entry in workspace.ask(lambda questions: questions.events_since(release, 0))]
    told = workspace.ask(lambda questions: questions.life(release))
    assert [kind_and_subject(event) for event in told] == [kind_and_subject(event) for event in whole]
    assert [event.kind for event in told if not event.changes and not event.facts] == [Kind.DEFECT_FILED] * 3
    assert [(e.changes, e.facts) for e in told if e.kind is not Kind.DEFECT_FILED] == [
        (e.changes, e.facts) for e in whole if e.kind is not Kind.DEFECT_FILED
    ]
    assert [kind_and_subject(event) for event in workspace.ask(lambda questions: questions.life(release, until))] == [
        kind_and_subject(entry.event)
        for entry in workspace.ask(lambda questions: questions.events_since(release, 0, until))
    ]
    assert told[-1].kind is Kind.FIX_BOUND


def kind_and_subject(event: Event) -> tuple[Kind, Subject, str]:
    return event.kind, event.subject, event.subject_id


def test_the_burn_up_counts_at_the_end_of_each_local_day(workspace: Workspace) -> None:
    release = planned(workspace, "2.4")
    workspace.act(file(), TESS)
    workspace.act(file(), TESS)
    # 23:30 in UTC is the next day in Berlin.
    workspace.clock.at = START.replace(hour=23, minute=30)
    workspace.act(lambda uow: use.mark_fixed(uow, ask.MarkFixed("DEF-1")), DEVON)
    workspace.clock.forward(days=2)
    workspace.act(lambda uow: verification.verify_pass(uow, ask.VerifyPass("DEF-1")), TESS)
    workspace.clock.forward(minutes=1)
    in_berlin = workspace.ask(lambda questions: questions.burn_up(release, "Europe/Berlin"))
    in_london = workspace.ask(lambda questions: questions.burn_up(release, "Europe/London"))
    assert in_berlin == [
        BurnDay(date(2026, 11, 23), 2, 0, 0, 2),
        BurnDay(date(2026, 11, 24), 2, 1, 0, 1),
        BurnDay(date(2026, 11, 25), 2, 1, 0, 1),
        BurnDay(date(2026, 11, 26), 2, 1, 1, 1),
    ]
    assert [(day.day.day, day.fixed, day.verified) for day in in_london] == [(23, 1, 0), (24, 1, 0), (25, 1, 1)]


def test_the_burn_up_of_a_shipped_release_ends_with_it(workspace: Workspace) -> None:
    release = planned(workspace, "2.4")
    workspace.act(file(), TESS)
    settle(workspace, "DEF-1")
    workspace.clock.forward(days=1)
    workspace.act(lambda uow: shipping.ship(uow, ask.Ship("2.4")), RUTH)
    workspace.clock.forward(days=30)
    shipped = workspace.ask(lambda questions: questions.release_by_id(release.id)).release
    assert [day.day.day for day in workspace.ask(lambda q: q.burn_up(shipped, "UTC"))] == [23, 24]
