"""What escaped a release, at any instant: each number equals a naive walk over the events, and opens its list."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.domain.errors import NotShipped
from bot.domain.leakage import Account
from bot.domain.query import parse
from bot.domain.values import SETTLED, Resolution, Severity
from bot.services import requests as ask
from bot.services.defects import mark_fixed, resolve
from bot.services.filing import edit
from bot.services.ports import UnitOfWork
from bot.services.quality import account, lists, parts
from bot.services.questions import Questions
from bot.services.releases import register_build
from bot.services.shipping import ship, unship
from bot.services.verification import verify_pass
from tests.storage.acting import DEVON, START, TESS, Workspace, file
from tests.storage.lives import live, many_deeds
from tests.storage.seen import Names, Seen, seen_at, whole_log

Deed = Callable[[UnitOfWork], object]
RELEASES = ("2.4", "2.5")
NO_DEFECTS = ("duplicate", "not_a_defect")


def accounts(questions: Questions, at: datetime | None) -> dict[str, tuple[Account, list[tuple[str, int, list[str]]]]]:
    found = {}
    for release in questions.releases(None):
        moment = at or questions.now
        view = questions.release_by_id(release.id).as_of(moment)
        told = account(questions, view, moment)
        numbers = lists(view, told, moment)
        behind = [
            (
                number.name,
                number.count,
                [v.defect.key for v in questions.matching(parse(number.query), None, limit=1000, at=when).items],
            )
            for number, when in numbers
        ]
        for number in parts(view, told):
            assert questions.matching(parse(number.query), None, limit=0, at=at).total == number.count
        found[view.named] = (told, behind)
    return found


def walked(log: Any, names: Names, at: datetime) -> Mapping[str, tuple[datetime | None, set[str], set[str], set[str]]]:
    """Release -> when it shipped, and the keys of what was found before, removed by then, and escaped."""
    told = {}
    for id_, (name, prefix) in names.releases.items():
        spans = [span for span in names.shippings if span[0] == id_]
        shipped = next((b for _, b, e in spans if b <= at and (e is None or e > at)), None)
        called = f"{prefix}/{name}"
        own = [each for each in seen_at(log, names, shipped or at) if called in each.found and genuine(each)]
        before = {each.key for each in own if "escaped" not in each.flags}
        removed = {each.key for each in own if each.key in before and each.status in SETTLED and fixed(each)}
        after = {each.key for each in seen_at(log, names, at) if called in each.found and "escaped" in each.flags}
        told[called] = (shipped, before, removed, after if shipped else set())
    return told


def genuine(each: Seen) -> bool:
    return each.resolution not in NO_DEFECTS


def fixed(each: Seen) -> bool:
    return each.resolution == "fixed"


def test_every_number_of_every_instant_equals_a_walk_over_the_events(workspace: Workspace) -> None:
    assert live(workspace, many_deeds(260)) > 40
    later = customers_find(workspace)
    log, names = whole_log(workspace)
    span = (later[0] - START).total_seconds()
    instants: list[datetime | None] = [None, *later[3::2], *(START + timedelta(seconds=span * n / 4) for n in range(4))]
    seen: Counter[str] = Counter()
    for at in instants:
        expected = walked(log, names, at or workspace.clock.at)
        for called, (told, behind) in workspace.ask(lambda q, at=at: accounts(q, at)).items():  # type: ignore[misc]
            shipped, before, removed, after = expected[called]
            whole = told.whole
            assert told.shipped_at == shipped
            assert (whole.found, whole.removed, whole.escaped) == (len(before), len(removed), len(after))
            found = {name: set(keys) for name, _, keys in behind}
            counts = {name: count for name, count, _ in behind}
            wanted = {"escaped": after, "found": before, "removed": removed}
            assert found == {name: keys for name, keys in wanted.items() if keys}
            assert counts == {name: len(keys) for name, keys in found.items()}
            assert sum(share.escaped for share in told.severities.values()) == len(after)
            assert sum(share.all for share in told.components.values()) == whole.all
            seen.update(counts)
    assert seen["escaped"] > 30
    assert seen["removed"] > 15


def customers_find(workspace: Workspace) -> list[datetime]:
    """Once both have shipped, in builds and without one; then somebody learns more, and 2.5 is taken back and ships
    again. Answers an instant between each two of it."""
    deeds: list[tuple[str, Deed]] = []
    for name in RELEASES:
        deeds += [("URUTH", _taken_back(name)), (TESS, _built(name))]
        deeds += [(TESS, file("wrong", build=f"{name}-ga")), (DEVON, _fixed(name)), (TESS, _verified)]
        deeds += [("URUTH", _shipped(name))]
    for place in range(6):
        deeds += [(TESS, file(f"it broke {place}", build=f"{RELEASES[place % 2]}-ga", component="cart"))]
    deeds += [(TESS, file("in no build", release="2.4"))]
    number = int(workspace.act(file("the last one before")).removeprefix("DEF-")) + len(RELEASES)
    deeds += [
        (TESS, lambda uow: edit(uow, ask.Edit(f"DEF-{number + 1}", build="2.5-ga"))),
        (TESS, lambda uow: edit(uow, ask.Edit(f"DEF-{number + 2}", severity=Severity.S1, component="till"))),
        (TESS, lambda uow: edit(uow, ask.Edit(f"DEF-{number + 7}", release="2.5"))),
        (DEVON, lambda uow: resolve(uow, ask.Resolve(f"DEF-{number + 3}", Resolution.NOT_A_DEFECT))),
        ("URUTH", lambda uow: unship(uow, ask.Unship("2.5", "too soon"))),
        (TESS, file("while it was taken back", build="2.5-ga")),
        ("URUTH", lambda uow: ship(uow, ask.Ship("2.5", "now"))),
        (TESS, file("after all", build="2.5-ga")),
    ]
    told = []
    for actor, deed in deeds:
        workspace.clock.forward(minutes=7)
        with suppress(NotShipped):
            workspace.act(deed, actor)
        told.append(workspace.clock.forward(minutes=7))
    return told


def _taken_back(name: str) -> Deed:
    return lambda uow: unship(uow, ask.Unship(name, "it is not whole"))


def _built(name: str) -> Deed:
    return lambda uow: register_build(uow, ask.RegisterBuild(name, f"{name}-ga"))


def _fixed(name: str) -> Deed:
    return lambda uow: mark_fixed(uow, ask.MarkFixed(newest(uow), f"{name}-ga"))


def _verified(uow: UnitOfWork) -> None:
    verify_pass(uow, ask.VerifyPass(newest(uow), sure=True))


def _shipped(name: str) -> Deed:
    return lambda uow: ship(uow, ask.Ship(name, "the date"))


def newest(uow: UnitOfWork) -> str:
    return uow.questions.matching(parse("sort:-age"), None, limit=1).items[0].defect.key
