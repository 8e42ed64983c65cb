from typing import Any

import pytest

from bot.slack.answers import Fate, Permanent
from bot.slack.gateway import SlackGateway
from bot.slack.people import KEPT, MOST, People, Person
from tests.slack.wire import Wire, refuses, says


class Hands:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def people(gateway: SlackGateway, hands: Hands) -> People:
    return People(gateway, hands)


def user(user_id: str, handle: str, shown: str = "", **more: Any) -> dict[str, Any]:
    return {"id": user_id, "name": handle, "team_id": "T1", "profile": {"display_name": shown}, **more}


async def test_a_person_is_asked_for_once_an_hour(people: People, wire: Wire, hands: Hands) -> None:
    wire.answers(says(user=user("U1", "dana.v", "Dana", tz="Europe/Berlin")), says(user=user("U1", "dana.v", "Dana V")))
    assert await people.person("t", "T1", "U1") == Person("U1", "Dana", "dana.v", "T1", "Europe/Berlin")
    assert (await people.person("t", "T1", "U1")).name == "Dana"
    assert len(wire.requests) == 1
    hands.now = KEPT
    assert (await people.person("t", "T1", "U1")).name == "Dana V"
    assert len(wire.requests) == 2


async def test_when_slack_does_not_tell_the_old_name_stays_and_a_stranger_is_named_by_id(
    people: People, wire: Wire, hands: Hands
) -> None:
    wire.answers(says(user=user("U1", "dana")), refuses("ratelimited", 429), refuses("user_not_found"))
    await people.person("t", "T1", "U1")
    hands.now = KEPT
    assert (await people.person("t", "T1", "U1")).name == "dana"
    assert (await people.person("t", "T1", "U2")).name == "U2"
    wire.answers(says(user=user("U2", "tess")))
    assert (await people.person("t", "T1", "U2")).name == "tess"


async def test_one_user_id_of_two_workspaces_is_two_people(people: People, wire: Wire) -> None:
    wire.answers(says(user=user("U1", "dana")), says(user=user("U1", "omar")))
    assert (await people.person("t", "T1", "U1")).name == "dana"
    assert (await people.person("t", "T2", "U1")).name == "omar"


async def test_a_name_typed_by_hand_is_matched_in_any_case_over_all_pages(people: People, wire: Wire) -> None:
    wire.answers(
        says(members=[user("U1", "dana", "Dana V")], response_metadata={"next_cursor": "more"}),
        says(members=[user("U2", "d.other", "dana"), user("U3", "dana", deleted=True), user("U4", "omar")]),
    )
    found = await people.called("t", "T1", "DANA")
    assert isinstance(found, tuple)
    assert [person.user_id for person in found] == ["U1", "U2"]
    assert await people.called("t", "T1", "nobody") == ()
    assert len(wire.requests) == 2


async def test_a_list_that_slack_refuses_is_an_answer_not_an_empty_list(people: People, wire: Wire) -> None:
    wire.answers(refuses("missing_scope"))
    assert await people.called("t", "T1", "dana") == Permanent("missing_scope", Fate.INSTALLATION)


async def test_the_memory_is_bounded(gateway: SlackGateway, hands: Hands) -> None:
    class Everybody:
        asked = 0

        async def call(self, token: str, method: str, payload: Any, *, deadline: float | None = None) -> Any:
            from bot.slack.answers import Ok

            self.asked += 1
            return Ok({"user": {"id": payload["user"]}})

    slack = Everybody()
    people = People(slack, hands)
    for number in range(MOST + 1):
        await people.person("t", "T1", f"U{number}")
    await people.person("t", "T1", "U1")
    await people.person("t", "T1", "U0")
    assert slack.asked == MOST + 2
