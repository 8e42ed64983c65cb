"""Everything that can be asked by a command, as one table."""

from collections.abc import Mapping
from types import MappingProxyType

from handlers.verbs import defects, reading, releases, tracing, verification
from handlers.verbs.row import Family, Verb

__all__ = ["BARE", "COMMANDS", "FIRST_SIX", "PHRASES", "Family", "Verb", "verb_of"]

COMMANDS: tuple[Verb, ...] = (*reading.ROWS, *defects.ROWS, *verification.ROWS, *releases.ROWS, *tracing.ROWS)
PHRASES: Mapping[str, Verb] = MappingProxyType({phrase: row for row in COMMANDS for phrase in row.phrases})
# What a command does when nothing stands behind it.
BARE: Mapping[Family, str] = MappingProxyType(
    {
        Family.DEFECT: "queue",
        Family.VERIFY: "verify",
        Family.RELEASE: "status",
        Family.TRACE: "help",
        Family.ALL: "help",
    }
)
FIRST_SIX = ("new", "fixed", "verify", "list", "mine", "show")


def verb_of(slug: str) -> Verb:
    return PHRASES[slug]
