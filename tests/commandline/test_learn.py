"""`countersign learn`: what people said of suggestions changes their order, where that is an improvement."""

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.services import filing
from bot.services import requests as ask
from bot.services.judgements import judge
from bot.services.ports import UnitOfWork
from storage.database import open_store
from storage.search.features import NAMES
from storage.search.learning import LEAST
from storage.tables import search_weights
from tests.storage.acting import Workspace, rows

PAIRS = LEAST // 2


@pytest.fixture
def workspace(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", sqlite_url)
    store = open_store(sqlite_url)
    yield Workspace(store)
    store.close_sync()


def learned(*words: str) -> Result:
    return CliRunner().invoke(app, ["learn", *words])


def file(workspace: Workspace, title: str, component: str) -> str:
    request = ask.FileDefect(title, component=component, home="C1")
    key: str = workspace.act(lambda uow: filing.file_defect(uow, request)).defect.key
    workspace.clock.forward(hours=1)
    return key


def judged(workspace: Workspace, suggested: str, defect: str, *, same: bool) -> None:
    def say(uow: UnitOfWork) -> None:
        judge(uow, ask.Judge(suggested, same=same, defect=defect))

    workspace.act(say)


def where_only_the_component_counts(workspace: Workspace) -> None:
    """Titles mislead: what is the same has the component in common, what looks the same has not."""
    for n in range(PAIRS):
        right = file(workspace, f"Page{n} lags badly when typing", f"part{n}")
        wrong = file(workspace, f"Page{n} hangs while scrolling down", f"other{n}")
        again = file(workspace, f"Page{n} hangs while scrolling", f"part{n}")
        judged(workspace, right, again, same=True)
        judged(workspace, wrong, again, same=False)


def test_with_few_labels_nothing_is_tried(workspace: Workspace) -> None:
    first, second = file(workspace, "Cart total", "cart"), file(workspace, "Cart total off", "cart")
    judged(workspace, first, second, same=True)
    answer = learned()
    assert (answer.exit_code, answer.stdout) == (0, "DEF: 1 labels. From 150 on it learns; nothing has changed.\n")
    assert json.loads(learned("--json", "--project", "def").stdout)["labels"] == 1


def test_a_project_that_does_not_exist_is_named(workspace: Workspace) -> None:
    file(workspace, "Cart total", "cart")
    answer = learned("--project", "SHOP")
    assert (answer.exit_code, answer.stderr) == (2, "There is no project SHOP.\nKnown: DEF\n")


def test_better_weights_are_kept_and_used_and_the_next_time_they_have_to_be_beaten(workspace: Workspace) -> None:
    where_only_the_component_counts(workspace)

    right = file(workspace, "The basket lags badly when typing", "basket")
    wrong = file(workspace, "The basket hangs while scrolling down", "shelf")

    def first() -> str:
        found = workspace.ask(
            lambda questions: questions.similar(
                questions.project_for("C1").id, "The basket hangs while scrolling", component="basket"
            )
        )
        return found[0].key

    misled = first()
    told = json.loads(learned("--json").stdout)
    assert (told["labels"], told["version"], told["held_out"]) == (2 * PAIRS, 1, 23)
    assert told["old"]["recall@1"] < told["new"]["recall@1"] == 1.0
    assert (misled, first()) == (wrong, right)
    again = learned()
    assert "The old ones stay: the new ones do not win." in again.stdout
    assert rows(workspace, search_weights) == 1


def test_nothing_is_learned_where_nothing_was_the_same(workspace: Workspace) -> None:
    keys = [file(workspace, f"Page{n} hangs", "part") for n in range(2 * PAIRS + 1)]
    for key in keys[1:]:
        judged(workspace, keys[0], key, same=False)
    told = json.loads(learned("--json").stdout)
    assert (told["labels"], told["held_out"], told["version"]) == (2 * PAIRS, 0, None)
    assert rows(workspace, search_weights) == 0


def test_the_shipped_weights_name_every_feature_and_more_in_common_never_counts_against(workspace: Workspace) -> None:
    from storage.search.weights import shipped

    weights = shipped()
    assert tuple(weights.features) == NAMES
    assert all(value <= 0 if name == "age" else value >= 0 for name, value in weights.features.items())
    assert tuple(weights.sure) == NAMES
    alike = (0.5,) * len(NAMES)
    chances = weights.chances([(score, alike) for score in (9.0, 8.0, 1.0)])
    assert sorted(chances, reverse=True) == chances
    assert 0 < weights.worth < 1
