"""What an evaluator drives: any file of reports, on either store."""

import pytest

from tests.bench.suggester import Report, make

ODD: tuple[Report, ...] = (
    {"id": 1, "opened": 1_300_000_000, "title": "Coupon field accepts 300 %", "body": "It should not."},
    {"id": "two", "opened": 1_300_000_000.5, "title": None, "body": "Invoice printed upside down\nsince today"},
    {"id": 3, "opened": 1_300_000_060},
    {"id": 4, "opened": 1_300_000_120, "title": "\0\ud800 Straße\n\tfehlt", "body": None, "component": "a/\0b" * 60},
    {"id": 5, "opened": 1_300_000_180, "title": "x " * 400, "product": 7, "body": "log " * 5_000},
)


def test_odd_reports_are_filed_and_found(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", store_url)
    suggester = make()
    assert suggester.suggest(ODD[0], 5) == []
    for report in ODD:
        suggester.add(report)
    asked = [{**report, "id": f"again {report['id']}", "opened": 1_300_009_000} for report in ODD]
    assert [suggester.suggest(each, 5)[:1] for each in asked] == [[1], ["two"], [3], [4], [5]]
    suggester.mark_duplicate(5, 1)
    suggester.mark_duplicate(1, 5)
    suggester.mark_duplicate("nobody's", 1)
    assert suggester.suggest(asked[4], 5)[:1] == [1]
    suggester.store.close_sync()
