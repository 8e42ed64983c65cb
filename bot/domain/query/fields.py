"""Which fields a query knows, under which names, and what their values look like."""

from __future__ import annotations

from bot.domain.query.kinds import FLAGS, GROUPS, SORTS, Field, Kind
from bot.domain.values import Priority, Resolution, Severity, Status

_GRADES = {"critical": "S1", "major": "S2", "minor": "S3", "trivial": "S4"}
_ALL = (
    Field(
        "status",
        "status",
        Kind.CHOICE,
        "where it is; `open` is new, triaged or in_progress, `unverified` resolved, `settled` verified or closed",
        ("status:open", "status:resolved|verified"),
        (*GROUPS, *Status),
    ),
    Field(
        "severity",
        "sev",
        Kind.LADDER,
        "its impact",
        ("sev:S1", "sev:S1..S2"),
        tuple(Severity),
        {"1": "S1", "2": "S2", "3": "S3", "4": "S4", **_GRADES},
    ),
    Field(
        "priority",
        "prio",
        Kind.LADDER,
        "the urgency of its fix",
        ("prio:P1", "prio:P1..P2"),
        tuple(Priority),
        {"1": "P1", "2": "P2", "3": "P3", "4": "P4"},
        optional=True,
    ),
    Field(
        "resolution",
        "resolution",
        Kind.CHOICE,
        "why work on it stopped",
        ("resolution:wont_fix",),
        tuple(Resolution),
        optional=True,
    ),
    Field(
        "is",
        "is",
        Kind.CHOICE,
        "`untriaged`: open, severity and release never confirmed; `blocked`: its verification is; "
        "`asked`: somebody owes an answer; `escaped`: filed while the release that it was found in was shipped, "
        "and neither a duplicate nor not_a_defect",
        ("is:untriaged", "is:blocked", "is:escaped"),
        FLAGS,
        now_only=frozenset({"blocked", "asked"}),
    ),
    Field("project", "project", Kind.NAME, "the prefix of its key", ("project:SHOP",)),
    Field(
        "release",
        "rel",
        Kind.NAME,
        "the planned delivery it is for; `SHOP/2.4` where two projects have one of that name",
        ("rel:2.4", "rel:2.4|none"),
        optional=True,
    ),
    Field(
        "counts",
        "counts",
        Kind.NAME,
        "what counts in that release, as its gates do: of it, or of its project and no release while it is undecided",
        ("counts:2.4", "counts:SHOP/2.4"),
    ),
    Field(
        "found",
        "found",
        Kind.NAME,
        "the release that it was found in: its build's; without a build, the one it was filed for",
        ("found:2.4", "found:SHOP/2.4 is:escaped"),
        optional=True,
    ),
    Field("component", "comp", Kind.NAME, "the part it is in", ("comp:cart", "comp:none"), optional=True),
    Field(
        "environment",
        "env",
        Kind.NAME,
        "where it was seen",
        ("env:staging", "env:none"),
        optional=True,
        now_only=True,
    ),
    Field(
        "build",
        "build",
        Kind.NAME,
        "the build it was found in; its end is enough (`rc3`)",
        ("build:2.4.0-rc3", "build:none"),
        optional=True,
        now_only=True,
    ),
    Field(
        "fixed_in",
        "fixed_in",
        Kind.NAME,
        "the build its fix is said to be in; `none` while there is no such build",
        ("fixed_in:rc3", "status:unverified fixed_in:none"),
        optional=True,
    ),
    Field(
        "verified_on",
        "verified_on",
        Kind.NAME,
        "the build it was verified on",
        ("verified_on:2.4.0-rc3",),
        optional=True,
    ),
    Field("owner", "owner", Kind.PERSON, "who has it", ("owner:@me", "owner:none"), optional=True),
    Field("reporter", "reporter", Kind.PERSON, "who filed it", ("reporter:@me",)),
    Field(
        "fixer",
        "fixer",
        Kind.PERSON,
        "who resolved it, or had it then: they may not verify it",
        ("fixer:@me", "status:unverified -fixer:@me"),
        optional=True,
    ),
    Field("verifier", "verifier", Kind.PERSON, "who verified it", ("verifier:@me",), optional=True, now_only=True),
    Field(
        "waits",
        "waits",
        Kind.PERSON,
        "whose move it is: the person asked; else the owner of an open one; else who confirms a resolution, "
        "or unblocks that",
        ("waits:@me", "status:open waits:none"),
        optional=True,
        now_only=True,
    ),
    Field(
        "label",
        "label",
        Kind.NAME,
        "words put on it, by `edit KEY label:flaky,phone`",
        ("label:flaky", "label:none"),
        optional=True,
    ),
    Field(
        "link",
        "link",
        Kind.NAME,
        "a requirement or test case it is linked to, nothing else",
        ("link:REQ-7", "link:none"),
        optional=True,
    ),
    Field(
        "requirement",
        "req",
        Kind.NAME,
        "a requirement it touches: linked to it, or to a test case that shows it",
        ("req:REQ-7", "req:none"),
        optional=True,
    ),
    Field(
        "case", "case", Kind.NAME, "a test case it is linked to", ("case:TC-3", "status:open case:none"), optional=True
    ),
    Field(
        "original",
        "original",
        Kind.NAME,
        "the defect that it is a duplicate of",
        ("original:SHOP-17",),
        optional=True,
    ),
    Field("duplicates", "duplicates", Kind.COUNT, "how many follow it", ("duplicates>=3",), now_only=True),
    Field(
        "occurrences",
        "occurrences",
        Kind.COUNT,
        "how often it was reported, by others too",
        ("occurrences>=3",),
        now_only=True,
    ),
    Field("key", "key", Kind.NAME, "these and no others", ("key:SHOP-42|SHOP-44",)),
    Field("text", "text", Kind.TEXT, "stands in its key, title or comments", ('text:"500 error"',), now_only=True),
    Field("bounce", "bounce", Kind.COUNT, "how often it came back", ("bounce>=2", "bounce:0")),
    Field("age", "age", Kind.AGE, "since it was filed", ("age>3d", "age<=12h", "age:1d..2w")),
    Field("wait", "wait", Kind.AGE, "since it entered its status", ("status:unverified wait>2d",)),
    Field("idle", "idle", Kind.AGE, "since anything was done or said", ("status:open idle>2w",)),
    Field("filed", "filed", Kind.DATE, "when it was filed", ("filed:today", "filed:2026-11-01..2026-11-20")),
    Field(
        "updated",
        "updated",
        Kind.DATE,
        "when something was last done or said",
        ("updated>=yesterday", "updated<2026-11-20T18:00"),
    ),
    Field(
        "sort",
        "sort",
        Kind.SORT,
        "what needs attention first comes first; `-` turns it round, further ones decide between equals",
        ("sort:age", "sort:-age", "sort:sev,-wait"),
        SORTS,
        {"sev": "severity", "prio": "priority", "filed": "age", "updated": "idle"},
    ),
)

FIELDS = {each.name: each for each in _ALL}

NAMES = {name: each for each in _ALL for name in (each.name, each.short)} | {
    "bounces": FIELDS["bounce"],
    "labels": FIELDS["label"],
    "state": FIELDS["status"],
    "component": FIELDS["component"],
    "proj": FIELDS["project"],
    "found_in": FIELDS["build"],
    "waits_for": FIELDS["waits"],
    "counts_in": FIELDS["counts"],
    "tc": FIELDS["case"],
    "links": FIELDS["link"],
    "dup": FIELDS["original"],
    "dups": FIELDS["duplicates"],
    "met": FIELDS["occurrences"],
    "created": FIELDS["filed"],
}
"""Everything that may stand before the colon, in small letters; a dash inside is read as `_`."""

BARE = (
    FIELDS["status"],
    FIELDS["severity"],
    FIELDS["priority"],
    FIELDS["resolution"],
    FIELDS["is"],
    FIELDS["owner"],
)
"""Fields whose values are understood without a field before them: `open S1`. Any other bare word is text."""


def field_named(word: str) -> Field | None:
    return NAMES.get(word.casefold().replace("-", "_"))
