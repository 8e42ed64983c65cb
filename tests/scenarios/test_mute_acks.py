"""Where Slack drops what an ack says (`accepts_response_payload: false`), the answer reaches its person otherwise."""

import pytest

from tests.scenarios.town import Town

pytestmark = pytest.mark.parametrize("transport", ["socket"])


UNKNOWN = {"text": {"type": "plain_text", "text": "9.9"}, "value": "9.9"}


@pytest.fixture
def mute(town: Town) -> Town:
    town.space.delivery.sockets.hears_answers = False
    return town


async def test_a_command_is_answered_beside_its_ack_and_once(mute: Town) -> None:
    assert await mute.types(mute.tess, "/defect new Total wraps") == {}
    await mute.hears(mute.tess, "Filed as DEF-1")
    await mute.bot.desk.later.drain()
    assert len(mute.whispers(mute.tess)) == 1


async def test_a_mistake_in_a_form_is_said_in_words_and_changes_nothing(mute: Town) -> None:
    await mute.types(mute.tess, "/defect new Total wraps")
    await mute.hears(mute.tess, "Filed as DEF-1")
    await mute.types(mute.rana, "/defect defer DEF-1")
    await mute.form(mute.rana, "Defer")
    await mute.people.forms.submit(mute.rana, {"release": UNKNOWN, "reason": "<later>"})
    await mute.hears(mute.rana, "There is no release")
    assert mute.people.forms.shown(mute.rana) is None
    assert "defect_deferred" not in await mute.history("DEF-1")


async def test_a_form_that_comes_from_nowhere_is_answered_by_a_view_of_its_own(mute: Town) -> None:
    await mute.uses(mute.tess, "new_defect")
    await mute.people.forms.submit(mute.tess, {"title": "Total wraps"})
    await mute.form(mute.tess, "Filed as DEF-1")
