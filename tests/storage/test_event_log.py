"""The log tells everything, cannot be changed, and shows where somebody tried."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.domain.events import Kind, Logged
from bot.domain.values import Severity
from bot.services import conversations, filing
from bot.services import defects as use
from bot.services import requests as ask
from bot.services.ports import UnitOfWork
from storage import tables
from storage.chain import CONTENT, CUT, GAP, HEAD_DIFFERS, ORDER, TEXT, Broken, Verdict, verify
from storage.tenant import Tenant
from tests.looking import look
from tests.storage.acting import DEVON, START, TESS, Workspace, file, rows
from tests.storage.tampering import tamper


def verdict(workspace: Workspace, printed: tuple[int, str] | None = None) -> Verdict:
    return workspace.store.read_sync(lambda c: verify(Tenant(c, workspace.team, START), printed))


@pytest.fixture
def told(workspace: Workspace) -> Workspace:
    """Five events."""
    workspace.act(file(actual="it breaks"), TESS)
    workspace.clock.forward(minutes=1)
    workspace.act(lambda uow: filing.edit(uow, ask.Edit("DEF-1", title="Sum is wrong", severity=Severity.S1)), TESS)
    workspace.act(lambda uow: conversations.comment(uow, ask.Comment("DEF-1", "seen twice")), DEVON)
    workspace.act(lambda uow: use.claim(uow, ask.Claim("DEF-1")), DEVON)
    workspace.act(lambda uow: use.mark_fixed(uow, ask.MarkFixed("DEF-1")), DEVON)
    return workspace


def test_a_history_tells_who_did_what_when_from_what_to_what(told: Workspace) -> None:
    log = told.ask(lambda questions: questions.history("DEF-1"))
    assert [(entry.seq, entry.actor, entry.event.kind.value) for entry in log] == [
        (1, TESS, "defect_filed"),
        (2, TESS, "defect_edited"),
        (3, DEVON, "comment_added"),
        (4, DEVON, "defect_assigned"),
        (5, DEVON, "defect_fixed"),
    ]
    filed, edited = log[0], log[1]
    assert dict(filed.event.texts) == {"title": "Cart total is wrong", "actual": "it breaks"}
    assert (filed.at, filed.surface, filed.channel, edited.at) == (START, "command", "C1", START + timedelta(minutes=1))
    assert dict(edited.event.texts) == {"title": "Sum is wrong", "title_was": "Cart total is wrong"}
    severity = edited.event.changes["severity"]
    assert (severity.old, severity.new) == (Severity.S3, Severity.S1)
    assert isinstance(severity.new, Severity)
    assert filed.event.changes["created_at"].new == START


def test_comments_are_no_change(told: Workspace) -> None:
    told.act(lambda uow: conversations.comment(uow, ask.Comment("DEF-1", "again")), TESS)
    defect = told.act(lambda uow: uow.defects.get("DEF-1"))
    last = told.act(lambda uow: uow.log.last_change(defect.id))
    assert last is not None
    assert (last.event.kind, last.actor) == (Kind.DEFECT_FIXED, DEVON)
    assert told.act(lambda uow: uow.log.last_defect_of(TESS)) == defect.id
    assert told.act(lambda uow: uow.log.last_defect_of("UNOBODY")) is None


def test_a_log_that_nobody_touched_holds(told: Workspace) -> None:
    head = told.ask(lambda questions: questions.head())
    assert verdict(told) == Verdict(5, head)
    assert verdict(told, (3, "")).broken is None
    assert verdict(Workspace(told.store, "T2")) == Verdict(0, (0, ""))


async def test_writers_that_come_together_make_one_chain(workspace: Workspace) -> None:
    await asyncio.gather(*(workspace.units.perform(workspace.context(), file(f"Title {n}")) for n in range(30)))
    assert verdict(workspace) == Verdict(30, workspace.ask(lambda questions: questions.head()))


_REFUSED = {
    "sqlite": (
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq = 2",
        "INSERT OR REPLACE INTO event_texts SELECT * FROM event_texts WHERE seq = 1",
    ),
    "postgresql": ("TRUNCATE events CASCADE", "TRUNCATE event_texts"),
}
_REFUSED_BY_BOTH = (
    "UPDATE events SET actor = 'UNOBODY'",
    "DELETE FROM events WHERE seq = 2",
    "UPDATE event_texts SET text = 'never seen'",
)


def test_the_store_refuses_to_change_the_log(told: Workspace, store_url: str) -> None:
    for statement in (*_REFUSED_BY_BOTH, *_REFUSED[told.store.dialect]):
        with pytest.raises(DBAPIError, match="append-only"):
            tamper(store_url, [statement], past_triggers=False)
    assert rows(told, tables.events) == 5
    assert verdict(told).broken is None


_TAMPERING = {
    "an actor": (["UPDATE events SET actor = 'UNOBODY' WHERE seq = 2"], Broken(2, CONTENT)),
    "a body": (["UPDATE events SET body = replace(body, 'S1', 'S2') WHERE seq = 2"], Broken(2, CONTENT)),
    "a missing event": (["DELETE FROM event_texts WHERE seq = 3", "DELETE FROM events WHERE seq = 3"], Broken(3, GAP)),
    "a cut end": (["DELETE FROM events WHERE seq = 5"], Broken(5, CUT)),
    "another order": (
        [f"UPDATE events SET seq = {new} WHERE seq = {old}" for new, old in ((9, 4), (4, 5), (5, 9))],
        Broken(4, ORDER),
    ),
    "a text": (["UPDATE event_texts SET text = 'never seen' WHERE seq = 3"], Broken(3, TEXT)),
    "an inserted text": (["UPDATE event_texts SET name = 'note' WHERE seq = 3"], Broken(3, TEXT)),
}


@pytest.mark.parametrize("name", list(_TAMPERING))
def test_whoever_gets_past_the_triggers_is_found_at_the_first_event_that_does_not_hold(
    told: Workspace, store_url: str, name: str
) -> None:
    statements, broken = _TAMPERING[name]
    tamper(store_url, statements)
    assert verdict(told).broken == broken


def test_a_log_cut_short_with_its_head_is_found_by_what_a_digest_printed(told: Workspace, store_url: str) -> None:
    seq, digest = told.ask(lambda questions: questions.head())
    before = look(told.store, "T1", select(tables.events.c.hash).where(tables.events.c.seq == 4))[0].hash
    shortened = [f"DELETE FROM {table} WHERE seq = 5" for table in ("event_texts", "events")]
    tamper(store_url, [*shortened, f"UPDATE heads SET seq = 4, hash = '{before}'"])
    assert verdict(told).broken is None
    assert verdict(told, (seq, digest[:4])).broken == Broken(5, CUT)
    assert verdict(told, (4, "not this")).broken == Broken(4, HEAD_DIFFERS)


def test_an_erased_comment_takes_every_wording_with_it_and_the_chain_still_holds(told: Workspace) -> None:
    context = told.context(DEVON, ts="1763890000.000200")
    told.units.perform_sync(context, lambda uow: conversations.comment(uow, ask.Comment("DEF-1", "my password")))
    edit = ask.EditComment("C1", "1763890000.000200", "my passphrase")
    assert told.act(lambda uow: conversations.edit_comment(uow, edit))
    found = told.act(lambda uow: uow.conversations.comment_on("C1", "1763890000.000200"))
    assert found is not None
    assert found.text == "my passphrase"
    assert told.act(lambda uow: conversations.erase_comment(uow, ask.EraseComment("C1", "1763890000.000200")))
    assert everything_written(told) & {"my password", "my passphrase"} == set()
    assert told.ask(lambda questions: questions.defect("DEF-1").comments) == 1
    assert verdict(told).broken is None


def everything_written(workspace: Workspace) -> set[str]:
    kept = (select(table.c.text) for table in (tables.event_texts, tables.comments))
    return {row.text for wanted in kept for row in look(workspace.store, workspace.team, wanted)}


def test_a_unit_of_work_answers_the_events_that_it_wrote_once(workspace: Workspace) -> None:
    def act(uow: UnitOfWork) -> Sequence[Logged]:
        file()(uow)
        return uow.commit()

    workspace.act(file())
    assert [(entry.seq, entry.event.kind) for entry in workspace.act(act)] == [(2, Kind.DEFECT_FILED)]
    assert verdict(workspace).events == 2
