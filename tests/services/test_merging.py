"""What a duplicate brings to its original, and what it takes along when it is none after all."""

from typing import Any

import pytest

from bot.domain.events import Kind
from bot.domain.values import Resolution, Severity, Surface
from bot.services import requests as ask
from bot.services.views import DefectView
from tests.services.acting import ANA, CHANNEL, DEVON, OMAR, RUTH, TESS, Shop

FILE = ask.FileRef("F1", "cart.png", "image/png", 10, "https://acme.slack.com/files/F1")


def reported(shop: Shop, by: str, message: str, **values: Any) -> str:
    """Filed from a message of its own, with a file."""
    link = f"https://acme.slack.com/archives/{CHANNEL}/p{message}"
    evidence = ask.Evidence(CHANNEL, message, author=by, text=f"words of {message}", permalink=link, files=(FILE,))
    request = ask.FileDefect("Cart total is wrong", evidence=(evidence,), in_thread=True, **values)
    key: str = shop.do(request, by, Surface.SHORTCUT).defect.key
    return key


def merge(shop: Shop, key: str, original: str, by: str = OMAR) -> None:
    shop.do(ask.Resolve(key, Resolution.DUPLICATE, original), by)


def seen(shop: Shop, key: str) -> DefectView:
    return shop.workspace.ask(lambda questions: questions.defect(key))


def messages(shop: Shop, key: str) -> list[str]:
    return [item.message_ts for item in seen(shop, key).evidence]


def whole(shop: Shop, key: str) -> tuple[Any, ...]:
    view = seen(shop, key)
    return view.defect.occurrences, view.defect.reporters, view.defect.severity, view.links, messages(shop, key)


@pytest.fixture
def original(shop: Shop) -> str:
    return reported(shop, TESS, "60.1", severity=Severity.S3, requirements=("REQ-1",))


@pytest.fixture
def key(shop: Shop) -> str:
    return reported(shop, ANA, "60.2", severity=Severity.S1, requirements=("REQ-1", "REQ-7"))


def test_it_brings_evidence_reporter_links_and_the_higher_severity_an_event_each(
    shop: Shop, original: str, key: str
) -> None:
    before = len(shop.events(original))
    merge(shop, key, original)
    assert whole(shop, original) == (2, (TESS, ANA), Severity.S1, ("REQ-1", "REQ-7"), ["60.1", "60.2"])
    assert shop.kinds(original)[before:] == [
        Kind.FOLLOWERS_CHANGED,
        Kind.SEVERITY_CARRIED,
        Kind.EVIDENCE_ADDED,
        Kind.LINKS_CARRIED,
    ]
    assert {entry.event.facts["cause"] for entry in shop.events(original)[before:]} == {key}
    assert whole(shop, key) == (1, (ANA,), Severity.S1, ("REQ-1", "REQ-7"), ["60.2"])
    carried = seen(shop, original).evidence[-1]
    assert (carried.text, carried.author, carried.files) == (None, ANA, (FILE,))


def test_the_thread_of_the_original_says_so_once_and_notifies_nobody(shop: Shop, original: str, key: str) -> None:
    shop.said()
    merge(shop, key, original)
    rows = [row for row in shop.said() if row.body.get("defect_id") == shop.defect(original).id]
    assert sorted(row.sort for row in rows) == ["card", "line"]
    (line,) = (row for row in rows if row.sort == "line")
    assert line.line == ("followers", None)
    facts = {name: line.body["facts"].get(name) for name in ("duplicate", "joined", "evidence", "targets", "severity")}
    assert facts == {"duplicate": key, "joined": True, "evidence": 1, "targets": "REQ-7", "severity": "S1"}


def test_it_says_so_there_also_when_it_was_typed_in_the_thread_of_the_duplicate(
    shop: Shop, original: str, key: str
) -> None:
    shop.said()
    shop.do(ask.Resolve(key, Resolution.DUPLICATE, original), OMAR, Surface.THREAD)
    assert [line for line, _ in shop.lines()].count("followers") == 1


def test_undo_gives_both_back_what_they_had(shop: Shop, original: str, key: str) -> None:
    before = [whole(shop, each) for each in (original, key)]
    merge(shop, key, original)
    shop.said()
    shop.do(ask.Undo(), OMAR)
    assert [whole(shop, each) for each in (original, key)] == before
    assert (shop.status(key), shop.defect(key).duplicate_of) == ("new", None)
    assert shop.kinds(original)[-4:] == [
        Kind.FOLLOWERS_CHANGED,
        Kind.SEVERITY_CARRIED,
        Kind.EVIDENCE_REMOVED,
        Kind.LINKS_CARRIED,
    ]
    assert sorted(line for line, _ in shop.lines()) == ["followers", "undone"]


def test_reopening_it_does_too_and_undoing_that_brings_all_of_it_again(shop: Shop, original: str, key: str) -> None:
    apart = whole(shop, original)
    merge(shop, key, original)
    together = whole(shop, original)
    shop.do(ask.Reopen(key, "another one"), ANA)
    assert whole(shop, original) == apart
    shop.do(ask.Undo(key), ANA)
    assert whole(shop, original) == together


def test_what_two_brought_stays_as_long_as_one_of_them_does(shop: Shop, original: str, key: str) -> None:
    other = reported(shop, ANA, "60.2", severity=Severity.S1, requirements=("REQ-7",))
    for each in (key, other):
        merge(shop, each, original)
    assert whole(shop, original)[0] == 3
    shop.do(ask.Reopen(key, "another one"), OMAR)
    assert whole(shop, original) == (2, (TESS, ANA), Severity.S1, ("REQ-1", "REQ-7"), ["60.1", "60.2"])
    shop.do(ask.Reopen(other, "another one"), OMAR)
    assert whole(shop, original) == (1, (TESS,), Severity.S3, ("REQ-1",), ["60.1"])


def test_what_came_to_it_meanwhile_stays_when_the_duplicate_goes(shop: Shop, original: str, key: str) -> None:
    merge(shop, key, original)
    shop.do(ask.SameAs(original, (ask.Evidence(CHANNEL, "60.9"),)), ANA)
    shop.do(ask.Undo(key), OMAR)
    assert whole(shop, original) == (2, (TESS, ANA), Severity.S3, ("REQ-1",), ["60.1", "60.9"])


def test_a_severity_that_somebody_decided_on_since_stays(shop: Shop, original: str, key: str) -> None:
    merge(shop, key, original)
    shop.do(ask.Edit(original, severity=Severity.S2), RUTH)
    shop.do(ask.Reopen(key, "another one"), OMAR)
    assert shop.defect(original).severity is Severity.S2


def test_a_lower_severity_changes_nothing(shop: Shop, key: str) -> None:
    lower = reported(shop, TESS, "60.3", severity=Severity.S4)
    merge(shop, lower, key)
    assert shop.defect(key).severity is Severity.S1
    assert Kind.SEVERITY_CARRIED not in shop.kinds(key)


def test_a_chain_brings_everything_to_its_end_and_takes_it_back_from_there(shop: Shop, original: str, key: str) -> None:
    last = reported(shop, DEVON, "60.4", severity=Severity.S4, requirements=("REQ-9",))
    alone = whole(shop, last)
    merge(shop, key, original)
    merge(shop, original, last)
    links = ("REQ-1", "REQ-7", "REQ-9")
    assert whole(shop, last) == (3, (DEVON, TESS, ANA), Severity.S1, links, ["60.4", "60.1", "60.2"])
    shop.said()
    shop.do(ask.Reopen(key, "another one"), OMAR)
    assert whole(shop, last) == (2, (DEVON, TESS), Severity.S3, ("REQ-1", "REQ-9"), ["60.4", "60.1"])
    assert [line for line, _ in shop.lines()].count("followers") == 1
    shop.do(ask.Reopen(original, "another one"), OMAR)
    assert whole(shop, last) == alone


def test_a_closed_original_gets_everything_but_the_severity(shop: Shop, key: str) -> None:
    closed = shop.closed()
    merge(shop, key, closed)
    view = seen(shop, closed)
    assert (view.defect.occurrences, view.defect.severity, view.links) == (2, Severity.S3, ("REQ-1", "REQ-7"))
    assert (shop.status(closed), shop.status(key)) == ("closed", "closed")
    shop.do(ask.Undo(key), OMAR)
    assert (shop.defect(closed).occurrences, seen(shop, closed).links, shop.status(key)) == (1, (), "new")


def test_an_original_of_another_project_and_release_keeps_its_own(shop: Shop, key: str) -> None:
    shop.plan("2.3")
    shop.do(ask.SetUp("C2", "PAY"), RUTH)
    original: str = shop.do(ask.FileDefect("Payment twice", home="C2", project="PAY"), TESS).defect.key
    merge(shop, key, original)
    view = seen(shop, original)
    assert (view.project.prefix, view.release, messages(shop, original)) == ("PAY", None, ["60.2"])


def test_who_changed_the_original_before_can_still_undo_that_unless_the_severity_moved(
    shop: Shop, original: str
) -> None:
    same = reported(shop, ANA, "60.2", severity=Severity.S3, requirements=("REQ-7",))
    shop.do(ask.Claim(original), DEVON)
    merge(shop, same, original)
    shop.do(ask.Undo(original), DEVON)
    assert shop.defect(original).owner is None
    assert shop.defect(original).occurrences == 2
