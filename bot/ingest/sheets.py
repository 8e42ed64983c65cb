"""A file of requirements or test cases, CSV or JSON, as lines; or what makes it unreadable, with the place."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.nearest import nearest
from bot.services import judging
from bot.services.input import unstorable
from bot.services.requests import CaseLine, RequirementLine

LIMIT = 10 << 20
MOST = 50_000
# Spreadsheets write `;` or a tab where a comma divides decimals.
_DIVIDERS = (",", ";", "\t")
Cells = Mapping[str, str]
REQUIREMENTS = ("key", "title", "component", "parent", "cases", "retired")
CASES = ("key", "title", "name", "steps", "expected", "requirements", "releases", "retired")


@dataclass
class UnreadableSheet(Exception):
    """`problem` names its words in templates/ingest.j2; `place` is a line, or an entry of JSON."""

    problem: str
    word: str = ""
    other: str = ""
    place: int | None = None


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def requirement_lines(content: bytes) -> tuple[RequirementLine, ...]:
    """Raises UnreadableSheet."""
    return tuple(_requirement(number, cells) for number, cells in _read(content, REQUIREMENTS))


def case_lines(content: bytes) -> tuple[CaseLine, ...]:
    """Raises UnreadableSheet."""
    return tuple(_case(number, cells) for number, cells in _read(content, CASES))


def _requirement(number: int, cells: Cells) -> RequirementLine:
    parent = cells.get("parent")
    return RequirementLine(
        number,
        cells["key"].upper(),
        cells.get("title"),
        cells.get("component"),
        parent.upper() if parent is not None else None,
        _keys(cells.get("cases")),
        _retired(number, cells),
    )


def _case(number: int, cells: Cells) -> CaseLine:
    releases = cells.get("releases")
    return CaseLine(
        number,
        cells["key"].upper(),
        cells.get("title"),
        cells.get("name"),
        cells.get("steps"),
        cells.get("expected"),
        _keys(cells.get("requirements")),
        _words(releases),
        _retired(number, cells),
    )


def _retired(number: int, cells: Cells) -> str:
    word = cells.get("retired", "").casefold()
    if word not in judging.YES | judging.NO:
        raise UnreadableSheet("retired", cells["retired"], place=number)
    return word if word in judging.YES else ""


def _words(cell: str | None) -> tuple[str, ...] | None:
    return None if cell is None else tuple(dict.fromkeys(cell.replace(",", " ").replace(";", " ").split()))


def _keys(cell: str | None) -> tuple[str, ...] | None:
    return _words(None if cell is None else cell.upper())


def _read(content: bytes, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    text = _text(content)
    lines = _json(text, columns) if text.lstrip()[:1] in ("[", "{") else _csv(text, columns)
    for count, (number, cells) in enumerate(lines):
        if count == MOST:
            raise UnreadableSheet("too_many", str(MOST), place=number)
        yield number, cells


def _text(content: bytes) -> str:
    if len(content) > LIMIT:
        raise UnreadableSheet("too_large", str(LIMIT >> 20))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = content.count(b"\n", 0, error.start) + 1
        raise UnreadableSheet("encoding", f"0x{content[error.start]:02X}", place=place) from error
    if "\0" in text:
        raise UnreadableSheet("nul", place=text.count("\n", 0, text.index("\0")) + 1)
    return text


def _csv(text: str, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DIVIDERS, key=first.count), strict=True)
    try:
        named = [cell.strip().casefold() for cell in next(reader, [])]
        _named(named, columns, 1)
        begins = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(named):
                raise UnreadableSheet("too_wide", str(len(cells)), str(len(named)), begins)
            if any(map(str.strip, cells)):
                # A spreadsheet leaves out empty cells at the end of a line.
                whole = [*map(str.strip, cells), *[""] * (len(named) - len(cells))]
                yield begins, dict(zip(named, whole, strict=True))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableSheet("no_csv", str(error), place=reader.line_num) from error


def _json(text: str, columns: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableSheet("no_json", str(error)) from error
    if not isinstance(entries, list):
        raise UnreadableSheet("no_list")
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise UnreadableSheet("no_object", place=number)
        named = [str(name).strip().casefold() for name in entry]
        _named(named, columns, number)
        yield number, dict(zip(named, (_cell(value, number) for value in entry.values()), strict=True))


def _named(named: Sequence[str], columns: Sequence[str], place: int) -> None:
    for name in named:
        if name not in columns:
            raise UnreadableSheet("column", name, nearest(name, columns) or ", ".join(columns), place)
        if named.count(name) > 1:
            raise UnreadableSheet("column_twice", name, place=place)
    if "key" not in named:
        raise UnreadableSheet("no_key", place=place)


def _cell(value: object, number: int) -> str:
    read = next((read for kind, read in _CELLS.items() if isinstance(value, kind)), None)
    text = read(value) if read else ""
    if read is None or unstorable(text):
        raise UnreadableSheet("no_text", json.dumps(value)[:60], place=number)
    return text


_CELLS: Mapping[type, Callable[[object], str]] = MappingProxyType(
    {
        str: lambda value: str(value).strip(),
        bool: lambda value: "yes" if value else "no",
        int: str,
        float: str,
        list: lambda value: " ".join(map(str, value)),  # type: ignore[call-overload]
        type(None): lambda _: "",
    }
)
