"""A test run comes in: staged in short transactions beside people's work, published by one that is shorter still.
Nobody sees anything of it before, and a run that was never published is as if it had not been sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.domain.builds import Build
from bot.domain.errors import UnknownBuild
from bot.domain.events import Event, Kind, Scalar, Subject
from bot.domain.release import Release
from bot.domain.results import NOTHING, Execution, Outcome, Tally, tally
from bot.services.builds import named_build
from bot.services.context import Context
from bot.services.failing import NOTHING_MET, Met
from bot.services.meeting import Findings, meet, sort_out
from bot.services.ports import Overtaken, UnitOfWork, UnitsOfWork
from bot.services.records import TestRun
from bot.services.requests import ImportResults

# What was staged and not published by then never will be.
ABANDONED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ResultsTold:
    """`known`: this report was taken before. `new_cases`: names that no earlier run knew. `met`: what
    became of the failures."""

    build: Build
    release: Release
    tally: Tally = NOTHING
    new_cases: int = 0
    known: bool = False
    met: Met = NOTHING_MET


async def import_results(
    units: UnitsOfWork, context: Context, request: ImportResults, portions: Iterable[Sequence[Execution]]
) -> ResultsTold:
    """Raises NotFound with the nearest release, UnknownBuild, and what the store raises; then nobody sees any of it."""
    begun = await units.perform(context, lambda uow: _begin(uow, request))
    if isinstance(begun, ResultsTold):
        return begun
    staged: list[Execution] = []
    new_cases = 0
    for portion in portions:
        new_cases += await units.perform(context, partial(_stage, begun, len(staged), portion))
        staged += portion

    counted, findings = tally(staged), Findings()
    if counted.bad:
        findings = await units.ask(context.team_id, lambda questions: sort_out(questions.clusters, begun, staged))

    def publish(uow: UnitOfWork) -> ResultsTold:
        return _publish(uow, request, begun, counted, findings, new_cases)

    try:
        return await units.perform(context, publish)
    except Overtaken:  # by the same report, which is published now
        return await units.perform(context, publish)


def _begin(uow: UnitOfWork, request: ImportResults) -> ResultsTold | TestRun:
    release, build = _place(uow, request)
    if uow.results.published(build.id, request.checksum):
        return ResultsTold(build, release, known=True)
    uow.results.forget_staged(uow.now - ABANDONED)
    run = TestRun(uow.new_id(), release.project_id, build.id, request.name, request.checksum)
    uow.results.add(run)
    return run


def _stage(run: TestRun, place: int, portion: Sequence[Execution], uow: UnitOfWork) -> int:
    return uow.results.stage(run, place, portion)


def _publish(
    uow: UnitOfWork, request: ImportResults, run: TestRun, found: Tally, findings: Findings, new_cases: int
) -> ResultsTold:
    """One event for the whole import; of two that bring the same report at once, one."""
    release, build = _place(uow, request)
    if not uow.results.publish(run):
        return ResultsTold(build, release, known=True)
    facts = _facts(build, run, found) | {"new_cases": new_cases}
    uow.log.append(Event(Kind.RESULTS_IMPORTED, Subject.RELEASE, release.id, {}, facts))
    met = meet(uow, run, build, found, findings) if findings.kinds else NOTHING_MET
    return ResultsTold(build, release, found, new_cases, met=met)


def _place(uow: UnitOfWork, request: ImportResults) -> tuple[Release, Build]:
    """A build of another release is not meant."""
    release = uow.releases.find(request.release, uow.projects.for_channel(uow.context.channel))
    build = named_build(uow, release.project_id, request.build, release.id)
    if build.release_id != release.id:
        raise UnknownBuild("build", request.build, None, release.name)
    return release, build


def _facts(build: Build, run: TestRun, found: Tally) -> dict[str, Scalar]:
    counts: dict[str, Scalar] = {outcome.value: found.of(outcome) for outcome in Outcome}
    told: dict[str, Scalar] = {"build": build.name, "run_id": run.id, "name": run.name, "report": run.checksum}
    return {**told, **counts, "flaky": found.flaky}
