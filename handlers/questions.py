"""What a person can ask to see. The requests that change something are in `bot.services.requests`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Show:
    key: str


@dataclass(frozen=True, slots=True)
class History:
    key: str


@dataclass(frozen=True, slots=True)
class Everything:
    """All that can be done with it now."""

    key: str


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Of a defect, or of words."""

    key: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class ListDefects:
    """`people`: who is meant by the names that were typed by hand. `sort`: a field, in the place of the query's own;
    `at` an instant in ISO 8601, "" is now."""

    query: str = ""
    offset: int = 0
    people: tuple[tuple[str, str], ...] = ()
    sort: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class SavedLists:
    """Those of the person who asks, where they are."""


@dataclass(frozen=True, slots=True)
class DigestList:
    """The defects behind one number of a digest that was sent."""

    digest_id: str
    what: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class MyQueue:
    """What waits for the person who asks."""

    offset: int = 0


@dataclass(frozen=True, slots=True)
class MyFiled:
    """What they filed, and what it waits for."""

    offset: int = 0


@dataclass(frozen=True, slots=True)
class VerifyQueue:
    """What they can verify now."""

    offset: int = 0


@dataclass(frozen=True, slots=True)
class ListReleases:
    pass


@dataclass(frozen=True, slots=True)
class ReleaseStatus:
    """`release` None is the current one; `as_of` is a local time of the project's zone in ISO 8601, None is now."""

    release: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseGates:
    release: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class ExplainGate:
    """`gate`: its name, or its first letters; "" is all of them."""

    release: str | None = None
    gate: str = ""
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseQuality:
    """`release` None is the one that shipped last. `at`: an instant in ISO 8601, in the place of `as_of`."""

    release: str | None = None
    as_of: str | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class CompareRelease:
    """`since`, `as_of`: as above, or `today` and `yesterday`, which begin at midnight; `since` None is yesterday."""

    release: str | None = None
    since: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What a defect, a requirement or a test case touches; `as_of` as in ReleaseStatus. `build`: does that one hold
    the defect's fix?"""

    target: str
    as_of: str | None = None
    build: str | None = None


@dataclass(frozen=True, slots=True)
class TraceMatrix:
    """`at`: an instant in ISO 8601, in the place of `as_of`."""

    release: str | None = None
    as_of: str | None = None
    offset: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class TraceGaps:
    release: str | None = None
    as_of: str | None = None
    offset: int = 0
    at: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """`topic`: "" for the short form, "more", or a verb."""

    topic: str = ""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form that is opened for its own sake."""

    form: str
    key: str | None = None
