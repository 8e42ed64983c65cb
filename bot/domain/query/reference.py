"""docs/queries.md from the table of fields: `python -m bot.domain.query.reference > docs/queries.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from bot.domain.query.fields import BARE, FIELDS, NAMES
from bot.domain.query.kinds import Field, Kind
from bot.domain.query.parser import MOST

EXAMPLES: tuple[tuple[str, str], ...] = (
    ("open S1|S2 rel:2.4", "what keeps 2.4 from being ready"),
    ("open rel:2.4|none sort:sev,age", "all that counts in 2.4, the worst first, of those the oldest"),
    ("untriaged age>1d", "new ones that nobody has looked at for a day"),
    ("open @me sort:prio", "mine, the most urgent first"),
    ("waits:@me", "where it is my move"),
    ("unverified -fixer:@me sort:wait", "what I may verify, the longest wait first"),
    ("unverified fixed_in:none resolution:fixed", "fixes that no build holds yet"),
    ("blocked|asked", "verification is blocked, or somebody owes an answer"),
    ("bounce>=2 -settled", "what came back twice"),
    ('comp:cart env:staging text:"500 error"', "the words of a log, in one component and environment"),
    ("open link:none", "defects that no requirement and no test case knows"),
    ("req:REQ-7 -settled", "what is still to be done for a requirement"),
    ("duplicates>=3 sort:duplicates", "what many people see"),
    ("reporter:@me filed>=yesterday", "what I filed since yesterday"),
    ("filed:2026-11-01..2026-11-20 resolution:not_a_defect|cannot_reproduce", "of three weeks, what was none"),
    ("open idle>2w -prio:P4", "forgotten"),
    ("found:2.4 is:escaped", "what escaped 2.4: found in it once it had shipped"),
    ("key:SHOP-42|SHOP-44", "these two"),
)
_HEAD = f"""# Queries

<!-- Made from the table of fields by `python -m bot.domain.query.reference`; tests compare and run every example. -->

One language answers `/defect list`, the lists behind the numbers of digests and gates, and `countersign export`.

`status:open sev:S1..S2 rel:2.4 comp:cart owner:@me -label:flaky age>3d bounce>=2 text:"500 error" sort:age`

- Every part must fit; inside a part `|` means or. `-` before a part turns it round.
- A bare word is a status, grade, resolution, flag or person, where it can be one; any other is looked for as text.
- `none` asks for what has nothing there. Quotes hold spaces and `|`, and make text of any word: `"open"`.
- Case does not matter, nor does a dash for an underscore. `@me` is whoever asks.
- Ranges hold both their ends. Ages are `30m 12h 3d 2w`, dates are days or minutes where you are.
- Without a `sort` the most severe come first, of those the oldest.
- A mistake is pointed at, with the nearest word that fits. A query holds at most 4 KiB and {MOST} values.

## Grammar

```ebnf
query      = {{ part }} ;
part       = [ "-" ] field ( ":" | "=" ) value {{ "|" value }}
           | [ "-" ] field compare value
           | [ "-" ] value {{ "|" value }}
           | "sort" ":" order {{ "," order }} ;
compare    = "<" | "<=" | ">" | ">=" ;
value      = word | quoted | person | range | [ compare ] amount | "none" ;
range      = end ".." end ;
end        = grade | amount ;
grade      = "S1" | "S2" | "S3" | "S4" | "P1" | "P2" | "P3" | "P4" ;
amount     = number | age | date ;
age        = number ( "m" | "h" | "d" | "w" ) ;
date       = "today" | "yesterday" | YYYY-MM-DD [ ( "T" | " " ) HH:MM ] ;
person     = "@me" | "@" word | "<@" id ">" ;
quoted     = '"' {{ character | '\\"' | '\\\\' }} '"' ;
order      = [ "-" ] word ;
```
"""
_TAKES: Mapping[Kind, str] = {
    Kind.NAME: "a name",
    Kind.PERSON: "a person",
    Kind.AGE: "a comparison or range of ages",
    Kind.DATE: "a date, a comparison or range of dates",
    Kind.COUNT: "a number, a comparison or range",
    Kind.TEXT: "words",
}


def page() -> str:
    """The whole page, ending in a newline."""
    return "\n".join([_HEAD, *_fields(), *_bare(), *_instants(), *_examples()])


def _fields() -> Iterator[str]:
    yield "## Fields\n"
    yield "| field | asks | takes | for example |\n|---|---|---|---|"
    for field in FIELDS.values():
        also = sorted({name for name, known in NAMES.items() if known is field} - {field.short})
        names = f"`{field.short}`" + "".join(f", `{name}`" for name in also)
        examples = " ".join(f"`{example}`" for example in field.examples)
        yield f"| {names} | {field.says} | {_takes(field)} | {_cell(examples)} |"
    yield ""


def _takes(field: Field) -> str:
    words = " ".join(f"`{choice}`" for choice in field.choices) or _TAKES[field.kind]
    ranged = ", a range" if field.kind is Kind.LADDER else ""
    return f"{words}{ranged}{', `none`' if field.optional else ''}"


def _bare() -> Iterator[str]:
    yield "## Bare words\n"
    fields = ", ".join(f"`{field.short}`" for field in BARE)
    yield f"Without a field before them the values of {fields} are understood.\n"


def _instants() -> Iterator[str]:
    yield "## At another instant\n"
    yield (
        "`countersign export --as-of` asks how things stood then. Of these only the present is known, so they are "
        "refused there:"
    )
    whole = [f"`{field.short}`" for field in FIELDS.values() if field.now_only is True]
    parts = [
        f"`{field.short}:{choice}`"
        for field in FIELDS.values()
        if not isinstance(field.now_only, bool)
        for choice in sorted(field.now_only)
    ]
    yield f"{', '.join([*whole, *parts])}.\n"


def _examples() -> Iterator[str]:
    yield "## Examples\n"
    yield "| query | finds |\n|---|---|"
    yield from (f"| `{_cell(query)}` | {finds} |" for query, finds in EXAMPLES)
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
