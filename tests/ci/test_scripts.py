"""The scripts behind `make test`, on machines that lack something: a PATH of stubs stands for the machine."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("bash", "dirname", "env")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The only directory on PATH; it holds what every shell script needs and nothing else."""
    for tool in TOOLS:
        found = next(
            path for folder in os.environ["PATH"].split(":") if os.access(path := Path(folder) / tool, os.X_OK)
        )
        (tmp_path / tool).symlink_to(found)
    return tmp_path


def program(machine: Path, name: str, body: str) -> None:
    (machine / name).write_text(f"#!/bin/bash\n{body}\n")
    (machine / name).chmod(0o755)


def run(machine: Path, script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci" / script, *arguments],
        env={"PATH": str(machine), "HOME": str(machine), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])
def test_any_installed_chromium_or_chrome_will_do(machine: Path, name: str) -> None:
    program(machine, name, "true")
    answer = run(machine, "browser")
    assert (answer.returncode, answer.stdout) == (0, f"{machine / name}\n")


def test_a_named_browser_wins(machine: Path) -> None:
    program(machine, "chromium", "true")
    program(machine, "mine", "true")
    assert run(machine, "browser", COUNTERSIGN_CHROMIUM=str(machine / "mine")).stdout == f"{machine / 'mine'}\n"


def test_a_named_browser_that_is_not_there_is_an_error(machine: Path) -> None:
    answer = run(machine, "browser", COUNTERSIGN_CHROMIUM="/nowhere/chromium")
    assert answer.returncode == 1
    assert "COUNTERSIGN_CHROMIUM names /nowhere/chromium" in answer.stderr


def test_without_a_browser_or_a_way_to_install_one_the_run_fails_and_says_what_to_do(machine: Path) -> None:
    answer = run(machine, "browser")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "apt-get install chromium" in answer.stderr


def test_without_a_browser_root_gets_debians(machine: Path) -> None:
    program(machine, "id", "echo 0")
    program(
        machine,
        "apt-get",
        f'echo "$*" >> {machine}/asked; [ "$1" = update ] || {{ printf "#!/bin/bash\\n" > {machine}/chromium; '
        f"/bin/chmod +x {machine}/chromium; }}",
    )
    answer = run(machine, "browser")
    assert (answer.returncode, answer.stdout) == (0, f"{machine}/chromium\n")
    assert (machine / "asked").read_text().splitlines() == [
        "update -qq",
        "install -y -qq --no-install-recommends chromium",
    ]


def test_an_installed_or_named_pgbouncer_will_do(machine: Path) -> None:
    program(machine, "pgbouncer", "true")
    program(machine, "mine", "true")
    assert run(machine, "pgbouncer").stdout == f"{machine / 'pgbouncer'}\n"
    assert run(machine, "pgbouncer", COUNTERSIGN_PGBOUNCER=str(machine / "mine")).stdout == f"{machine / 'mine'}\n"
    answer = run(machine, "pgbouncer", COUNTERSIGN_PGBOUNCER="/nowhere/pgbouncer")
    assert answer.returncode == 1
    assert "COUNTERSIGN_PGBOUNCER names /nowhere/pgbouncer" in answer.stderr


def test_without_a_pgbouncer_the_run_installs_debians_or_fails_and_says_what_to_do(machine: Path) -> None:
    answer = run(machine, "pgbouncer")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "apt-get install pgbouncer" in answer.stderr
    program(machine, "id", "echo 0")
    made = f'printf "#!/bin/bash\\n" > {machine}/pgbouncer; /bin/chmod +x {machine}/pgbouncer'
    program(machine, "apt-get", f'[ "$1" = update ] || {{ {made}; }}')
    answer = run(machine, "pgbouncer")
    assert (answer.returncode, answer.stdout) == (0, f"{machine}/pgbouncer\n")


def test_somebody_else_needs_sudo_without_a_password(machine: Path) -> None:
    program(machine, "id", "echo 1000")
    program(machine, "apt-get", f"touch {machine}/asked")
    program(machine, "sudo", "exit 1")
    assert run(machine, "debian", "chromium").returncode == 1
    program(machine, "sudo", f'echo "$*" >> {machine}/sudo.log')
    assert run(machine, "debian", "chromium").returncode == 0
    assert (machine / "sudo.log").read_text().splitlines()[-1].startswith("-n apt-get install")
    assert not (machine / "asked").exists()


def test_an_old_python_is_refused_with_what_to_do(tmp_path: Path, machine: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / ".ci").mkdir(parents=True)
    (checkout / ".ci" / "venv").write_text((ROOT / ".ci" / "venv").read_text())
    (checkout / ".ci" / "venv").chmod(0o755)
    program(machine, "python3", "exit 1")
    answer = subprocess.run(
        [checkout / ".ci" / "venv", "."],
        env={"PATH": str(machine)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 1
    assert "needs Python 3.11 or later" in answer.stderr


def test_ci_runs_the_readmes_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert "set -euo pipefail" in lines
    assert lines[-1].endswith(" test")
    assert "make test" in (ROOT / "README.md").read_text()
