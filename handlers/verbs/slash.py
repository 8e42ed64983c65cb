"""The slash commands themselves: what Slack shows beside each of them while somebody types it."""

from dataclasses import dataclass

from handlers.verbs import Family, Verb, verb_of


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """`hinted`: the verbs to begin with, by slug."""

    family: Family
    summary: str
    hinted: tuple[str, ...]

    @property
    def hint(self) -> str:
        return " · ".join(_short(verb_of(slug)) for slug in self.hinted)


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
