import pytest

from tests.faults import outbox
from tests.faults.outcome import Row
from tests.faults.stage import Stage


@pytest.mark.parametrize("row", outbox.ROWS, ids=str)
async def test_at_its_ci_size(row: Row, stage: Stage) -> None:
    outcome = await row.run(stage, row.small)
    assert outcome.faults() == []


def test_what_stands_on_a_lost_message_is_lost_with_it_and_nothing_else() -> None:
    root = "shop-defects: *Release 2.4: UNDEFINED* · 25 days left"
    reply = "shop-defects under *Release 2.4: UNDEFINED* · 25 days left: "
    assert outbox.stands_on(reply, root)
    assert outbox.stands_on(f"{reply}file burn-up.png at ", reply)
    assert outbox.stands_on("shop-defects: :eyes: at Card: declined", "shop-defects: Card: declined")
    for other in ("general: *Release 2.4: UNDEFINED* · 25 days left", "shop-defects: Card", reply):
        assert not outbox.stands_on(reply, other)
    assert not outbox.stands_on(root, reply)
    assert not outbox.stands_on("shop-defects: DEF-2 Total wraps", "shop-defects: DEF-1 Card")
