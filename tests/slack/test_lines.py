from bot.domain.defect import Defect
from bot.domain.events import Scalar
from bot.services.notifications import LINES
from bot.slack.lines import line
from bot.slack.mrkdwn import our_words
from tests.domain.defects import DEVON, OMAR, TESS, filed, later
from tests.slack import showing
from tests.slack.showing import NAMES, outline, view

TESS_TOLD, DEVON_TOLD, OMAR_TOLD = f"<@{TESS}>", f"<@{DEVON}>", f"<@{OMAR}>"


def said(defect: Defect, block: str, mention: str | None = None, *, actor: str = DEVON, **facts: Scalar) -> list[str]:
    return outline(line(view(defect), block, {"actor": actor, **facts}, NAMES, mention))


def test_every_line_of_the_table_of_who_hears_what_has_its_words() -> None:
    assert {each.template for each in LINES.values()} <= our_words().blocks("thread")


def test_a_fix_asks_the_reporter_and_carries_the_buttons_of_the_verdict() -> None:
    assert said(showing.fixed(), "fixed", TESS) == [
        f"Devon fixed this in 2.4.0-rc3. {TESS_TOLD}, does it hold on that build?",
        "[Passes] [Fails…]",
    ]
    assert said(showing.fixed(), "fixed")[0] == "Devon fixed this in 2.4.0-rc3. Somebody else verifies it."


def test_a_fix_in_the_next_build_says_when_it_can_be_verified_and_shows_no_buttons_yet() -> None:
    awaiting = showing.fixed(build=None)
    assert said(awaiting, "fixed", TESS) == [
        f"Devon fixed this, in the next build of 2.4. {TESS_TOLD}, it can be verified when that build arrives."
    ]
    without = view(awaiting, project_has_builds=False, builds=())
    shown = outline(line(without, "fixed", {"actor": DEVON}, NAMES, TESS))
    assert shown == [f"Devon fixed this. {TESS_TOLD}, does it hold?", "[Passes] [Fails…]"]


def test_a_line_says_what_the_event_said_though_the_defect_has_moved_on() -> None:
    assert said(showing.bounced(), "fixed", TESS, fixed_in="b-3") == [
        f"Devon fixed this in 2.4.0-rc3. {TESS_TOLD}, does it hold on that build?"
    ]


def test_a_failure_says_where_how_and_whose_it_is_again() -> None:
    words = said(
        showing.bounced(),
        "failed",
        DEVON,
        actor=TESS,
        build="2.4.0-rc3",
        note="second decline still charges",
        bounces=1,
    )
    assert words == [
        f"Tess: it fails on 2.4.0-rc3 — second decline still charges. {DEVON_TOLD}, it is yours again (bounce 1)."
    ]
    lonely = filed()
    assert said(lonely, "failed", actor=TESS, note="no?") == ["Tess: it fails — no? It has no owner."]
    assert said(lonely, "failed", DEVON, actor=TESS, bounces=2) == [
        f"Tess: it fails. {DEVON_TOLD}, you said it was done; it has no owner (bounce 2)."
    ]


def test_the_other_lines() -> None:
    owned = showing.started()
    assert said(owned, "assigned", DEVON, actor=OMAR) == [f"{DEVON_TOLD}, Omar gave you this."]
    assert said(owned, "assigned") == ["Devon took this."]
    assert said(owned, "assigned", actor=TESS) == ["Tess gave this to Devon."]
    assert said(owned, "reopened", DEVON, actor=TESS, note="back in production") == [
        f"Tess reopened this: back in production. {DEVON_TOLD}, it is yours again."
    ]
    assert said(showing.verified(), "passed", actor=TESS, build="2.4.0-rc3") == ["Tess: it holds on 2.4.0-rc3."]
    assert said(showing.closed(), "closed", actor=TESS) == ["Tess closed this."]
    assert said(showing.deferred(), "deferred", actor=OMAR, note="new provider") == [
        "Omar deferred this to 2.4: new provider."
    ]
    assert said(showing.blocked(), "blocked", DEVON, actor=TESS, note="staging is down", build="2.4.0-rc3") == [
        f"Tess cannot verify on 2.4.0-rc3: staging is down. {DEVON_TOLD}, can you clear the way?"
    ]
    assert said(showing.asked(), "needs_info", OMAR, actor=TESS, question="which card?") == [
        f"{OMAR_TOLD}, Tess asks: which card?"
    ]
    assert said(owned, "undone", actor=TESS) == ["Tess took that back. It is in progress and with Devon."]
    assert said(showing.fixed(build="b-4"), "fix_bound")[0] == (
        "2.4.0-rc4 arrived and holds Devon's fix. It can be verified now."
    )


def test_other_resolutions_ask_for_a_second_opinion_and_a_duplicate_does_not() -> None:
    assert said(showing.unreproducible(), "resolved", TESS, resolution="cannot_reproduce", note="ten tries") == [
        f"Devon: cannot reproduce — ten tries. {TESS_TOLD}, do you agree?",
        "[Passes] [Fails…]",
    ]
    assert said(showing.duplicate(), "resolved", TESS, original="SHOP-17") == [
        "Devon: a duplicate of SHOP-17; from here on it follows that one."
    ]


def test_only_the_one_person_of_the_table_is_mentioned() -> None:
    defect = filed(owner=DEVON)
    defect.ask(later(1), TESS, OMAR, "<@U0DEVON> <!channel> which?")
    for template in {each.template for each in LINES.values()}:
        words = str(line(view(defect), template, {"actor": TESS, "note": "<!here>", "question": "<@U1>"}, NAMES, OMAR))
        assert words.count("<@") == words.count(OMAR_TOLD)
        assert "<!" not in words
