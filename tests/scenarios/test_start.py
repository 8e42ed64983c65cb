"""What the bot knows before anybody asks it."""

from pathlib import Path

from bot.sandbox.workspace import Workspace
from tests.scenarios.conftest import built
from tests.scenarios.reading import words
from tests.scenarios.town import HOME, Town


async def test_the_very_first_card_stands_where_its_command_was_typed(town: Town) -> None:
    told = await town.types(town.tess, "/defect new Total is wrong")
    assert words(told).startswith("Filed as DEF-1, in <#")
    await town.card("DEF-1")
    assert town.direct_messages(town.tess) == []
    assert len(town.calls("conversations.list")) == 1


async def test_the_very_first_name_typed_by_hand_is_understood(town: Town) -> None:
    key = await town.files(town.tess, "Total is wrong")
    assert "is <@" in words(await town.types(town.tess, f"/defect assign {key} @devon"))
    assert len(town.calls("users.list")) == 1


async def test_who_asks_before_slack_says_who_we_are_hears_it_and_is_served_once_it_does(
    transport: str, sqlite_url: str, tmp_path: Path
) -> None:
    def away(space: Workspace) -> None:
        space.faults.plan("auth.test", "server_error", times=1_000)

    async with built(transport, sqlite_url, tmp_path, before=away) as town:
        told = words(await town.types(town.tess, "/defect new Total is wrong"))
        assert told.startswith("Slack does not tell me who I am just now, so nothing changed. Try again in a minute")
        town.space.faults.script.clear()
        await town.sees(lambda: town.bot.desk.channels.known(town.space.team_id, town.id_of(HOME)))
        assert await town.files(town.tess, "Total is wrong") == "DEF-1"
