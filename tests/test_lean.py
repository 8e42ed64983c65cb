"""What a serving process does without."""

import json
import subprocess
import sys
from pathlib import Path

# As `countersign serve` begins: its modules in its order, a store that is up to date.
_START = """
import json, sys
from bot.commandline.migrate import bring_up
from bot.commandline.failures import explained
from bot.config import Settings
from bot import logs
with explained():
    bring_up(Settings(database_url=sys.argv[1]))
import bot.app
print(json.dumps(sorted(sys.modules)))
import rich, watchfiles
"""
NEEDLESS = {
    *("alembic", "mako", "rich", "pygments", "watchfiles", "matplotlib", "yaml"),
    *("psycopg", "sqlalchemy.dialects.postgresql"),
}


def test_serving_a_store_that_is_up_to_date_loads_nothing_that_it_does_not_use(sqlite_url: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _START, sqlite_url],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    # What was hidden can still be imported by whoever wants it, at the end.
    assert told.returncode == 0, told.stderr
    loaded = set(json.loads(told.stdout))
    assert {"structlog", "uvicorn", "sqlalchemy"} <= loaded
    assert loaded & NEEDLESS == set()
