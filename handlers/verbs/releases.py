"""The verbs of the release manager."""

from functools import partial

from handlers.verbs import parse_releases as parse
from handlers.verbs.row import Family, Verb

_row = partial(Verb, family=Family.RELEASE)

# `new` and `list` mean these only under /release, or with "release" before them.
ROWS: tuple[Verb, ...] = (
    _row(
        slug="release new",
        summary="plans a release",
        usage="new NAME [ships:2026-12-18]",
        example="new 2.4 ships:2026-12-18",
        parse=parse.new_release,
        aliases=("release plan",),
        takes=("ships",),
        modal="release",
        right="release new",
    ),
    _row(
        slug="release list",
        summary="all releases, the next to ship first",
        usage="list",
        example="list",
        parse=parse.list_releases,
        aliases=("releases",),
        right="show",
    ),
    _row(
        slug="build",
        summary="registers a build; fixes that waited for the next one are in it",
        usage="build REL BUILD [commits:sha,sha]",
        example="build 2.4 2.4.0-rc3 commits:abc1234,def5678",
        parse=parse.build,
        aliases=("release build", "register"),
        takes=("commits",),
        modal="build",
        right="build",
    ),
    _row(
        slug="status",
        summary="the verdict and its reasons; also the bare command",
        usage='status [REL] [as-of:"2026-11-20 18:00"]',
        example='status 2.4 as-of:"2026-11-20 18:00"',
        parse=parse.status,
        aliases=("release status", "release", "readiness"),
        takes=("as_of", "release"),
        right="show",
    ),
    _row(
        slug="gates",
        summary="every gate with its value and reason",
        usage="gates [REL]",
        example="gates 2.4",
        parse=parse.gates,
        aliases=("release gates",),
        takes=("as_of", "release"),
        right="show",
    ),
    _row(
        slug="explain",
        summary="one gate: what it asks, its evidence, who can change it",
        usage="explain REL GATE",
        example="explain 2.4 fixes_verified",
        parse=parse.explain,
        aliases=("release explain",),
        takes=("as_of", "release"),
        right="show",
    ),
    _row(
        slug="digest",
        summary="the daily summary: when and where, `off`, or `now`",
        usage="digest REL [at 09:00] [Europe/Berlin] [weekdays] [#channel] | digest off | digest now",
        example="digest 2.4 at 09:00 Europe/Berlin weekdays",
        parse=parse.digest,
        aliases=("release digest",),
        modal="digest",
        right="digest",
    ),
    _row(
        slug="ship",
        summary="ships it: gates green, or `anyway:` with a reason",
        usage="ship REL [anyway: reason]",
        example="ship 2.4",
        parse=parse.ship,
        aliases=("release ship",),
        free=True,
        modal="ship",
        right="ship",
    ),
)
