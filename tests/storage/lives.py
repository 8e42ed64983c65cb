"""Random lives of defects: people do whatever comes to their mind, and the rules refuse some of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from bot.domain.errors import DomainError
from bot.domain.values import Priority, Resolution, Severity
from bot.services import conversations, filing, releases, shipping, sightings, undo, verification
from bot.services import defects as use
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from tests.storage.acting import Workspace

PEOPLE = ("UTESS", "UDEVON", "URUTH")
RELEASES = ("2.4", "2.5")
WORDS = ("Cart total wrong", "Straße", "İstanbul 100%", "a_b", "500 error", "Émile's cart", "x")


@dataclass(frozen=True)
class Deed:
    """`key` and `other` are numbers of defects, `pick` chooses among what the deed knows, `after` is in seconds."""

    name: str
    actor: str
    key: int
    other: int
    pick: int
    words: str
    after: int


def _chosen(pick: int, *options: object) -> object:
    return options[pick % len(options)]


def _resolution(deed: Deed) -> ask.Resolve:
    reasons = (Resolution.DUPLICATE, Resolution.WONT_FIX, Resolution.CANNOT_REPRODUCE)
    return ask.Resolve(_key(deed.key), reasons[deed.pick % 3], _key(deed.other), deed.words)


def _edit(deed: Deed) -> ask.Edit:
    key = _key(deed.key)
    edits = (
        ask.Edit(key, title=deed.words),
        ask.Edit(key, component=deed.words),
        ask.Edit(key, severity=Severity.S1, environment="staging"),
        ask.Edit(key, release=RELEASES[deed.other % 2]),
        ask.Edit(key, release=""),
        ask.Edit(key, build="rc1"),
        ask.Edit(key, labels=("", "Flaky", "flaky, phone", "#phone a_b")[deed.other % 4]),
    )
    return edits[deed.pick % len(edits)]


def _file(deed: Deed) -> ask.FileDefect:
    severity = (None, Severity.S1, Severity.S4)[deed.pick % 3]
    component = (None, "cart", "Cart")[deed.other % 3]
    evidence = (ask.Evidence("C1", f"60.{deed.other}", text=deed.words),) * (deed.pick % 2)
    return ask.FileDefect(
        deed.words, severity, component=component, home="C1", requirements=(f"REQ-{deed.key}",), evidence=evidence
    )


def _key(number: int) -> str:
    return f"DEF-{number}"


def _plan(uow: UnitOfWork, deed: Deed) -> None:
    releases.plan_release(uow, ask.PlanRelease(RELEASES[deed.pick % 2]))


def _build(uow: UnitOfWork, deed: Deed) -> None:
    name = f"{RELEASES[deed.pick % 2]}-rc{deed.other}"
    releases.register_build(uow, ask.RegisterBuild(RELEASES[deed.pick % 2], name, ("abcdef1",) * (deed.key % 2)))


DEEDS: Mapping[str, Callable[[UnitOfWork, Deed], object]] = {
    "file": lambda uow, d: filing.file_defect(uow, _file(d)),
    "file too": lambda uow, d: filing.file_defect(uow, _file(d)),
    "triage": lambda uow, d: filing.triage(
        uow, ask.Triage(_key(d.key), Severity.S2, list(Priority)[d.pick % 4], RELEASES[d.other % 2])
    ),
    "edit": lambda uow, d: filing.edit(uow, _edit(d)),
    "claim": lambda uow, d: use.claim(uow, ask.Claim(_key(d.key))),
    "assign": lambda uow, d: use.assign(uow, ask.Assign(_key(d.key), PEOPLE[d.pick % 3])),
    "unassign": lambda uow, d: use.unassign(uow, ask.Unassign(_key(d.key))),
    "start": lambda uow, d: use.start(uow, ask.Start(_key(d.key))),
    "ask": lambda uow, d: use.ask_info(uow, ask.AskInfo(_key(d.key), PEOPLE[d.pick % 3], d.words)),
    "same": lambda uow, d: sightings.same_as(
        uow, ask.SameAs(_key(d.key), (ask.Evidence("C1", f"61.{d.other}"),) * (d.pick % 2))
    ),
    "duplicate": lambda uow, d: use.resolve(uow, ask.Resolve(_key(d.key), Resolution.DUPLICATE, _key(d.other))),
    "comment": lambda uow, d: conversations.comment(uow, ask.Comment(_key(d.key), d.words)),
    "link": lambda uow, d: conversations.link(uow, ask.Link(_key(d.key), ("TC-3",))),
    "fix": lambda uow, d: use.mark_fixed(
        uow, ask.MarkFixed(_key(d.key), (None, "rc1")[d.pick % 2], (None, "abcdef1")[d.other % 2])
    ),
    "resolve": lambda uow, d: use.resolve(uow, _resolution(d)),
    "pass": lambda uow, d: verification.verify_pass(uow, ask.VerifyPass(_key(d.key), sure=True)),
    "fail": lambda uow, d: verification.verify_fail(uow, ask.VerifyFail(_key(d.key), d.words)),
    "block": lambda uow, d: verification.verify_blocked(uow, ask.VerifyBlocked(_key(d.key), d.words)),
    "reopen": lambda uow, d: use.reopen(uow, ask.Reopen(_key(d.key), d.words)),
    "defer": lambda uow, d: use.defer(uow, ask.Defer(_key(d.key), RELEASES[d.pick % 2], d.words)),
    "resume": lambda uow, d: use.resume(uow, ask.Resume(_key(d.key))),
    "close": lambda uow, d: use.close(uow, ask.Close(_key(d.key))),
    "undo": lambda uow, d: undo.undo(uow, ask.Undo(_key(d.key))),
    "undo mine": lambda uow, d: undo.undo(uow, ask.Undo()),
    "plan": _plan,
    "build": _build,
    "ship": lambda uow, d: shipping.ship(uow, ask.Ship(RELEASES[d.pick % 2], anyway="the date")),
}

SMALL = st.integers(1, 4)
DEED = st.builds(
    Deed,
    st.sampled_from(list(DEEDS)),
    st.sampled_from(PEOPLE),
    SMALL,
    SMALL,
    st.integers(0, 9),
    st.sampled_from(WORDS),
    st.integers(0, 90),
)
# Nothing can happen before something was filed.
LIFE = st.lists(DEED, min_size=1, max_size=40).map(
    lambda deeds: [Deed("plan", "URUTH", 1, 1, 0, "x", 0), Deed("file", "UTESS", 1, 1, 0, "Cart", 0), *deeds]
)


def many_deeds(number: int) -> list[Deed]:
    """Always the same ones."""
    dice = Random(number)
    return [
        Deed("plan", "URUTH", 1, 1, 0, "x", 0),
        *(
            Deed(
                dice.choice(list(DEEDS)),
                dice.choice(PEOPLE),
                dice.randint(1, 20),
                dice.randint(1, 20),
                dice.randint(0, 9),
                dice.choice(WORDS),
                dice.randint(0, 4000),
            )
            for _ in range(number)
        ),
    ]


def live(workspace: Workspace, life: Sequence[Deed]) -> int:
    """Answers how many deeds were allowed."""
    done = 0
    for deed in life:
        workspace.clock.forward(seconds=deed.after)
        with suppress(DomainError):
            workspace.act(lambda uow, deed=deed: DEEDS[deed.name](uow, deed), deed.actor)  # type: ignore[misc]
            done += 1
    return done
