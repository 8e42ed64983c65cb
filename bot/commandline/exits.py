"""How a command ends: the exit codes are part of the interface, for scripts and for CI."""

from enum import IntEnum
from typing import NoReturn

import typer


class Exit(IntEnum):
    OK = 0
    NEGATIVE = 1  # it ran and its answer is no: a failed check, a release that is not ready
    USAGE = 2  # an argument or an option is wrong
    CONFIGURATION = 3  # a setting is missing or cannot be used
    STORE = 4  # the database cannot be reached or is not migrated
    SLACK = 5  # Slack cannot be reached or refuses us


EXIT_CODES = (
    "Exit codes: 0 done · 1 the answer is no · 2 wrong usage · 3 configuration · 4 store unreachable · "
    "5 Slack unreachable"
)


def fail(code: Exit, *sentences: str) -> NoReturn:
    """Says each sentence on stderr and ends the process with that code."""
    for sentence in sentences:
        typer.echo(sentence, err=True)
    raise typer.Exit(code)
