"""The digest as Slack draws it and as Markdown: the same facts, within the limits, with nobody pinged."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.gates import DEFAULT
from bot.domain.readiness import Value, Verdict
from bot.domain.turning import Turned
from bot.domain.values import Severity
from bot.services.digest_facts import Counted, Since
from bot.slack.digest_markdown import digest_markdown
from bot.slack.digests import detail_messages, digest_message, people_in, picture_words
from bot.slack.ids import decode
from bot.slack.limits import check
from tests.services.releases import ANA, DEVON, NAMES, NOW, OMAR, TESS, busy, facts, fixed, quiet, standing, status

GOLDEN = Path(__file__).with_name("digest.md")


def texts(message: dict[str, Any]) -> str:
    return str(message["text"])


def acts(message: dict[str, Any]) -> list[Any]:
    found = []
    for block in message["blocks"]:
        for element in [*block.get("elements", []), *filter(None, [block.get("accessory")])]:
            found += [element["value"]] if "value" in element else []
            found += [option["value"] for option in element.get("options", [])]
    return [decode(value) for value in found]


def test_the_digest_as_markdown_reads_as_the_golden_file() -> None:
    assert digest_markdown(busy(), NAMES) == GOLDEN.read_text()


def test_the_root_message_names_verdict_changes_gates_blockers_queue_and_next_acts() -> None:
    text = texts(digest_message(busy(), NAMES))
    assert text.startswith("*Release 2.4: NOT READY* (was AT RISK) · 9 days left · candidate 2.4.0-rc3\n")
    assert "*no open S1 or S2* went red when Tess filed SHOP-42.\n" in text
    assert "3 filed · 1 fixed · 1 bounced (SHOP-30) · new: 2.4.0-rc3 · 2 test reports" in text
    assert "✗ no open S1 or S2 — 2 open: SHOP-42 (Devon), SHOP-44 (no owner)\n" in text
    assert "*To verify*  3, the oldest waits 3 days\n" in text
    assert "Omar: verify SHOP-21, SHOP-29\n" in text
    assert text.endswith("`#18231:9f2c11aa`")


def test_the_text_says_what_the_blocks_say() -> None:
    message = digest_message(busy(), NAMES)
    for block in message["blocks"]:
        if block["type"] == "section":
            assert block["text"]["text"] in texts(message)


def test_nobody_is_mentioned_and_no_title_is_live() -> None:
    for message in (digest_message(busy(), NAMES), *detail_messages(busy(), NAMES)):
        assert "<@" not in texts(message)
        assert "<!channel>" not in texts(message)
        assert "&lt;!channel&gt;" in texts(message)


def test_every_number_leads_to_its_list() -> None:
    found = acts(digest_message(busy(), NAMES))
    lists = [(act.verb, act.subject, dict(act.extra)) for act in found]
    assert ("digest_list", "0193-digest", {"of": "filed"}) in lists
    assert ("digest_list", "0193-digest", {"of": "verified"}) not in lists
    assert {"blockers", "queue", "next"} <= {extra.get("of") for verb, _, extra in lists if verb == "digest_list"}
    at = {"at": busy().status.at.isoformat()}
    queries = {extra["query"] for verb, _, extra in lists if verb == "list" and at.items() <= extra.items()}
    assert queries == {
        "status:open counts:SHOP/2.4 sort:sev",
        "status:resolved -resolution:duplicate counts:SHOP/2.4 sort:wait",
        "status:open sev:S1..S2 counts:SHOP/2.4",
        "is:untriaged filed<2026-11-17T17:00 counts:SHOP/2.4 sort:age",
    }
    assert ("gates", "SHOP/2.4", {}) in lists


def test_one_counted_list_gets_a_button_since_a_menu_of_one_is_none() -> None:
    message = digest_message(facts(status(), Since(NOW, {Counted.FILED: ("SHOP-1",)})), NAMES)
    assert [block["accessory"]["type"] for block in message["blocks"] if "accessory" in block] == ["button"]


def test_a_quiet_day_is_one_line() -> None:
    message = digest_message(quiet(), NAMES)
    assert len(message["blocks"]) == 1
    assert texts(message).count("\n") == 0
    assert texts(message).startswith("2.4: AT RISK, as <!date^")
    assert texts(message).endswith("Nothing changed; Omar still has 2 to verify. 9 days left.  `#18244:9f2c11aa`")
    assert detail_messages(quiet(), NAMES) == []


def test_the_first_digest_is_never_quiet_and_counts_the_whole_life() -> None:
    text = texts(digest_message(facts(status()), NAMES))
    assert "*So far*  nothing filed, fixed or verified\n" in text
    assert "✓ no open S1 or S2 · ✓ every fix verified · ✓ nothing untriaged over 24 working hours\n" in text


def test_a_verdict_that_changed_with_the_date_alone_says_so() -> None:
    text = texts(digest_message(facts(status(fixed(1)), Since(NOW, verdict=Verdict.READY)), NAMES))
    assert "No gate turned; the ship date has come." in text


def test_a_gate_that_time_turned_names_nobody() -> None:
    since = Since(NOW, turned=(Turned(DEFAULT.rules[2], Value.PASS, Value.FAIL),), verdict=Verdict.READY)
    text = texts(digest_message(facts(status(), since), NAMES))
    assert "*nothing untriaged over 24 working hours* went red as time passed." in text


def test_who_may_be_named_is_known_before_it_is_drawn() -> None:
    assert people_in(busy()) == {TESS, DEVON, OMAR}
    assert ANA not in people_in(busy())


def test_long_lists_begin_in_the_root_and_are_whole_in_the_thread() -> None:
    crowd = facts(
        status(*(standing(n, severity=Severity.S1) for n in range(1, 41)), *(fixed(n) for n in range(50, 90))),
        Since(None, {Counted.FILED: tuple(f"SHOP-{n}" for n in range(1, 90))}),
    )
    root = texts(digest_message(crowd, NAMES))
    assert "35 more in the thread" in root
    assert root.count("🔴") == 5
    details = "\n".join(texts(message) for message in detail_messages(crowd, NAMES))
    assert details.count("🔴") == 40
    assert all(f"SHOP-{n} " in details for n in range(50, 90))
    assert "*Filed*\nSHOP-1, SHOP-2," in details


def test_the_picture_is_described_for_who_cannot_see_it() -> None:
    assert picture_words(busy()) == "Burn-up of 2.4: 3 open, 5 to verify, 0 verified"


titles = st.text(min_size=1, max_size=300)


@given(st.lists(titles, max_size=60), st.lists(titles, max_size=60), st.sampled_from(Severity))
@settings(max_examples=40, deadline=None)
def test_whatever_people_wrote_slack_takes_root_and_thread(
    open_: list[str], waiting: list[str], severity: Severity
) -> None:
    crowd = facts(
        status(
            *(standing(n, title, severity=severity, blocked=title) for n, title in enumerate(open_)),
            *(fixed(100 + n, f"U{n:05}", title=title) for n, title in enumerate(waiting)),
        ),
        Since(NOW - timedelta(days=1), {Counted.FILED: tuple(f"SHOP-{n}" for n in range(len(open_)))}),
    )
    assert [v for v in check(digest_message(crowd, {})) if v.loses] == []
    for message in detail_messages(crowd, {}):
        assert [v for v in check(message) if v.loses] == []
