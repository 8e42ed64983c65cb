"""What the bot knows before anybody asks it."""

from tests.scenarios.reading import words
from tests.scenarios.town import Town


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
