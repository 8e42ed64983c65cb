"""What keeps the sandbox from starting is said in one sentence, without a trace."""

import socket
import subprocess
import sys
from pathlib import Path


def start(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "sandbox", "--no-browser", "--workspace-only", *arguments]
    environment = {"PATH": "/usr/bin:/bin", "COUNTERSIGN_DATA_DIR": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = start(tmp_path, "--port", str(port))
    assert ended.returncode != 0
    assert f"port {port} is taken by another program" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_state_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    (tmp_path / "sandbox" / "workspace.json").write_text("{half", encoding="utf-8")
    ended = start(tmp_path, "--port", "0")
    assert ended.returncode != 0
    assert "start once with --fresh" in ended.stderr
    assert "Traceback" not in ended.stderr
