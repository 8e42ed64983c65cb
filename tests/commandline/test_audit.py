"""`countersign audit verify` ends with 0 on a log that holds, with 1 on one that does not, and names the event."""

import json
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.commandline.audit import WORDS
from storage import chain
from storage.database import open_store
from tests.storage.acting import Workspace, file
from tests.storage.tampering import tamper

CUT_WITH_ITS_HEAD = (
    "DELETE FROM event_texts WHERE seq = 3",
    "DELETE FROM events WHERE seq = 3",
    "UPDATE heads SET seq = 2, hash = (SELECT hash FROM events WHERE seq = 2)",
)


@pytest.fixture
def workspace(store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """Three events."""
    monkeypatch.setenv("COUNTERSIGN_DATABASE_URL", store_url)
    store = open_store(store_url)
    made = Workspace(store)
    for title in ("Card declined", "Total wrong", "Coupon lost"):
        made.act(file(title))
    yield made
    store.close_sync()


def head(workspace: Workspace) -> tuple[int, str]:
    return workspace.ask(lambda questions: questions.head())


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["audit", "verify", *words])


def test_a_log_that_holds_ends_with_zero_and_says_up_to_where(workspace: Workspace) -> None:
    seq, digest = head(workspace)
    answer = run()
    assert (answer.exit_code, answer.stdout) == (0, f"T1: the chain holds up to 3:{digest}.\n")
    for printed in (f"{seq}:{digest}", f"#{seq}:{digest[:8]}", f"`#{seq}:{digest[:8]}`"):
        held = run("--head", printed, "--team", "T1")
        assert (held.exit_code, held.stdout) == (
            0,
            f"{answer.stdout.strip()} Up to 3 it is the log that was printed.\n",
        )


def test_one_that_does_not_ends_with_one_and_names_the_event(workspace: Workspace, store_url: str) -> None:
    tamper(store_url, ["UPDATE events SET actor = 'UNOBODY' WHERE seq = 2"])
    answer = run()
    assert answer.exit_code == 1
    assert answer.stdout == "T1: event 2 does not have the content that it was sealed with.\n"
    told = json.loads(run("--json").stdout)
    assert told == [
        {
            "team": "T1",
            "events": 1,
            "head": ":".join(map(str, head(workspace))),
            "printed": None,
            "broken": {"seq": 2, "reason": "content"},
        }
    ]


def test_a_log_cut_short_with_its_head_is_found_by_what_was_printed(workspace: Workspace, store_url: str) -> None:
    seq, digest = head(workspace)
    tamper(store_url, CUT_WITH_ITS_HEAD)
    assert run().exit_code == 0
    cut = run("--head", f"{seq}:{digest[:8]}")
    assert (cut.exit_code, cut.stdout) == (1, "T1: event 3 is missing: the log was cut short before it.\n")
    workspace.act(file("Computed anew"))
    anew = run("--head", f"{seq}:{digest[:8]}")
    assert anew.exit_code == 1
    assert "the log was computed anew" in anew.stdout


def test_a_head_kept_long_ago_speaks_for_what_was_written_until_then(workspace: Workspace) -> None:
    seq, digest = head(workspace)
    workspace.act(file("Search is slow"))
    later = head(workspace)
    answer = run("--head", f"{seq}:{digest[:8]}")
    proved = "Up to 3 it is the log that was printed; from 4 on only the chain speaks for it."
    assert (answer.exit_code, answer.stdout) == (0, f"T1: the chain holds up to 4:{later[1]}. {proved}\n")
    told = json.loads(run("--head", f"{seq}:{digest}", "--json").stdout)
    assert (told[0]["events"], told[0]["printed"], told[0]["broken"]) == (4, 3, None)


def test_a_head_before_the_first_event_fits_every_log_and_is_refused(workspace: Workspace) -> None:
    for words in ("0:00000000", f"#0:{head(workspace)[1][:8]}"):
        refused = run("--head", words)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "names no event, so every log would fit" in refused.stderr


def test_every_workspace_is_audited_and_a_head_needs_to_be_somebody_s(workspace: Workspace) -> None:
    Workspace(workspace.store, "T2").act(file("Elsewhere"))
    answer = run()
    assert (answer.exit_code, [line.split(":")[0] for line in answer.stdout.splitlines()]) == (0, ["T1", "T2"])
    assert run("--team", "T2").stdout.startswith("T2: the chain holds up to 1:")
    for words in (["--head", "1:abcd"], ["--team", "T9"], ["--head", "yesterday"]):
        refused = run(*words)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr


def test_a_workspace_whose_own_rows_are_gone_is_audited_all_the_same(workspace: Workspace, store_url: str) -> None:
    tamper(store_url, ["DELETE FROM heads", "DELETE FROM workspaces"])
    answer = run()
    assert (answer.exit_code, answer.stdout) == (
        1,
        "T1: event 1 stands behind the head: it was not written by Countersign.\n",
    )


def test_every_reason_has_its_words() -> None:
    reasons = {value for name, value in vars(chain).items() if name.isupper() and isinstance(value, str) and value}
    assert set(WORDS) == reasons - {chain.GENESIS}
