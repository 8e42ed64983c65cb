"""Slack is asked whether it takes a token again, less and less often; nobody who takes it waits for minutes."""

from datetime import timedelta

import pytest

from bot.jobs.reinstating import Reinstating
from bot.services.roads import KEY_MISSING, KeyMissing, Refusal, Refusals
from bot.slack.answers import Ok, refused
from tests.storage.acting import START, SetClock
from tests.transports.slack import AUTH_TEST, KnowsOneToken

DAY = 24 * 3600


class Keys:
    """`T2`'s token is sealed with a key that is missing."""

    async def token(self, team_id: str) -> str | None:
        if team_id == "T2":
            raise KeyMissing(team_id, "0123abcd")
        return "xoxb-refused"


class Asking:
    def __init__(self) -> None:
        self.clock, self.slack = SetClock(), KnowsOneToken()
        self.refusals = [Refusal("T1", "token_revoked", START), Refusal("T2", KEY_MISSING, START)]
        self.opened: list[str] = []
        self.job = Reinstating(self._refused, Keys(), self.slack, self._open, self.clock)

    async def _refused(self) -> Refusals:
        return Refusals(tuple(self.refusals))

    async def _open(self, team_id: str) -> None:
        self.opened.append(team_id)
        self.refusals = [each for each in self.refusals if each.team_id != team_id]

    async def passes(self, seconds: int) -> None:
        """With a tick every five of them."""
        for _ in range(seconds // 5):
            self.clock.forward(seconds=5)
            await self.job.run()


@pytest.fixture
def asking() -> Asking:
    return Asking()


async def test_it_is_asked_soon_and_then_every_five_minutes(asking: Asking) -> None:
    await asking.passes(60)
    soon = len(asking.slack.calls)
    await asking.passes(DAY)
    assert 3 <= soon <= 5
    assert DAY // 300 <= len(asking.slack.calls) - soon <= DAY // 300 + 4
    assert (set(asking.slack.calls), asking.opened) == ({"auth.test"}, [])


async def test_whoever_takes_the_token_again_is_opened_within_five_minutes(asking: Asking) -> None:
    await asking.passes(DAY)
    asking.slack.answers = [Ok(AUTH_TEST)]
    await asking.passes(300)
    assert asking.opened == ["T1"]
    calls = len(asking.slack.calls)
    await asking.passes(DAY)
    assert len(asking.slack.calls) == calls


async def test_who_takes_the_token_and_no_message_is_opened_ever_more_seldom(asking: Asking) -> None:
    """`ekm_access_denied` comes so: auth.test goes well, and the first message closes everything again."""
    (asked, *_) = asking.refusals
    for _ in range(DAY // 300):
        asking.slack.answers = [Ok(AUTH_TEST)]
        await asking.passes(300)
        asking.refusals = [asked]
    assert len(asking.opened) <= DAY // 300 + 8


async def test_who_was_well_for_a_while_is_asked_soon_when_it_refuses_again(asking: Asking) -> None:
    (asked, *_) = asking.refusals
    asking.refusals = [asked]
    await asking.passes(3600)
    asking.slack.answers = [Ok(AUTH_TEST)]
    await asking.passes(600)
    assert asking.opened == ["T1"]
    asking.clock.forward(days=1)
    await asking.job.run()
    asking.refusals, calls = [asked], len(asking.slack.calls)
    asking.slack.answers = [refused("auth.test", "invalid_auth"), Ok(AUTH_TEST)]
    await asking.passes(60)
    assert (len(asking.slack.calls) - calls, asking.opened) == (2, ["T1", "T1"])


async def test_a_workspace_that_refuses_holds_nobody_else_up(asking: Asking) -> None:
    asking.refusals = [Refusal("T2", KEY_MISSING, START), Refusal("T3", "invalid_auth", START + timedelta(1))]
    asking.slack.answers = [Ok(AUTH_TEST)]
    await asking.passes(10)
    assert asking.opened == ["T3"]
