"""What a checkout, a CI system or a code host tells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commit:
    """`text`: its message, or the words of the change that brought it; `link`: where that can be read."""

    sha: str
    text: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class ReportBuild:
    """`commits` are those that this build holds and the one before it did not, oldest first."""

    release: str
    name: str
    commits: tuple[Commit, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportCommits:
    """Commits on their way into the next build, oldest first."""

    commits: tuple[Commit, ...]


@dataclass(frozen=True, slots=True)
class ImportResults:
    """Of one test run on one registered build; `checksum` is the SHA-256 of the report, which is taken once."""

    release: str
    build: str
    name: str
    checksum: str
