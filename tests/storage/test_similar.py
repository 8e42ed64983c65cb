"""A title reminds of defects that share its rare words."""

from bot.domain.values import Resolution
from bot.services import defects as use
from bot.services import filing
from bot.services import requests as ask
from bot.services.judgements import judge
from bot.services.views import Similar
from storage.terms import terms
from tests.storage.acting import DEVON, Workspace, file

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


def similar(workspace: Workspace, title: str, body: str = "") -> list[Similar]:
    return workspace.ask(lambda questions: questions.similar(questions.project_for("C1").id, title, body))


def filed(workspace: Workspace) -> Workspace:
    for title in TITLES:
        workspace.act(file(title))
    return workspace


def test_the_rare_words_decide(workspace: Workspace) -> None:
    found = similar(filed(workspace), "Retries: card is declined on the page")
    assert [(each.key, each.shared) for each in found] == [("DEF-1", ("card", "declined", "retry"))]
    assert 0.35 <= found[0].score < 1


def test_the_same_title_is_as_similar_as_can_be_and_words_that_everybody_uses_say_nothing(
    workspace: Workspace,
) -> None:
    found = similar(filed(workspace), "Is the CART TOTAL wrong?")
    assert [(each.key, round(each.score, 6)) for each in found][:1] == [("DEF-2", 1.0)]
    assert similar(workspace, "is it on the") == []
    assert similar(workspace, "Elephants page") == []
    assert similar(workspace, "cart crashes") == []
    assert [each.key for each in similar(workspace, "coupon")] == ["DEF-4"]
    assert [each.key for each in similar(workspace, "???", "cart total wrong")] == ["DEF-2"]


def test_a_duplicate_stands_for_its_original_once(workspace: Workspace) -> None:
    filed(workspace).act(file("Card declined two times"))
    resolve = ask.Resolve("DEF-9", Resolution.DUPLICATE, "DEF-1")
    workspace.act(lambda uow: use.resolve(uow, resolve), DEVON)
    assert [each.key for each in similar(workspace, "card declined")] == ["DEF-1"]


def test_a_filed_defect_is_not_told_of_itself_nor_of_what_it_was_judged_not_to_be(workspace: Workspace) -> None:
    filed(workspace).act(file("Card declined two times"))
    alike = workspace.ask(lambda questions: questions.similar_to(questions.defect("DEF-9").defect.id))
    assert [each.key for each in alike] == ["DEF-1"]
    workspace.act(lambda uow: judge(uow, ask.Judge("DEF-1", same=False, defect="DEF-9")))
    assert workspace.ask(lambda questions: questions.similar_to(questions.defect("DEF-9").defect.id)) == []


def test_a_new_title_is_found_and_an_old_one_is_not(workspace: Workspace) -> None:
    filed(workspace).act(lambda uow: filing.edit(uow, ask.Edit("DEF-2", title="Basket sum is wrong")))
    assert similar(workspace, "cart total") == []
    assert [each.key for each in similar(workspace, "basket sum")] == ["DEF-2"]


def test_no_project_and_no_workspace_hears_of_anothers_words(workspace: Workspace) -> None:
    filed(workspace)
    stranger = Workspace(workspace.store, "T2", workspace.clock)
    assert similar(stranger, "card declined") == []


def test_words_are_compared_in_small_letters_and_without_a_plural_s() -> None:
    assert terms("The Retries of CARDS, a card's status; don't") == ("retry", "card", "status")
    assert terms("Straße 404 2.4.0-rc3") == ("strasse", "404", "2.4.0-rc3")
    assert terms("") == ()
