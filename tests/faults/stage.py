"""Where a row is played: a folder of its own, and as many stores as it asks for."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0  # seconds that a condition may take; a machine may be busy


@dataclass(frozen=True)
class Stage:
    """`template`: a migrated SQLite file. `postgres()`: a migrated PostgreSQL database that ends with its block."""

    folder: Path
    template: Path
    postgres: Callable[[], AbstractContextManager[str]]

    def room(self) -> Path:
        """A new folder."""
        made = self.folder / uuid.uuid4().hex
        made.mkdir()
        return made

    def sqlite(self, folder: Path | None = None) -> str:
        """The URL of a migrated, empty store, in `folder` or in a room of its own."""
        path = (folder or self.room()) / "countersign.db"
        path.write_bytes(self.template.read_bytes())
        return f"sqlite:///{path}"


async def until(
    condition: Callable[[], Awaitable[object]], why: str, patience: float = PATIENCE, pause: float = 0.05
) -> None:
    """Asks again and again. Raises TimeoutError with `why` after `patience` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while not await condition():
        if loop.time() > end:
            raise TimeoutError(f"not within {patience:g} s: {why}")
        await asyncio.sleep(pause)
