import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from bot.jobs.picture import Painter, PictureFailed
from bot.services.views import BurnDay

DAYS = [BurnDay(date(2026, 11, 20), 3, 1, 0, 2), BurnDay(date(2026, 11, 21), 4, 2, 1, 2)]


@pytest.fixture
def misbehaving(tmp_path: Path) -> Painter:
    return Painter(tmp_path, deadline=10, module="tests.jobs.bad_children")


async def test_a_child_draws_the_burn_up(tmp_path: Path) -> None:
    png = await Painter(tmp_path).burn_up("2.4", date(2026, 12, 18), DAYS)
    assert png.startswith(b"\x89PNG")
    assert len(png) > 10_000


def test_the_serving_process_never_imports_the_plotting_library(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys, datetime, pathlib\n"
        "from bot.jobs.picture import Painter\n"
        "from bot.services.views import BurnDay\n"
        "day = BurnDay(datetime.date(2026, 11, 20), 3, 1, 0, 2)\n"
        f"png = asyncio.run(Painter(pathlib.Path({str(tmp_path)!r})).burn_up('2.4', None, [day]))\n"
        "assert png.startswith(b'\\x89PNG')\n"
        "print(*(name for name in sys.modules if name.partition('.')[0] in ('matplotlib', 'numpy', 'PIL')))\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""


async def test_a_child_that_hangs_is_ended_at_the_deadline(tmp_path: Path) -> None:
    painter = Painter(tmp_path, deadline=0.5, module="tests.jobs.bad_children")
    began = time.monotonic()
    with pytest.raises(PictureFailed, match=r"longer than 0\.5 s"):
        await painter.burn_up("hangs", None, DAYS)
    assert time.monotonic() - began < 30


async def test_a_cancelled_wish_leaves_no_child_behind(tmp_path: Path) -> None:
    painter = Painter(tmp_path, module="tests.jobs.bad_children")
    wish = asyncio.create_task(painter.burn_up("hangs", None, DAYS))
    async with asyncio.timeout(20):
        while not (number := child_of(tmp_path)):  # noqa: ASYNC110 - the child tells by a file
            await asyncio.sleep(0.01)
    os.kill(number, 0)
    wish.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wish
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def child_of(cache_dir: Path) -> int:
    """The process id that the hanging child wrote down, 0 before it did."""
    written = cache_dir / "pid"
    return int(written.read_text() or 0) if written.exists() else 0


async def test_a_child_that_fails_is_told_by_its_last_line(misbehaving: Painter) -> None:
    with pytest.raises(PictureFailed, match="ended with 1: RuntimeError: no font"):
        await misbehaving.burn_up("raises", None, DAYS)


async def test_a_child_that_takes_too_much_memory_fails_alone(misbehaving: Painter) -> None:
    with pytest.raises(PictureFailed, match="MemoryError"):
        await misbehaving.burn_up("greedy", None, DAYS)


async def test_what_is_no_picture_is_refused(misbehaving: Painter) -> None:
    with pytest.raises(PictureFailed, match="13 bytes came that are no picture"):
        await misbehaving.burn_up("chatters", None, DAYS)


async def test_nothing_to_draw_starts_no_child(misbehaving: Painter) -> None:
    with pytest.raises(PictureFailed, match="no day to draw"):
        await misbehaving.burn_up("2.4", None, [])


async def test_the_child_gets_no_setting_of_ours(misbehaving: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary")
    monkeypatch.setenv("COUNTERSIGN_ENCRYPTION_KEYS", "canary")
    names = json.loads((await misbehaving.burn_up("tells", None, DAYS)).removeprefix(b"\x89PNG"))
    assert "MPLCONFIGDIR" in names
    assert not [name for name in names if name.startswith(("SLACK_", "COUNTERSIGN_"))]
