"""The account of a release as percent: what is said of a part, of nothing, and of nearly all."""

import pytest

from bot.domain.leakage import Account, Cell, Share


@pytest.mark.parametrize(
    ("share", "leakage", "removal"),
    [
        (Share(58, 55, 2), 3, 92),
        (Share(0, 0, 0), None, None),
        (Share(0, 0, 3), 100, 0),
        (Share(4, 4, 0), 0, 100),
        (Share(1000, 1000, 1), 1, 99),
        (Share(7, 1, 1), 13, 13),
    ],
)
def test_percent_are_whole_and_nought_and_all_are_only_said_of_none_and_of_all(
    share: Share, leakage: int | None, removal: int | None
) -> None:
    assert (share.leakage, share.removal) == (leakage, removal)


def test_components_that_differ_in_case_alone_are_one() -> None:
    account = Account("2.3", None, (Cell("S1", "Cart", 2, 1), Cell("S2", None, 1, 0)), (Cell("S1", "cart", 1, 0),))
    assert account.components == {"Cart": Share(2, 1, 1), "": Share(1, 0, 0)}
    assert account.severities == {"S1": Share(2, 1, 1), "S2": Share(1, 0, 0)}
