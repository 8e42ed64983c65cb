"""`countersign` as a process of its own, as a person starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START = 60.0  # seconds until it must have said where it is; a busy machine imports slowly
END = 20.0  # seconds until it must have gone
MINE = ("SLACK_", "COUNTERSIGN_")  # what the one who runs the tests has set is not meant for them


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(MINE)}
    return kept | {"COUNTERSIGN_DATA_DIR": str(folder)}


@dataclass
class Started:
    process: subprocess.Popen[str]

    def line(self, within: float = START) -> str:
        """The next one of stdout, without its end; empty when it ended instead."""
        assert self.process.stdout is not None
        late = threading.Timer(within, self.process.kill)
        late.start()
        try:
            return self.process.stdout.readline().rstrip("\n")
        finally:
            late.cancel()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Its exit code, and what it still said on stdout and on stderr."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.end()

    def end(self, within: float = END) -> tuple[int, str, str]:
        """Without being told to."""
        out, err = self.process.communicate(timeout=within)
        return self.process.returncode, out, err


@contextmanager
def started(folder: Path, *words: str) -> Iterator[Started]:
    """`folder`: its data directory. It is gone when the block ends, whatever it does; what it still said is printed, so
    that pytest shows it beside a failure."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *words],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield Started(process)
    finally:
        _gone(process)


def _gone(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(END)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None and not pipe.closed:
            print(pipe.read(), end="", file=sys.stderr)
            pipe.close()


@contextmanager
def sandbox_process(folder: Path, *words: str) -> Iterator[dict[str, str]]:
    """The whole product; what `--json` says of it."""
    with started(folder, "sandbox", "--port", "0", "--no-browser", "--json", *words) as running:
        line = running.line()
        assert line, running.end()
        told: dict[str, str] = json.loads(line)
        yield told
