"""Whoever delivers a message again, and to whichever replica: there is one note per thread and defect."""

from sqlalchemy import select

from bot.services import requests as ask
from bot.services import setup
from bot.services.key_notes import note_keys
from bot.services.outgoing import Sort
from storage.tables import outbox
from tests.looking import look
from tests.storage.acting import TESS, Workspace, file


def noted(workspace: Workspace) -> list[str]:
    rows = look(workspace.store, workspace.team, select(outbox.c.lane).where(outbox.c.sort == Sort.KEY_NOTE.value))
    return sorted(row.lane for row in rows)


def name(workspace: Workspace, *keys: str, root: str = "10.0", channel: str = "C7") -> tuple[str, ...]:
    request = ask.NoteKeys(channel, root, keys)
    return workspace.act(lambda uow: note_keys(uow, request), TESS)


def test_the_row_of_a_note_decides_that_there_is_one(workspace: Workspace) -> None:
    for _ in range(8):
        workspace.act(file())
    assert name(workspace, "DEF-1") == ()
    workspace.act(lambda uow: setup.set_up(uow, ask.SetUp("C7", "DEF", key_notes=True)))
    assert name(workspace, "DEF-1", "DEF-2", "DEF-1", "DEF-99") == ("DEF-1", "DEF-2")
    assert name(workspace, "DEF-2", "DEF-3") == ("DEF-3",)
    assert name(workspace, "DEF-1", root="11.0") == ("DEF-1",)
    assert name(workspace, "DEF-1", channel="C8") == ()
    assert noted(workspace) == ["note:C7:10.0"] * 3 + ["note:C7:11.0"]
    assert len(name(workspace, *(f"DEF-{n}" for n in range(1, 9)), root="12.0")) == 5
    workspace.act(lambda uow: setup.set_up(uow, ask.SetUp("C7", "DEF", key_notes=False)))
    assert name(workspace, "DEF-4") == ()
