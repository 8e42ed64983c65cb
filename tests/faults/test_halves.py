import pytest

from tests.faults import books, halves
from tests.faults.cases import CASES, asked, dump, without_a_case
from tests.faults.outcome import Row
from tests.faults.stage import Stage


@pytest.mark.postgres
@pytest.mark.parametrize("row", halves.ROWS, ids=str)
async def test_at_its_ci_size(row: Row, stage: Stage) -> None:
    outcome = await row.run(stage, row.small)
    assert outcome.faults() == []


def test_every_use_case_has_one() -> None:
    assert without_a_case() == []


def test_every_case_can_be_done_and_is_known_then(stage: Stage) -> None:
    """The full size fails each of them at every call; here they are only what they say."""
    with books.opened(stage.sqlite()) as store:
        for kind in CASES:
            act = asked(halves.workspace_in(store), kind)
            before = dump(act.shop)
            act.act()
            assert dump(act.shop) != before, kind
            assert act.is_known(), kind
