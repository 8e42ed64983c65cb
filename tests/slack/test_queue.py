from datetime import timedelta

from bot.domain.events import Logged
from bot.services.views import DefectView
from bot.slack import help as helping
from bot.slack import queue as listing
from bot.slack.history import history
from bot.slack.home import home_view
from bot.slack.ids import Act, decode
from bot.slack.limits import check
from bot.slack.queue import Listing, Reader
from tests.domain.defects import DEVON, MONDAY, OMAR, TESS, filed
from tests.slack import showing
from tests.slack.showing import NAMES, outline, view

SINCE = "since <!date^{}^{{date_short_pretty}} {{time}}|2026-11-23 09:0{} UTC>"


def since(minute: int) -> str:
    return SINCE.format(int((MONDAY + timedelta(minutes=minute)).timestamp()), minute)


def reader(person: str) -> Reader:
    return Reader(person, NAMES)


def many(number: int) -> list[DefectView]:
    return [view(filed(id=f"d-{n}", key=f"SHOP-{n}", owner=DEVON)) for n in range(1, number + 1)]


def test_the_queue_says_for_each_what_is_awaited_and_offers_it() -> None:
    views = [view(showing.fixed()), view(showing.asked()), view(showing.unreproducible())]
    shown = outline(listing.queue(Listing.WAITS, listing.cut(views, 0), reader(TESS), others=4))
    assert shown == [
        "*Waits for you (3)*",
        "SHOP-42  Card declined twice on retry",
        f"🔴 S1 P1 · verify on 2.4.0-rc4 · 2.4 · {since(3)}",
        "[Passes] [Fails…] [Show]",
        "SHOP-42  Card declined twice on retry",
        f"🔴 S1 P1 · waits for Omar's answer · 2.4 · {since(1)}",
        "[Show]",
        "SHOP-42  Card declined twice on retry",
        f"🔴 S1 P1 · cannot reproduce, says Devon: confirm it or send it back · 2.4 · {since(2)}",
        "[Passes] [Fails…] [Show]",
        "4 of yours wait for others: `/defect mine`",
    ]


def test_the_asked_person_is_offered_the_answer_and_the_fixer_no_verdict() -> None:
    asked = outline(listing.queue(Listing.WAITS, listing.cut([view(showing.asked())], 0), reader(OMAR)))
    assert asked[2] == f"🔴 S1 P1 · Tess asks: which card? · 2.4 · {since(1)}"
    assert asked[3] == "[Answer] [Show]"
    own = outline(listing.queue(Listing.VERIFY, listing.cut([view(showing.fixed())], 0), reader(DEVON)))
    assert own[3] == "[Show]"


def test_an_empty_queue_says_so() -> None:
    nothing = listing.cut([], 0)
    assert outline(listing.queue(Listing.WAITS, nothing, reader(TESS), others=0)) == [
        "Nothing waits for you.",
    ]


def test_pages_are_turned_with_buttons_that_carry_the_offset() -> None:
    middle = listing.queue(Listing.MINE, listing.cut(many(25), 10), reader(TESS))
    assert outline(middle)[-2:] == ["11-20 of 25", "[Previous] [Next]"]
    before, after = (decode(button["value"]) for button in middle["blocks"][-1]["elements"])
    assert before == Act("mine", extra={"offset": "0"})
    assert after == Act("mine", extra={"offset": "20"})
    last = listing.queue(Listing.MINE, listing.cut(many(25), 20), reader(TESS))
    assert outline(last)[-2:] == ["21-25 of 25", "[Previous]"]


def test_an_offset_behind_the_end_shows_the_last_page() -> None:
    page = listing.cut(many(25), 400)
    assert (page.offset, len(page.items), page.total) == (20, 5, 25)


def test_a_full_page_and_a_full_home_stay_within_slacks_numbers_of_blocks() -> None:
    page = listing.queue(Listing.WAITS, listing.cut(many(200), 50), reader(DEVON), others=3)
    assert check(page) == []
    waits, verifiable = many(100), [view(filed(id=f"e-{n}", key=f"SHOP-{n}")) for n in range(200, 300)]
    home = home_view(waits, verifiable, reader(DEVON), MONDAY)
    assert check(home) == []


def test_home_shows_what_waits_and_what_can_be_verified_each_once() -> None:
    both = view(showing.fixed())
    lines = outline(home_view([both], [both, view(showing.unreproducible())], reader(TESS), MONDAY))
    assert lines[0] == "*Waits for you (1)*"
    assert "Nothing else waits for verification." in lines
    assert lines.count("SHOP-42  Card declined twice on retry") == 1


def test_a_history_is_a_line_per_event_with_old_and_new() -> None:
    defect = showing.fixed()
    log = [Logged(n, MONDAY, TESS, "command", None, None, event) for n, event in enumerate(defect.recorded)]
    lines = outline(history("SHOP-42", log, NAMES))
    when = "<!date^1795424400^{date_num} {time}|2026-11-23 09:00 UTC>"
    assert lines == [
        "*SHOP-42: 4 events*",
        f"{when} Tess filed it: severity S3",
        f"{when} Tess triaged it: status new → triaged; severity S3 → S1; priority P1",
        f"{when} Tess assigned it: owner Devon",
        f"{when} Tess fixed it: status triaged → resolved; resolution fixed",
    ]


def test_a_long_history_shows_the_newest_and_counts_the_rest() -> None:
    entry = Logged(1, MONDAY, TESS, "command", None, None, filed().recorded[0])
    shown = history("SHOP-42", [entry] * 60, NAMES)
    assert check(shown) == []
    assert "Older events: 20." in outline(shown)


class Verb:
    slug, summary = "fixed", "says in which build the fix is"


def test_help_is_made_of_the_table_of_commands() -> None:
    assert outline(helping.short([Verb(), Verb()]))[0].startswith("*Six you will use*: `fixed` · `fixed`. More: ")
    assert outline(helping.of_verb(Verb(), "defect fixed KEY", "defect fixed SHOP-42 in rc3")) == [
        "*fixed* says in which build the fix is.",
        "`/defect fixed KEY`",
        "For example `/defect fixed SHOP-42 in rc3`",
    ]
    assert outline(helping.everything([Verb()] * 12)).count("`fixed` says in which build the fix is") == 12
