"""The slash commands themselves: what Slack shows beside each of them while somebody types it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from handlers.verbs import Family, Verb, verb_of


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """`hinted`: the verbs to begin with, by slug."""

    family: Family
    summary: str
    hinted: tuple[str, ...]

    @property
    def hints(self) -> tuple[str, ...]:
        return tuple(_short(verb_of(slug)) for slug in self.hinted)

    @property
    def hint(self) -> str:
        return " · ".join(self.hints)


def _short(verb: Verb) -> str:
    """Its usage without what may be left out."""
    return verb.usage.partition(" [")[0]


SLASH_COMMANDS: tuple[SlashCommand, ...] = (
    SlashCommand(Family.DEFECT, "File, find and move defects", ("new", "show", "fixed", "list", "help")),
    SlashCommand(
        Family.VERIFY, "What you can verify, and your word on it", ("verify pass", "verify fail", "verify blocked")
    ),
    SlashCommand(
        Family.RELEASE, "Releases, builds, gates and digests", ("status", "build", "gates", "digest", "release ship")
    ),
    SlashCommand(
        Family.TRACE,
        "What is tied to what, and what is untested",
        ("trace", "trace matrix", "trace gaps", "trace plan"),
    ),
    SlashCommand(Family.ALL, "Every verb of Countersign in one command", ("help",)),
)
HINTED: Mapping[Family, SlashCommand] = MappingProxyType({each.family: each for each in SLASH_COMMANDS})
# Text without a verb may be the title of a defect here; behind the others it is a word that nobody knows.
FILING = frozenset({Family.DEFECT, Family.ALL})
# Words that people look for here, and what answers them elsewhere.
ON_THE_COMMAND_LINE: Mapping[str, str] = MappingProxyType(
    {
        "decision": "countersign decision REL",
        "audit": "countersign audit verify",
        "import": "countersign import",
        "export": "countersign export",
    }
)
