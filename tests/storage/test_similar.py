"""A text reminds of defects that share its rare words."""

from sqlalchemy import Connection

from bot.domain.values import Resolution
from bot.services import conversations, filing
from bot.services import defects as use
from bot.services import requests as ask
from bot.services.judgements import judge
from bot.services.views import Similar
from storage.database import Store
from storage.erasure import erase_defect
from storage.search import documents
from storage.search.analysis import analysed, words
from storage.search.catching_up import catch_up
from storage.tenant import Tenant
from tests.storage.acting import DEVON, START, Workspace, file

TITLES = (
    "Card declined twice on payment retry",
    "Cart total is wrong",
    "Cart icon overlaps the logo",
    "Coupon field accepts 300 percent",
    "Payment page is slow",
    "Login page flickers",
    "Search page is empty",
    "Profile page is empty",
)


def similar(workspace: Workspace, title: str, body: str = "", component: str | None = None) -> list[Similar]:
    return workspace.ask(
        lambda questions: questions.similar(questions.project_for("C1").id, title, body, component=component)
    )


def shown(workspace: Workspace, title: str, body: str = "") -> list[str]:
    return [each.key for each in similar(workspace, title, body) if each.worth_showing]


def filed(workspace: Workspace) -> Workspace:
    for title in TITLES:
        workspace.act(file(title))
    return workspace


def test_the_rare_words_decide(workspace: Workspace) -> None:
    found = similar(filed(workspace), "Retries: card is declined on the page")
    assert (found[0].key, found[0].shared) == ("DEF-1", ("retries", "card", "declined"))
    assert 0 < found[1].score < found[0].score < 1


def test_whoever_did_not_ask_is_shown_only_what_is_likely(workspace: Workspace) -> None:
    filed(workspace)
    assert shown(workspace, "Is the CART TOTAL wrong?") == ["DEF-2"]
    assert shown(workspace, "Coupon accepts 300 percent in its field") == ["DEF-4"]
    assert shown(workspace, "The logo of the tablets is a page long") == []
    assert similar(workspace, "is it on the") == []
    assert similar(workspace, "Elephants?") == []


def test_a_body_without_a_title_is_all_that_was_said(workspace: Workspace) -> None:
    assert shown(filed(workspace), "???", "cart total wrong") == ["DEF-2"]


def test_what_is_told_beside_the_title_and_in_evidence_is_compared_too(workspace: Workspace) -> None:
    filed(workspace).act(file("It is broken", actual="NullReferenceException in CheckoutController.Submit"))
    assert similar(workspace, "Submit fails in the CheckoutController")[0].key == "DEF-9"
    message = ask.Evidence("C1", "9.1", text="the turnstile rejects every fingerprint")
    workspace.act(lambda uow: conversations.add_evidence(uow, ask.AddEvidence("DEF-6", message)))
    assert similar(workspace, "Turnstile and fingerprint")[0].key == "DEF-6"


def test_the_same_component_and_the_same_area_count(workspace: Workspace) -> None:
    for component in ("shop/cart", "shop/search", "admin/cart", None):
        workspace.act(file("Total is wrong", component=component))
    found = similar(workspace, "Total is wrong", component="Shop/Cart")
    assert found[0].key == "DEF-1"
    # Of the rest, the one whose area is another one comes last.
    assert {each.key for each in found[1:]} == {"DEF-2", "DEF-4"}


def test_a_duplicate_stands_for_its_original_once(workspace: Workspace) -> None:
    filed(workspace).act(file("Card declined two times"))
    for key, original in (("DEF-9", "DEF-1"), ("DEF-1", "DEF-3")):
        resolve = ask.Resolve(key, Resolution.DUPLICATE, original)
        workspace.act(lambda uow, resolve=resolve: use.resolve(uow, resolve), DEVON)  # type: ignore[misc]
    assert [each.key for each in similar(workspace, "card declined")] == ["DEF-3"]


def test_a_filed_defect_is_not_told_of_itself_nor_of_what_it_was_judged_not_to_be(workspace: Workspace) -> None:
    filed(workspace).act(file("Card declined two times"))
    alike = workspace.ask(lambda questions: questions.similar_to(questions.defect("DEF-9").defect.id))
    assert [each.key for each in alike] == ["DEF-1"]
    workspace.act(lambda uow: judge(uow, ask.Judge("DEF-1", same=False, defect="DEF-9")))
    assert workspace.ask(lambda questions: questions.similar_to(questions.defect("DEF-9").defect.id)) == []


def test_a_new_title_is_found_and_an_old_one_is_not(workspace: Workspace) -> None:
    filed(workspace).act(lambda uow: filing.edit(uow, ask.Edit("DEF-2", title="Basket sum is off")))
    assert [each.key for each in similar(workspace, "cart total wrong")] == ["DEF-3"]
    assert [each.key for each in similar(workspace, "basket sum")] == ["DEF-2"]


def test_of_an_erased_defect_no_word_is_left_to_search(workspace: Workspace) -> None:
    filed(workspace)
    erasing = workspace.store.run_sync(lambda c: erase_defect(workspace.units, c, workspace.team, "DEF-2"))
    assert erasing.defects == 1
    assert [each.key for each in similar(workspace, "cart total wrong")] == ["DEF-3"]


def answers(workspace: Workspace) -> list[list[Similar]]:
    asked = ("card declined on payment", "cart page", "is the search page empty", "Coupon of 300 on the cart")
    return [similar(workspace, title, "the payment page") for title in asked]


def test_defects_from_before_there_was_an_index_are_found_once_it_has_caught_up(workspace: Workspace) -> None:
    before = answers(filed(workspace))
    assert all(before)

    def empty(connection: Connection) -> None:
        documents.forget_all(Tenant(connection, workspace.team, START))

    workspace.store.run_sync(empty)
    assert answers(workspace) == [[]] * len(before)
    workspace.store.run_sync(catch_up)
    assert answers(workspace) == before


def test_no_project_and_no_workspace_hears_of_anothers_words(workspace: Workspace) -> None:
    before = answers(filed(workspace))
    stranger = Workspace(workspace.store, "T2", workspace.clock)
    assert answers(stranger) == [[]] * len(before)
    for number in range(40):
        stranger.act(file(f"Card declined on the payment page {number}", actual="coupon cart search total"))
    assert answers(workspace) == before


def test_both_stores_give_the_same_answers(sqlite_url: str, postgres_url: str) -> None:
    from storage.database import open_store

    heard = []
    for url in (sqlite_url, postgres_url):
        store: Store = open_store(url)
        workspace = filed(Workspace(store))
        for number in range(60):
            said = TITLES[number % len(TITLES)].split()
            told = " ".join(said[number % 3 :] + TITLES[number * 7 % len(TITLES)].split())
            workspace.act(file(" ".join(said[: 2 + number % 4]) + f" Schritt {number}", actual=told, component="a/b"))
        workspace.act(lambda uow: filing.edit(uow, ask.Edit("DEF-20", title="Straße: Größe des 漢字 ist falsch")))
        heard.append(
            [*answers(workspace), similar(workspace, "GRÖSSE 漢字 straße", "can't page_size HttpClient 2.4.0-rc3")]
        )
        store.close_sync()
    assert heard[0] == heard[1]
    assert all(len(found) == 3 for found in heard[0][:-1])


def test_words_are_compared_by_their_stems_whole_and_by_their_parts() -> None:
    assert analysed("The Retries of CARDS, a card's status; don't").title == ("retri", "card", "card", "status")
    assert analysed("Straße HttpClient page_size").title == (
        *("straße", "httpclient", "http", "client"),
        *("page_size", "page", "size"),
    )
    assert words("Retries of 2.4.0-rc3") == {"retri": "retries", "2.4.0-rc3": "2.4.0-rc3", "rc": "rc"}
    assert analysed("").title == ()
