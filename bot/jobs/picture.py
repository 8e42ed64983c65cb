"""Has pictures drawn by child processes: few at once, within a time, without our settings in their environment."""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bot.charts.numbers import BurnUp, Day
from bot.services.views import BurnDay

DEADLINE = 20.0  # seconds for one picture
AT_ONCE = 1  # at nine o'clock every digest wants one, and none waits for it
LARGEST = 1 << 20  # bytes; a usual one has 80 KiB
ROOT = Path(__file__).resolve().parents[2]


class PictureFailed(Exception):
    """No picture: the child failed, took too long or wrote something else. The digest goes without."""


class Painter:
    """`cache_dir`: where the plotting library keeps its list of fonts, so that only the first picture is slow."""

    def __init__(self, cache_dir: Path, *, deadline: float = DEADLINE, module: str = "bot.charts.burnup") -> None:
        self._cache_dir = cache_dir
        self._deadline = deadline
        self._module = module
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def burn_up(self, release: str, ships: date | None, days: Sequence[BurnDay]) -> bytes:
        """The burn-up as a PNG. Raises PictureFailed, also when there is no day to draw."""
        if not days:
            raise PictureFailed("there is no day to draw")
        drawn = tuple(Day(day.day, day.filed, day.fixed, day.verified, day.open) for day in days)
        async with self._turn:
            png = await self._child(BurnUp(release, ships, drawn).to_json())
        if not png.startswith(b"\x89PNG") or len(png) > LARGEST:
            raise PictureFailed(f"{len(png)} bytes came that are no picture, or too many")
        return png

    async def _child(self, numbers: bytes) -> bytes:
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module, stdin=pipe, stdout=pipe, stderr=pipe, env=self._environment()
        )
        try:
            async with asyncio.timeout(self._deadline):
                png, said = await child.communicate(numbers)
        except TimeoutError:
            raise PictureFailed(f"it took longer than {self._deadline:g} s") from None
        finally:
            # Also when our own task is cancelled: no child outlives the wish for its picture.
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode != 0:
            raise PictureFailed(f"the child ended with {child.returncode}: {_last_line(said)}")
        return png

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "COUNTERSIGN_"))}
        return kept | {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH")))),
            "MPLCONFIGDIR": str(self._cache_dir),
            "OPENBLAS_NUM_THREADS": "1",  # each of its threads reserves memory that nothing here needs
        }


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "no word"
