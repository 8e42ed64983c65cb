"""The disk is full: at every page that a use case writes, and under a process that serves."""

from __future__ import annotations

import asyncio
import errno
import itertools
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection

from storage.database import Store
from tests.faults import books
from tests.faults.cases import Attempt, asked, chosen, without_a_case
from tests.faults.halves import workspace_in
from tests.faults.history import History, Seen
from tests.faults.outcome import Outcome, Row
from tests.faults.people import types
from tests.faults.serving import Bot, Shop, bots, shop
from tests.faults.stage import Stage

ALL = 1_000  # no fewer than there are use cases
PAGE = 4096  # bytes
MEGABYTES = 24
CHANNELS = 24
AT_ONCE = 4  # people who type while the disk is full


class Disk:
    """A small file system, and a file in it that takes the room away."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ballast = root / "ballast"

    def fill(self, leave: int) -> None:
        """All but `leave` pages, whatever others write meanwhile."""
        while not self._filled(leave):
            pass

    def _filled(self, leave: int) -> bool:
        free = os.statvfs(self.root)
        pages = free.f_bavail * free.f_frsize // PAGE - leave
        with self._ballast.open("ab") as ballast:
            size = ballast.tell()
            if pages <= 0:
                ballast.truncate(max(0, size + pages * PAGE))
                return True
            try:
                os.posix_fallocate(ballast.fileno(), size, pages * PAGE)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                return False
            return True

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    @contextmanager
    def nearly_full(self, leave: int) -> Iterator[None]:
        self.fill(leave)
        yield


@contextmanager
def small_disk(stage: Stage) -> Iterator[Disk | None]:
    """None where this user may not mount one."""
    root = stage.room()
    command = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "countersign-faults", str(root)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield Disk(root) if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(root)], check=False)


async def every_write(stage: Stage, size: int) -> Outcome:
    """`size` use cases, with SQLite's own limit of pages and, where one can be mounted, on a disk that is full."""
    outcome = Outcome(0)
    with small_disk(stage) as disk:
        await asyncio.to_thread(_limited, stage, size, outcome)
        if disk is not None:
            await asyncio.to_thread(_filled, stage, disk, size, outcome)
        outcome.notes.append(f"{len(chosen(size))} use cases, {'a real disk too' if disk else 'by max_page_count'}")
    outcome.check(size < ALL or not without_a_case(), f"no case for {without_a_case()}")
    return outcome


def _limited(stage: Stage, size: int, outcome: Outcome) -> None:
    for kind in chosen(size):
        with books.opened(stage.sqlite()) as store:
            _until_done(store, kind, lambda leave, store=store: _pages(store, leave), outcome)  # type: ignore[misc]


def _filled(stage: Stage, disk: Disk, size: int, outcome: Outcome) -> None:
    for kind in chosen(size):
        folder = disk.root / uuid4().hex
        folder.mkdir()
        with books.opened(stage.sqlite(folder)) as store:
            _until_done(store, kind, disk.nearly_full, outcome)
        disk.free()
        shutil.rmtree(folder)


def _until_done(
    store: Store, kind: type, room: Callable[[int], AbstractContextManager[None]], outcome: Outcome
) -> None:
    """One page more for each attempt, until there is room for all that it writes."""
    attempt = Attempt(asked(workspace_in(store), kind), outcome)
    for leave in itertools.count():
        if attempt.under(room(leave)):
            break
        outcome.injected += 1
    with room(1_000):
        attempt.is_sound()


@contextmanager
def _pages(store: Store, leave: int) -> Iterator[None]:
    """SQLite itself refuses the page after these."""

    def limit(connection: Connection) -> None:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={used + leave}").scalar()

    store.run_sync(limit)
    yield


async def serving(stage: Stage, size: int) -> Outcome:
    """`size` times a day: nobody is told that something was saved, `/readyz` says why, and with room all goes on."""
    outcome, filings, folder = Outcome(0), History(), stage.room()
    with small_disk(stage) as disk:
        url = stage.sqlite(disk.root if disk else folder)
        async with shop(CHANNELS) as town, bots(town, folder, url) as (bot,):
            for number in range(size):
                await _a_full_hour(town, bot, disk, number, filings, outcome)
            # Room that is left inside of the files takes hundreds of cards, and each channel one in a second.
            await books.drained(url, 1_200)
            outcome.findings += filings.compare(books.filed(url, town.space.team_id))
            outcome.findings += filings.compare(books.cards(town.space))
            outcome.findings += books.spoken(url, town.space)
            outcome.wrong += books.unsound(url, town.space.team_id)
    refused = filings.count(Seen.FAILED)
    outcome.check(refused, "nobody was ever told that nothing was saved")
    outcome.notes.append(f"{filings.count(Seen.OK)} saved, {refused} refused")
    return outcome


async def _a_full_hour(
    town: Shop, bot: Bot, disk: Disk | None, number: int, filings: History, outcome: Outcome
) -> None:
    await types(town, number, f"before {number}", filings)
    with _no_room(bot, disk):
        # What is still free inside of the file is used up first.
        for attempt in range(1_000):
            names = [f"full {number}.{attempt}.{each}" for each in range(AT_ONCE)]
            await asyncio.gather(
                *(types(town, attempt * AT_ONCE + place, name, filings) for place, name in enumerate(names))
            )
            if all(filings.operations[name].seen is Seen.FAILED for name in names):
                break
        outcome.injected += 1
        status, body = await bot.asked("/readyz")
        reasons = {check["name"]: check["reason"] for check in body.get("checks", ()) if not check["ok"]}
        outcome.check(status == 503 and "StoreUnavailable" in reasons.get("store", ""), f"full: {status} {body}")
        outcome.check((await bot.asked("/healthz"))[0] == 200, "it is alive, and /healthz says otherwise")
    after = f"after {number}"
    await types(town, number, after, filings)
    outcome.check(filings.operations[after].seen is Seen.OK, "there is room again, and it was not saved")
    status, body = await bot.asked("/readyz")
    outcome.check(status == 200, f"there is room again: {status} {body}")


@contextmanager
def _no_room(bot: Bot, disk: Disk | None) -> Iterator[None]:
    """A full disk; where none can be mounted, a limit on the size of every file that the process writes."""
    assert bot.process is not None
    database = Path(bot.database.removeprefix("sqlite:///"))
    if disk is not None:
        disk.fill(0)
        yield
        disk.free()
        return
    hard = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)[1]
    size = database.with_name(f"{database.name}-wal").stat().st_size
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


ROWS = (
    Row("full-disk", "no room for the n-th page of a use case, for every n", every_write, 2, ALL),
    Row("full-disk-serving", "no room while people act", serving, 1, 50),
)
