"""The five shortcuts, where the bot is a member and where it is not."""

from tests.scenarios.reading import words
from tests.scenarios.town import Town


async def test_a_public_channel_is_joined_by_filing_there(town: Town) -> None:
    town.space.add_channel("elsewhere", [town.tess, town.devon], bot=False)
    root = town.says(town.devon, "The total wraps on phones", channel="elsewhere")
    key = await town.files_from_message(town.tess, root, "elsewhere")
    card = await town.card(key, channel="elsewhere")
    assert card["thread_ts"] == root
    assert len(town.calls("conversations.join")) == 1


async def test_a_form_that_was_sent_twice_files_once(town: Town) -> None:
    await town.uses(town.tess, "new_defect")
    sent = await town.submits(town.tess, title="Once")
    assert (await town.people.forms.submit_again(sent.payload)).ok
    assert "*1 defect*" in words(await town.types(town.tess, "/defect list"))
