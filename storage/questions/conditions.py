"""The query language as SQL: the same answer as bot.domain.query.matches, with every word a bound parameter."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, not_, or_, select

from bot.domain.query import (
    GROUPS,
    Between,
    Compare,
    Exact,
    Missing,
    Term,
    Value,
)
from bot.domain.query.matching import CASES, ENDINGS, REQUIREMENTS
from bot.domain.values import OPEN
from storage.questions import of_releases
from storage.questions.scene import COMPARED, Condition, Reader, Scene, exact, held
from storage.questions.standing_columns import Columns
from storage.questions.times import age, date
from storage.questions.whose import person, waits
from storage.tables import builds, comments, defects, projects
from storage.tenant import TEAM

_originals = defects.alias("originals")


def condition(term: Term, scene: Scene) -> Condition:
    """Never NULL. Raises UnresolvedPerson."""
    if (together := _TOGETHER.get(term.field)) is not None:
        any_of = together(scene, term.values)
    else:
        any_of = or_(false(), *(_READERS[term.field](scene, value) for value in term.values))
    return not_(any_of) if term.negated else any_of


def _plain(name: str) -> Reader:
    """The parser has put a choice into the vocabulary's own spelling; a count is a number."""

    def read(scene: Scene, value: Value) -> Condition:
        column = scene.columns[name]
        match value:
            case Missing():
                return column.is_(None)
            case Exact(exact) if name == "status" and exact in GROUPS:
                return column.in_(sorted(GROUPS[str(exact)]))
            case Exact(exact):
                return held(column, column == exact)
            case Between(low, high):
                return held(column, column.between(low, high))
            case Compare(operator=sign, limit=limit):
                return held(column, COMPARED[sign](column, limit))
            case _:
                raise TypeError(f"{value!r} is no value of {name}")

    return read


def _folded(name: str) -> Reader:
    def read(scene: Scene, value: Value) -> Condition:
        column = scene.columns[name]
        return column.is_(None) if isinstance(value, Missing) else held(column, column == exact(value))

    return read


def _build(name: str) -> Reader:
    """By its name or the end of it."""

    def read(scene: Scene, value: Value) -> Condition:
        column = scene.columns[name]
        if isinstance(value, Missing):
            return column.is_(None)
        wanted = exact(value)
        ends = (builds.c.name_key.endswith(f"{before}{wanted}", autoescape=True) for before in ENDINGS)
        named = or_(builds.c.name_key == wanted, *ends)
        return held(column, column.in_(select(builds.c.id).where(builds.c.team_id == TEAM, named)))

    return read


def _project(scene: Scene, value: Value) -> Condition:
    owned = select(projects.c.id).where(projects.c.team_id == TEAM, func.lower(projects.c.prefix) == exact(value))
    return scene.columns["project_id"].in_(owned)


def _as_key(value: Value) -> str | None:
    """Keys are ASCII in capitals, so that an index finds one; None: no key is written so."""
    wanted = exact(value)
    return wanted.upper() if wanted.isascii() else None


def _key(scene: Scene, value: Value) -> Condition:
    wanted = _as_key(value)
    return false() if wanted is None else scene.columns["key"] == wanted


def _original(scene: Scene, value: Value) -> Condition:
    column = scene.columns["duplicate_of"]
    if isinstance(value, Missing):
        return column.is_(None)
    wanted = _as_key(value)
    if wanted is None:
        return false()
    found = select(_originals.c.id).where(_originals.c.team_id == TEAM, _originals.c.key == wanted)
    return held(column, column.in_(found))


def _target(value: Value) -> str | None:
    """What is linked is kept in capitals. None: nothing is written so."""
    wanted = exact(value)
    return wanted.upper() if wanted.upper().casefold() == wanted else None


def _link(scene: Scene, value: Value) -> Condition:
    if isinstance(value, Missing):
        return not_(scene.tied.directly())
    wanted = _target(value)
    return false() if wanted is None else scene.tied.directly(wanted)


def _requirement(scene: Scene, value: Value) -> Condition:
    tied = scene.tied
    if isinstance(value, Missing):
        return not_(or_(tied.directly(begins=REQUIREMENTS), tied.by_a_case()))
    wanted = _target(value)
    if wanted is None or not wanted.startswith(REQUIREMENTS):
        return false()
    return or_(tied.directly(wanted), tied.by_a_case(wanted))


def _case(scene: Scene, value: Value) -> Condition:
    if isinstance(value, Missing):
        return not_(scene.tied.directly(begins=CASES))
    wanted = _target(value)
    return scene.tied.directly(wanted) if wanted is not None and wanted.startswith(CASES) else false()


def _label(scene: Scene, value: Value) -> Condition:
    """They are kept with spaces between, so none holds one."""
    column = scene.columns["labels"]
    if isinstance(value, Missing):
        return column.is_(None)
    wanted = exact(value)
    if len(wanted.split()) != 1 or wanted != wanted.strip():
        return false()
    return held(column, literal(" ").concat(column).concat(" ").contains(f" {wanted} ", autoescape=True))


def _flag(scene: Scene, value: Value) -> Condition:
    return _FLAGS[exact(value)](scene.columns)


def _text(scene: Scene, values: Sequence[Value]) -> Condition:
    """Whatever the number of words, the comments are looked through once."""
    words = list(dict.fromkeys(map(exact, values)))
    holds = (or_(*(column.contains(each, autoescape=True) for each in words)) for column in _texts(scene))
    key, title, comment = holds
    said = exists().where(comments.c.team_id == TEAM, comments.c.defect_id == defects.c.id, comment)
    return or_(key, title, said.correlate(defects))


def _texts(scene: Scene) -> tuple[ColumnElement[str], ...]:
    return func.lower(scene.columns["key"]), scene.columns["title_key"], comments.c.text_key


_FLAGS: Mapping[str, Callable[[Columns], Condition]] = {
    "untriaged": lambda columns: and_(columns["status"].in_(sorted(OPEN)), not_(columns["triaged"])),
    "blocked": lambda columns: columns["blocked"].isnot(None),
    "asked": lambda columns: columns["asked"].isnot(None),
    "escaped": of_releases.escaped,
}
# What is dear to ask for each value of its own.
_TOGETHER: Mapping[str, Callable[[Scene, Sequence[Value]], Condition]] = {"text": _text}
_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "status": _plain("status"),
        "severity": _plain("severity"),
        "priority": _plain("priority"),
        "resolution": _plain("resolution"),
        "is": _flag,
        "project": _project,
        "release": of_releases.release,
        "counts": of_releases.counts,
        "found": of_releases.found,
        "component": _folded("component"),
        "environment": _folded("environment"),
        "build": _build("found_build_id"),
        "fixed_in": _build("fixed_in"),
        "verified_on": _build("verified_on"),
        "owner": person("owner"),
        "reporter": person("reporter"),
        "fixer": person("resolver", "fix_owner"),
        "verifier": person("verifier"),
        "waits": waits,
        "label": _label,
        "link": _link,
        "requirement": _requirement,
        "case": _case,
        "original": _original,
        "duplicates": _plain("duplicates"),
        "occurrences": _plain("occurrences"),
        "key": _key,
        "bounce": _plain("bounces"),
        "age": age("created_at"),
        "wait": age("since"),
        "idle": age("updated_at"),
        "filed": date("created_at"),
        "updated": date("updated_at"),
    }
)
