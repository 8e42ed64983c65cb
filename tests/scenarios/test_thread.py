"""In a defect's thread people just talk; what is an act, acts."""

from tests.scenarios.reading import words
from tests.scenarios.town import Town


async def test_what_was_typed_is_taken_back_by_its_button(town: Town) -> None:
    root = town.says(town.rana, "Coupon field accepts 300 %")
    await town.files_from_message(town.tess, root)
    town.says(town.devon, "claim", thread=root)
    receipt = await town.hears(town.devon, "DEF-1 is yours now.")
    await town.card("DEF-1", "new · Devon")
    await town.presses(town.devon, receipt, "Undo")
    await town.card("DEF-1", "no owner")


async def test_a_comment_follows_its_message(town: Town) -> None:
    root = town.says(town.rana, "Coupon field accepts 300 %")
    await town.files_from_message(town.tess, root)
    said = town.says(town.devon, "only with gift cards", thread=root)
    await town.records("comment_added")
    town.people.talk.edit(town.devon, "shop-defects", said, "only with gift cards and vouchers")
    await town.records("comment_edited")
    town.people.talk.delete(town.devon, "shop-defects", said)
    await town.records("comment_erased")
    await town.quiet()
    assert town.lines(root) == []
    assert "1 comment" not in words(await town.card("DEF-1"))
