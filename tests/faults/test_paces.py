import pytest

from tests.faults import paces
from tests.faults.outcome import Row
from tests.faults.stage import Stage


@pytest.mark.postgres
@pytest.mark.parametrize("row", paces.ROWS, ids=str)
async def test_at_its_ci_size(row: Row, stage: Stage) -> None:
    outcome = await row.run(stage, row.small)
    assert outcome.faults() == []
