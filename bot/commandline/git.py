"""Commits of a checkout, as git tells them."""

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commandline.exits import Exit, fail

if TYPE_CHECKING:
    from bot.services.requests import Commit

_FIELD, _END = "\x1f", "\x1e"
SECONDS = 60


def commits_of(repository: Path, range_: str) -> "tuple[Commit, ...]":
    """Oldest first, merges included. Ends the command where git does not know the range."""
    from bot.services.requests import Commit

    log = _git(repository, "log", "--reverse", f"--format=%H{_FIELD}%B{_END}", "--end-of-options", range_, "--")
    told = (each.strip("\n").split(_FIELD, 1) for each in log.split(_END) if each.strip())
    return tuple(Commit(sha, text) for sha, text in told)


def _git(repository: Path, *words: str) -> str:
    command = ["git", "-C", str(repository), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
    except FileNotFoundError:
        fail(Exit.CONFIGURATION, "git is not installed here.")
    except subprocess.TimeoutExpired:
        fail(Exit.CONFIGURATION, f"git did not answer within {SECONDS} s.")
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        fail(Exit.USAGE, f"git cannot tell these commits: {said[0] if said else 'no reason given'}")
    return done.stdout.decode(errors="replace")
