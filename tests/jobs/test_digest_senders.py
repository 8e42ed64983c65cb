"""A digest leaves: its root message, its lists, its picture, against the workspace that checks every call."""

import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.values import Severity
from bot.jobs.courier import Courier, Halt
from bot.jobs.digest_senders import send_detail, send_digest, senders
from bot.jobs.office import Office
from bot.jobs.picture import Painter
from bot.jobs.senders import Sender
from bot.sandbox.clock import ManualClock
from bot.sandbox.server import serve
from bot.sandbox.workspace import Workspace as Space
from bot.services import requests as ask
from bot.services.delivery import Again, Claimed, Settled, State, Verdict
from bot.services.digests import issue
from bot.services.filing import file_defect
from bot.services.outgoing import Body, Sort
from bot.services.records import DigestRecord
from bot.slack.gateway import SlackGateway
from bot.slack.people import People
from storage.database import open_store
from tests.jobs.post import SpaceClock, Tokens
from tests.sandbox.conftest import MANIFEST
from tests.services.test_releases import plan
from tests.storage.acting import RUTH, Workspace


@dataclass
class Desk:
    """A release with a digest that is to go to `channel`."""

    space: Space
    office: Office
    workspace: Workspace
    channel: str
    painter: Painter
    clock: ManualClock

    @property
    def sender(self) -> Mapping[Sort, Sender]:
        return senders(self.painter)

    def file(self, number: int, severity: Severity = Severity.S1) -> None:
        for place in range(number):
            request = ask.FileDefect(f"Defect number {place}", severity=severity, release="2.4", home=self.channel)
            self.workspace.act(lambda uow, r=request: file_defect(uow, r))  # type: ignore[misc]

    def issue(self) -> DigestRecord:
        return self.workspace.act(lambda uow: issue(uow, uow.releases.find("2.4", None), self.channel), RUTH)

    def courier(self, sort: Sort, record: DigestRecord, *, doubtful: bool = False, **more: int) -> Courier:
        body: Body = {"digest_id": record.id, "channel": record.channel, **more}
        name = f"{sort}-{record.id}-{more}"
        row = Claimed(self.space.team_id, name, sort, "lane", body, self.workspace.clock.at, 0, doubtful, True)
        return Courier(self.office, row, self.space.app["bot_token"])

    async def send(self, sender: Sender, courier: Courier) -> Settled:
        """Until the row is settled; when its turn has to come, the clock moves there."""
        while True:
            try:
                verdict = await sender(courier)
            except Halt as halt:
                verdict = halt.verdict
            if isinstance(verdict, Settled):
                self.settle(verdict)
                return verdict
            assert isinstance(verdict, Again)
            self.clock.move_to(verdict.due_at.timestamp() + 0.001)

    def settle(self, verdict: Verdict) -> None:
        """As the store does: what is to be kept is kept with the row's end."""
        if isinstance(verdict, Settled) and verdict.then:
            self.workspace.act(verdict.then)

    def record(self, record: DigestRecord) -> DigestRecord:
        return self.workspace.ask(lambda questions: questions.digest(record.id))

    def messages(self) -> list[dict[str, Any]]:
        return list(self.space.state.messages[self.channel].values())

    def calls(self, method: str) -> int:
        return sum(name == method for name, _ in self.space.calls)

    async def post_root(self) -> DigestRecord:
        record = self.issue()
        await self.send(send_digest, self.courier(Sort.DIGEST, record))
        return self.record(record)


@pytest.fixture
async def desk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp())
    space = Space(MANIFEST, seed=7, clock=clock)
    tess = space.add_person("tess", "Tess Tester")
    channel = space.add_channel("shop", [tess])
    store = open_store(sqlite_url)
    workspace = Workspace(store, team=space.team_id)
    plan(workspace)
    painter = Painter(tmp_path, module="tests.jobs.quick_child")
    async with serve(space) as url, SlackGateway(f"{url}/api/", timeout=15) as gateway:
        tokens = Tokens({space.team_id: space.app["bot_token"]})
        people = People(gateway, clock.now)
        office = Office(gateway, tokens, workspace.units, people, SpaceClock(clock), random.Random(1).random)
        yield Desk(space, office, workspace, channel, painter, clock)
    await store.close()


async def test_the_root_message_is_posted_and_its_place_kept(desk: Desk) -> None:
    desk.file(2)
    record = await desk.post_root()
    (message,) = desk.messages()
    assert message["ts"] == record.ts
    assert message["text"].startswith("*Release 2.4: NOT READY*")
    assert f"`#{record.seq}:{record.hash[:8]}`" in message["text"]


async def test_a_root_message_whose_answer_was_lost_is_found_and_not_posted_again(desk: Desk) -> None:
    record = desk.issue()
    await send_digest(desk.courier(Sort.DIGEST, record))
    await desk.send(send_digest, desk.courier(Sort.DIGEST, record, doubtful=True))
    assert len(desk.messages()) == 1
    assert desk.record(record).ts == desk.messages()[0]["ts"]


async def test_short_lists_need_no_thread(desk: Desk) -> None:
    desk.file(2)
    record = await desk.post_root()
    verdict = await desk.send(send_detail, desk.courier(Sort.DIGEST_DETAIL, record))
    assert (verdict.state, len(desk.messages())) == (State.NEEDLESS, 1)


async def test_long_lists_follow_in_the_thread_one_message_and_one_row_at_a_time(desk: Desk) -> None:
    desk.file(400)
    record = await desk.post_root()
    part, more = 0, True
    while more:
        verdict = await desk.send(send_detail, desk.courier(Sort.DIGEST_DETAIL, record, part=part))
        assert verdict.state is State.SENT
        part, more = part + 1, verdict.then is not None
    replies = [message for message in desk.messages() if message.get("thread_ts") == record.ts != message["ts"]]
    assert len(replies) == part > 1
    said = " ".join(section["text"]["text"] for message in replies for section in message["blocks"])
    assert all(f" DEF-{number} " in said for number in range(1, 401))


async def test_the_picture_is_a_file_in_the_thread(desk: Desk) -> None:
    desk.file(1)
    record = await desk.post_root()
    verdict = await desk.send(desk.sender[Sort.PICTURE], desk.courier(Sort.PICTURE, record))
    assert verdict.state is State.SENT
    assert desk.calls("files.completeUploadExternal") == 1
    (shared,) = [message for message in desk.messages() if message.get("files")]
    assert (shared["thread_ts"], shared["files"][0]["id"]) == (record.ts, desk.record(record).picture)


async def test_a_picture_whose_answer_was_lost_is_not_published_twice(desk: Desk) -> None:
    desk.file(1)
    record = await desk.post_root()
    for doubtful in (False, True):
        courier = desk.courier(Sort.PICTURE, record, doubtful=doubtful)
        assert (await desk.send(desk.sender[Sort.PICTURE], courier)).state is State.SENT
    assert desk.calls("files.completeUploadExternal") == 1


async def test_a_file_that_was_reserved_and_never_published_is_made_anew(desk: Desk) -> None:
    desk.file(1)
    record = await desk.post_root()
    desk.workspace.act(lambda uow: uow.digests.pictured(record.id, "F0GONE"))
    verdict = await desk.send(desk.sender[Sort.PICTURE], desk.courier(Sort.PICTURE, record))
    assert (verdict.state, desk.calls("files.completeUploadExternal")) == (State.SENT, 1)


async def test_without_a_picture_the_digest_stands(desk: Desk, tmp_path: Path) -> None:
    desk.file(1)
    record = await desk.post_root()
    desk.painter = Painter(tmp_path, module="tests.jobs.no_such_child")
    verdict = await desk.send(desk.sender[Sort.PICTURE], desk.courier(Sort.PICTURE, record))
    assert (verdict.state, len(desk.messages())) == (State.NEEDLESS, 1)


async def test_a_quiet_day_has_neither_lists_nor_picture(desk: Desk) -> None:
    await desk.post_root()
    record = await desk.post_root()
    for sort in (Sort.DIGEST_DETAIL, Sort.PICTURE):
        assert (await desk.send(desk.sender[sort], desk.courier(sort, record))).state is State.NEEDLESS
    assert ["Nothing changed" in message["text"] for message in desk.messages()] == [False, True]


async def test_without_its_root_message_nothing_follows(desk: Desk) -> None:
    desk.file(20)
    record = desk.issue()
    for sort in (Sort.DIGEST_DETAIL, Sort.PICTURE):
        assert (await desk.send(desk.sender[sort], desk.courier(sort, record))).state is State.NEEDLESS
    assert desk.messages() == []


async def test_an_archived_channel_takes_no_digest_and_is_not_asked_again(desk: Desk) -> None:
    desk.space.state.channels[desk.channel]["is_archived"] = True
    verdict = await desk.send(send_digest, desk.courier(Sort.DIGEST, desk.issue()))
    assert verdict.state is State.DEAD


def test_each_sort_of_a_digest_has_its_sender(tmp_path: Path) -> None:
    assert senders(Painter(tmp_path)).keys() == {Sort.DIGEST, Sort.DIGEST_DETAIL, Sort.PICTURE}
