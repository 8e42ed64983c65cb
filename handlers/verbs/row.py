"""What one verb is: a row of the table from which commands, help, docs and completion come."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from handlers.parsing import Arguments


class Family(StrEnum):
    """The command that a verb is at home under; it works under every other one too."""

    DEFECT = "defect"
    VERIFY = "verify"
    RELEASE = "release"
    TRACE = "trace"
    ALL = "countersign"


@dataclass(frozen=True, slots=True)
class Verb:
    """`usage` and `example` are what stands behind the command; the example must parse.

    `parse` makes the request, whose type decides what runs; it raises Missing or UsageError. `takes` are the
    `name:value` fields it reads; `free` says that its last argument is free text; `modal` is the form that asks for
    what is missing. `right` is the name under which a project's policy knows the act. A row that is not `listed` is
    another word for one that is.
    """

    slug: str
    family: Family
    summary: str
    usage: str
    example: str
    parse: Callable[[Arguments], object]
    aliases: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    free: bool = False
    modal: str | None = None
    right: str = ""
    listed: bool = True

    @property
    def phrases(self) -> tuple[str, ...]:
        return (self.slug, *self.aliases)

    @property
    def line(self) -> str:
        """The example with its command, without the slash and the workspace's own prefix."""
        return f"{self.family} {self.example}"
