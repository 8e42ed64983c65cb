"""Reports as test runners wrote them (samples/, see its README), and what nobody should send."""

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.results import BAD, Execution, Outcome, settled, tally
from bot.ingest.executions import Unreadable, packed, portions, unpacked
from bot.ingest.junit import LIMIT, MOST, read_junit

SAMPLES = Path(__file__).parent / "samples"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]><testsuite><testcase name="&l9;"/></testsuite>'.encode()


def sample(name: str) -> list[Execution]:
    return read_junit((SAMPLES / f"{name}.xml").read_bytes())


def suite(*cases: str) -> bytes:
    return f"<testsuite>{''.join(cases)}</testsuite>".encode()


def outcomes(executions: list[Execution]) -> dict[str, str]:
    return {each.case: each.outcome.value for each in executions}


@pytest.mark.parametrize(
    ("runner", "found"),
    [
        (
            "pytest",
            {
                "test_cart.TestCart::test_adds_up[1]": "passed",
                "test_cart.TestCart::test_adds_up[2]": "passed",
                "test_cart.TestCart::test_rounds_each_line": "failed",
                "test_cart.TestCart::test_shows_other_currencies": "skipped",
                "test_cart.TestCart::test_breaks_before_it_begins": "error",
            },
        ),
        (
            "jest",
            {
                "Cart total adds up": "passed",
                "Cart total rounds each line TC-7": "failed",
                "Cart total shows other currencies": "skipped",
                "Cart total survives an empty cart": "failed",
            },
        ),
        (
            "mocha",
            {
                "Cart total adds up": "passed",
                "Cart total rounds each line": "failed",
                "Cart total survives an empty cart": "failed",
            },
        ),
        (
            "playwright",
            {
                "cart.spec.js::Cart total › adds up": "passed",
                "cart.spec.js::Cart total › rounds each line": "failed",
                "cart.spec.js::Cart total › shows other currencies": "skipped",
                "cart.spec.js::Cart total › is flaky": "passed",
            },
        ),
        ("node", {"test::adds up": "passed", "test::rounds": "failed", "test::later": "skipped"}),
        (
            "surefire",
            {
                "shop.CartTest::addsUp": "passed",
                "shop.CartTest::roundsEachLine_TC_7": "failed",
                "shop.CartTest::showsOtherCurrencies": "skipped",
                "shop.CartTest::survivesAnEmptyCart": "error",
                "shop.CartTest::isFlaky": "passed",
            },
        ),
        (
            "gotestsum",
            {
                "example.com/shop/cart::TestAddsUp": "passed",
                "example.com/shop/cart::TestAddsUp/small": "passed",
                "example.com/shop/cart::TestAddsUp/large_sums": "passed",
                "example.com/shop/cart::TestRoundsEachLine": "failed",
                "example.com/shop/cart::TestRoundsEachLine/TC-7": "failed",
                "example.com/shop/cart::TestShowsOtherCurrencies": "skipped",
                "example.com/shop/cart::TestSurvivesAnEmptyCart": "failed",
                "example.com/shop/cart::TestIsFlaky": "passed",
            },
        ),
    ],
)
def test_what_each_runner_writes_is_read(runner: str, found: dict[str, str]) -> None:
    assert outcomes(sample(runner)) == found


@pytest.mark.parametrize("runner", ["pytest", "jest", "surefire", "gotestsum"])
def test_a_test_names_its_test_case_by_a_property_or_in_its_name(runner: str) -> None:
    assert next(each.key for each in sample(runner) if each.outcome is Outcome.FAILED) == "TC-7"


RUNNERS = ["pytest", "jest", "mocha", "playwright", "node", "surefire", "gotestsum"]


@pytest.mark.parametrize("runner", RUNNERS)
def test_what_is_not_passed_says_why(runner: str) -> None:
    assert all(each.message for each in sample(runner) if each.outcome in BAD)


@pytest.mark.parametrize("runner", ["playwright", "surefire", "gotestsum"])
def test_what_a_runner_ran_again_until_it_passed_is_no_failure(runner: str) -> None:
    again = [each for each in sample(runner) if each.case.lower().replace(" ", "").endswith("isflaky")]
    assert [each.outcome for each in again] == [Outcome.PASSED]


def test_what_go_prints_around_an_error_is_no_part_of_it() -> None:
    said = {each.case.rpartition("::")[2]: each.message for each in sample("gotestsum")}
    assert said["TestSurvivesAnEmptyCart"] == 'cart_test.go:44: no price of "tea" among 0'
    assert said["TestShowsOtherCurrencies"] == "cart_test.go:31: only euros yet"
    assert said["TestRoundsEachLine"] == "Failed"  # that one of its parts did


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("rounds TC-7", "TC-7"),
        ("test_tc_7_rounds", "TC-7"),
        ("roundsEachLine_TC_7", "TC-7"),
        ("ETC_7", None),
        ("TC_7th", None),
        ("TC_0", None),
    ],
)
def test_a_key_in_a_name_may_be_written_as_an_identifier(name: str, key: str | None) -> None:
    (read,) = read_junit(suite(f'<testcase name="{name}"/>'))
    assert read.key == key


def test_a_test_that_passes_when_run_again_is_flaky() -> None:
    again = suite(
        '<testcase name="a"><failure message="x"/></testcase>',
        '<testcase name="b"><flakyFailure message="once"/></testcase>',
        '<testcase name="a"/>',
        '<testcase name="c"/>',
        '<testcase name="c"><failure message="y"/></testcase>',
    )
    found = {each.case: (each.outcome.value, each.flaky) for each in read_junit(again)}
    assert found == {"a": ("passed", True), "b": ("passed", True), "c": ("failed", False)}


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (b"", "no XML"),
        (b"<testsuite><testcase name='a'>", "line 1, column"),
        (b"PASS 3 tests", "no XML"),
        (b"<testsuite/>", "no <testcase>"),
        (suite("<testcase/>"), "without a name"),
        (b'<?xml version="1.0" encoding="klingon"?><testsuite/>', "cannot be read|no XML"),
        (b'<!DOCTYPE x [<!ENTITY a "aa">]><testsuite><testcase name="&a;"/></testsuite>', "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite><testcase name="a"/></testsuite>', "document type"),
        (b" " * (LIMIT + 1), "10 MiB"),
        (suite(*('<testcase name="a"/>',) * (MOST + 1)), "50,000"),
        (zlib.compress(b"<testsuite/>"), "no XML"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(report: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_junit(report)


def test_a_billion_laughs_are_not_laughed() -> None:
    with pytest.raises(Unreadable, match="document type"):
        read_junit(BOMB)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_report_says_how_it_is_encoded(encoding: str) -> None:
    report = f'<?xml version="1.0" encoding="{encoding}"?><testsuite><testcase name="größer"/></testsuite>'
    assert read_junit(report.encode(encoding))[0].case == "größer"


EXECUTIONS = st.lists(
    st.builds(
        Execution,
        case=st.sampled_from("abc"),
        outcome=st.sampled_from(list(Outcome)),
        seconds=st.floats(0, 9),
        message=st.text(max_size=3),
        key=st.sampled_from([None, "TC-1"]),
        flaky=st.booleans(),
    )
)


@given(EXECUTIONS)
def test_each_case_counts_once_with_its_last_outcome(executions: list[Execution]) -> None:
    found = settled(executions)
    last = {each.case: each.outcome for each in executions}
    assert {each.case: each.outcome for each in found} == last
    assert tally(found).all == len(last)
    assert all(each.outcome is Outcome.PASSED for each in found if each.flaky and each not in executions)


@given(EXECUTIONS)
def test_nothing_is_lost_on_the_way_from_the_child(executions: list[Execution]) -> None:
    assert [unpacked(packed(each)) for portion in portions(executions) for each in portion] == executions
