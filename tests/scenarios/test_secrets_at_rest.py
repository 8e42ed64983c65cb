"""What opens a door is not in the store: not in its file, not in the log beside it."""

from pathlib import Path

from sqlalchemy import select

from storage.tables import outbox
from tests.looking import look
from tests.scenarios.town import Town


async def test_no_token_and_no_secret_is_in_the_files_of_the_store(town: Town, tmp_path: Path) -> None:
    key = await town.files(town.tess, "Total is wrong")
    await town.types(town.tess, f"/defect claim {key}")
    await town.card(key)
    await town.quiet()
    held = everything_in(tmp_path)
    assert b"Total is wrong" in held
    for name in ("bot_token", "app_token", "signing_secret"):
        assert str(town.space.app[name]).encode() not in held
    rows = look(town.bot.store, town.space.team_id, select(outbox.c.body).where(outbox.c.settled_at.isnot(None)))
    assert rows
    assert {str(row.body) for row in rows} == {"{}"}


def everything_in(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
