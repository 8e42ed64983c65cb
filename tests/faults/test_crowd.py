import pytest

from tests.faults import crowd
from tests.faults.outcome import Row
from tests.faults.stage import Stage


@pytest.mark.parametrize("row", crowd.ROWS, ids=str)
async def test_at_its_ci_size(row: Row, stage: Stage) -> None:
    outcome = await row.run(stage, row.small)
    assert outcome.faults() == []
