"""What people are called is kept once the bot has named them, for those who read the store without Slack."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.gates import DEFAULT_TEXT
from storage.people import everybody
from tests.commandline.test_reading import run
from tests.scenarios.town import Town


async def test_whoever_a_card_names_is_known_by_name_on_the_command_line(
    town: Town, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    gates = tmp_path / "gates.yaml"
    gates.write_text(DEFAULT_TEXT, encoding="utf-8")
    await town.files(town.tess, "Total is wrong")
    await town.card("DEF-1")
    kept = everybody(town.space.team_id)
    await town.sees(lambda: town.tess in town.bot.store.read_sync(kept), "the name of Tess in the store")
    assert town.bot.store.read_sync(kept) == {town.tess: town.name_of(town.tess)}
    stranger = await asyncio.to_thread(run, "gates", "apply", str(gates), "--by", "Rana Releaser")
    assert "Nobody is clearly called Rana Releaser, so nothing was applied." in stranger.stderr
    known = await asyncio.to_thread(run, "gates", "apply", str(gates), "--by", town.name_of(town.tess))
    assert (known.exit_code, known.stderr) == (0, "")
