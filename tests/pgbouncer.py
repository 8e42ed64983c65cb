"""PgBouncer in transaction pooling before a PostgreSQL server: no session outlives a transaction, as in production."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

PORT = 6432  # of a socket in a folder of its own
START = 30.0  # seconds
MISSING = (
    "The tests of the store need PgBouncer: install it (Debian: apt-get install pgbouncer), or name it with "
    "COUNTERSIGN_PGBOUNCER."
)
SETTINGS = """
[databases]
* = host={host} port={port}
[pgbouncer]
pool_mode = transaction
listen_addr =
listen_port = {own_port}
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
default_pool_size = 20
max_client_conn = 500
server_login_retry = 1
logfile = {folder}/log
"""


@contextmanager
def pooled(server: str, *roles: str) -> Iterator[str]:
    """The server's URL, through a pooler. `roles` may log in besides its owner; each one's name is its password."""
    program = os.environ.get("COUNTERSIGN_PGBOUNCER") or shutil.which(
        "pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin"
    )
    if program is None:
        pytest.fail(MISSING)
    url = make_url(server)
    with tempfile.TemporaryDirectory(prefix="countersign-pgb-") as name:
        folder = Path(name)
        host = _host(url)
        settings = SETTINGS.format(host=host, port=url.port or 5432, own_port=PORT, folder=folder)
        (folder / "settings").write_text(settings)
        owner = f'"{url.username or "postgres"}" "{url.password or ""}"'
        (folder / "users").write_text("\n".join([owner, *(f'"{role}" "{role}"' for role in roles)]))
        command = [program, *_as_somebody(folder, host), str(folder / "settings")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _answers(folder, process)
                yield url.set(host=None, port=PORT, query={"host": name}).render_as_string(hide_password=False)
            finally:
                process.terminate()


def _host(url: URL) -> str:
    """A folder where the server's socket is, or a machine."""
    within = url.query.get("host")
    return url.host or (within if isinstance(within, str) else "127.0.0.1")


def _as_somebody(folder: Path, host: str) -> list[str]:
    """It refuses to be root: then it is whoever owns the server's socket."""
    if os.geteuid():
        return []
    somebody = Path(host).owner() if host.startswith("/") else "nobody"
    shutil.chown(folder, somebody)
    for each in folder.iterdir():
        shutil.chown(each, somebody)
    return ["-u", somebody]


def _answers(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as ours:
            if ours.connect_ex(str(folder / f".s.PGSQL.{PORT}")) == 0:
                return
        time.sleep(0.02)
    log = folder / "log"
    raise RuntimeError(f"PgBouncer does not answer: {log.read_text() if log.exists() else 'it wrote no log'}")
