"""The first defects of each real history at hand; the whole of a file by `python -m tests.replay`."""

import os
from pathlib import Path

import pytest

from tests.replay.__main__ import replay
from tests.replay.history import read

DATA = Path(os.environ.get("COUNTERSIGN_HISTORIES", Path(__file__).parents[3] / "shared" / "data"))
FIRST = 300
# Of each history, so that there are two hundred in all.
INSTANTS = 67


@pytest.mark.skipif(not DATA.is_dir(), reason="no histories at hand; COUNTERSIGN_HISTORIES names their folder")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["xamarin", "eclipse_pde", "mozilla_bugzilla"])
async def test_the_first_defects_of_a_real_history_end_as_it_says(name: str, sqlite_url: str, tmp_path: Path) -> None:
    titles = DATA / f"{name}_titles.csv.gz"
    history = read(DATA / f"{name}_events.csv.gz", titles if titles.exists() else None, FIRST)
    report, lines = await replay(history, sqlite_url, tmp_path, INSTANTS)
    assert (report.total, report.instants.stored) == (FIRST, INSTANTS)
    assert len(report.instants.verdicts) > 1
    assert report.good, "\n".join(lines)
