"""The store stops in the middle of the day: nobody is told that something was saved, and nothing is lost."""

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests.faults.stage import until
from tests.scenarios.clock import SlacksClock
from tests.scenarios.conftest import founded
from tests.scenarios.reading import words
from tests.scenarios.town import HOME, PATIENCE, Town

NOT_SAVED = re.compile(r"Not saved, nothing changed\. Try again; if it stays, tell an admin `R-\w{4}`\.")
LONGEST = 2.6  # seconds; Slack waits 3
Stopped = Callable[[], AbstractContextManager[None]]


@pytest.fixture
async def town(
    transport: str, postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Town]:
    async with founded(transport, postgres_url, tmp_path, caplog, slack=SlacksClock()) as made:
        made.trouble |= {"a request failed", "Failed to run listener", "listener function", "outbox_unreadable"}
        yield made


@pytest.fixture
def stopped(postgres_server: str, postgres_url: str) -> Stopped:
    """No connection of the bot lives on, and none can be made."""
    name = make_url(postgres_url).database

    def run(statement: str) -> None:
        engine = create_engine(postgres_server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))

    @contextmanager
    def stop() -> Iterator[None]:
        run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        try:
            yield
        finally:
            run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    return stop


async def test_a_command_is_answered_in_time_and_works_when_typed_again(town: Town, stopped: Stopped) -> None:
    await town.files(town.tess, "Total wraps")
    await town.quiet()
    with stopped():
        for command in ("/defect claim DEF-1", "/defect list", "/defect new Another"):
            result = await town.people.commands.slash(town.devon, HOME, command)
            assert result.ok, result.shown
            assert NOT_SAVED.search(words(result.shown)), result.shown
            assert result.ack.seconds < LONGEST
    assert "DEF-1 is yours now." in words(await town.types(town.devon, "/defect claim DEF-1"))
    assert "*1 defect*" in words(await town.types(town.devon, "/defect list"))


async def test_the_alert_counts_while_nothing_can_be_saved(town: Town, stopped: Stopped) -> None:
    """Nothing waits to be said, and people are told that nothing is saved."""
    async with httpx.AsyncClient(base_url=town.bot.http.address, trust_env=False) as client:

        async def oldest() -> float:
            lines = (await client.get("/metrics")).text.splitlines()
            return float(next(line for line in lines if line.startswith("outbox_oldest_seconds ")).split()[1])

        async def silent() -> bool:
            return await oldest() == 0

        await until(silent, "nothing waits")
        with stopped():
            refused = (await client.get("/readyz")).json()["checks"]
            assert [check["name"] for check in refused if not check["ok"]] == ["store"]

            async def counts() -> bool:
                return await oldest() > 1

            await until(counts, "the alert counts")
        await until(silent, "it is silent again")
        assert (await client.get("/readyz")).status_code == 200


async def test_a_click_is_told_and_a_form_keeps_what_was_typed(town: Town, stopped: Stopped) -> None:
    await town.files(town.tess, "Total wraps")
    card = await town.card("DEF-1")
    await town.quiet()
    await town.presses(town.devon, card, "Fixed…")
    await town.form(town.devon, "Mark fixed")
    with stopped():
        await town.presses(town.omar, card, "Claim")
        assert NOT_SAVED.search(words(await town.hears(town.omar, "Not saved")))
        errors = await town.is_refused(town.devon, commit="abc1234")
        assert list(errors) == ["build"]
        assert NOT_SAVED.search(errors["build"])
    await town.submits(town.devon)
    await town.card("DEF-1", "fixed by Devon (abc1234)")


async def test_an_event_is_refused_and_kept_when_it_comes_again(town: Town, transport: str, stopped: Stopped) -> None:
    root = town.says(town.omar, "Coupon field accepts 300 %")
    await town.files_from_message(town.tess, root)
    await town.quiet()
    seen = len(town.space.delivery.log)
    with stopped():
        town.says(town.devon, "claim", thread=root)
        # At once, and at once again; the next one comes after a minute.
        await town.space.feed.wait_until(lambda: len(town.space.delivery.log) == seen + 2, PATIENCE)
        refused = town.space.delivery.log[seen:]
        assert [(each.retry, each.ack.ok) for each in refused] == [(0, False), (1, False)]
        assert {each.ack.http_status for each in refused} == ({500} if transport == "http" else {None})
    clock = town.space.clock
    assert isinstance(clock, SlacksClock)
    clock.come_again.set()
    await town.card("DEF-1", "new · Devon")
    await town.space.settled()
    again = [each for each in town.space.delivery.log[seen:] if each.payload == refused[0].payload]
    assert [(each.retry, each.ack.ok) for each in again] == [(0, False), (1, False), (2, True)]
    assert (await town.history("DEF-1")).count("defect_assigned") == 1
