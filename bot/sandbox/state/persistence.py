"""A workspace in one JSON file, replaced in one step, and the bytes of its files in a folder beside it."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from bot.sandbox.errors import StateUnreadable
from bot.sandbox.state.model import State

PAUSE = 0.2  # seconds


class Disk:
    """`path=None` keeps everything in memory. Only the owner may read the file: it holds tokens. A half-written one
    can never be read back: the new text is written and flushed beside the old one and then takes its name."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._waiting: asyncio.TimerHandle | None = None
        self._blobs: dict[str, bytes] = {}

    @property
    def folder(self) -> Path | None:
        return None if self.path is None else self.path.with_suffix(".files")

    def load(self) -> State | None:
        """Raises StateUnreadable."""
        if self.path is None or not self.path.exists():
            return None
        try:
            return State.load(json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, AttributeError, TypeError) as broken:
            raise StateUnreadable(self.path, broken) from broken

    def save(self, state: State) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            json.dump(state.dump(), handle, ensure_ascii=False)
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(self.path)

    def close(self, state: State) -> None:
        """Writes what waits to be written."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        self.save(state)

    def later(self, state: State) -> None:
        """Soon, once for many changes; at once where no loop runs."""
        if self.path is None or self._waiting is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.save(state)
            return
        self._waiting = loop.call_later(PAUSE, self._now, state)

    def _now(self, state: State) -> None:
        self._waiting = None
        self.save(state)

    def put_blob(self, name: str, content: bytes) -> None:
        if self.folder is None:
            self._blobs[name] = content
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(content)

    def blob(self, name: str) -> bytes:
        """Raises KeyError when nothing was ever uploaded under that name."""
        if self.folder is None:
            return self._blobs[name]
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError as missing:
            raise KeyError(name) from missing

    def forget(self) -> None:
        """Removes what an earlier run left."""
        self._blobs.clear()
        if self.path is not None:
            self.path.unlink(missing_ok=True)
        if self.folder is not None and self.folder.exists():
            for left in self.folder.iterdir():
                left.unlink()
