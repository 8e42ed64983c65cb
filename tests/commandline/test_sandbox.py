"""`countersign sandbox` as a process: one sentence for what is wrong, no trace, and the documented exit code."""

import json
import signal
import socket
from pathlib import Path

import httpx
import pytest

from tests.process import Started, started

ALONE = ("sandbox", "--no-browser", "--workspace-only")  # no bot: it starts in a moment
FIELDS = ["page", "api_url", "bot_token", "app_token", "signing_secret"]


def refused(folder: Path, *words: str) -> tuple[int, str]:
    """The exit code and what stderr says; stdout is empty and nothing looks like a trace."""
    with started(folder, *words) as running:
        code, out, err = running.end(60)
    assert (out, "Traceback" in err) == ("", False)
    return code, err


def stopped(running: Started) -> None:
    """By Ctrl-C, without a word about it."""
    assert running.stop(signal.SIGINT) == (0, "", "")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = refused(tmp_path, *ALONE, "--port", str(port))
    assert (code, said.count("\n")) == (3, 1)
    assert said.startswith(f"Port {port} is taken by another program: stop it, or choose another port")


def test_a_port_that_does_not_exist(tmp_path: Path) -> None:
    code, said = refused(tmp_path, *ALONE, "--port", "99999")
    assert code == 2
    assert "'--port'" in said
    assert "65535" in said


@pytest.mark.parametrize("left", ["{half", '{"app": {}}'])
def test_a_state_that_cannot_be_read(tmp_path: Path, left: str) -> None:
    (tmp_path / "sandbox").mkdir()
    kept = tmp_path / "sandbox" / "workspace.json"
    kept.write_text(left, encoding="utf-8")
    code, said = refused(tmp_path, *ALONE, "--port", "0")
    assert (code, said.count("\n")) == (3, 1)
    assert f"{kept} cannot be read" in said
    assert "Start once with --fresh to begin anew." in said
    assert kept.read_text(encoding="utf-8") == left


def test_fresh_begins_anew_whatever_was_left(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "workspace.json").write_text("{half", encoding="utf-8")
    with started(tmp_path, *ALONE, "--port", "0", "--fresh") as running:
        assert running.line().startswith("The workspace is open at http://127.0.0.1:")
        stopped(running)


def test_a_second_one_on_the_same_folder_removes_nothing_of_the_first(tmp_path: Path) -> None:
    with started(tmp_path, *ALONE, "--port", "0", "--json") as first:
        told = json.loads(first.line())
        code, said = refused(tmp_path, *ALONE, "--port", "0", "--fresh")
        assert (code, said.count("\n")) == (3, 1)
        assert f"is served by process {first.process.pid} already" in said
        assert "name another folder in COUNTERSIGN_DATA_DIR" in said
        assert "#shop-defects" in _drawn(told["page"])
        stopped(first)
    with started(tmp_path, *ALONE, "--port", "0", "--json") as next_one:
        assert json.loads(next_one.line())["bot_token"] == told["bot_token"]
        stopped(next_one)


def _drawn(page: str) -> str:
    """The page in words, as the first person sees it."""
    return httpx.get(f"{page}_workspace/page").text


def test_json_is_exactly_one_line_with_all_that_an_app_needs(tmp_path: Path) -> None:
    with started(tmp_path, *ALONE, "--port", "0", "--json") as running:
        told = json.loads(running.line())
        assert list(told) == FIELDS
        with httpx.Client(headers={"Authorization": f"Bearer {told['bot_token']}"}) as app:
            assert app.post(f"{told['api_url']}auth.test").json()["team"] == "Harbor Shop"
        stopped(running)


def test_the_whole_product_says_where_it_is_and_what_to_do_first_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    with started(tmp_path, "sandbox", "--no-browser", "--port", "0") as running:
        assert running.line().startswith("Countersign is in its sandbox: http://127.0.0.1:")
        assert running.line().startswith("Be Tess, open the menu of her message in #shop-defects")
        assert running.line().endswith(f"COUNTERSIGN_DATABASE_URL=sqlite:///{tmp_path}/sandbox/countersign.db")
        stopped(running)
