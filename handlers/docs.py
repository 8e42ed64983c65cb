"""docs/commands.md from the table of commands: `python -m handlers.docs > docs/commands.md`."""

import sys
from collections.abc import Iterator

from handlers.grammar import ACTS
from handlers.tokens import NAMES
from handlers.verbs import BARE, COMMANDS, FIRST_SIX, Family, Verb

_TITLES = {
    Family.DEFECT: "Defects",
    Family.VERIFY: "Verification",
    Family.RELEASE: "Releases",
    Family.TRACE: "Traceability",
}
_HEAD = """# Commands

<!-- Made from the table of commands by `python -m handlers.docs`; a test compares. -->

`/defect`, `/verify`, `/release`, `/trace` and `/countersign` take
`verb [KEY] [free text] [name:value ...] [@user] [#channel]`.
Any verb works under any of them, `SHOP-42 fixed` and `fixed SHOP-42` are the same, and `in on to of` may be left out.
Quotes group words. What a verb needs and does not get it asks for in a form. Text without a verb is offered as a
defect.
"""


def commands() -> str:
    """The whole page, ending in a newline."""
    return "\n".join([_HEAD, *_sections(), *_bare(), *_fields(), *_thread()])


def _sections() -> Iterator[str]:
    for family, title in _TITLES.items():
        yield f"## {title}\n"
        yield "| command | does | for example |\n|---|---|---|"
        yield from (_line(row) for row in COMMANDS if row.listed and row.family is family)
        yield ""


def _line(row: Verb) -> str:
    also = f" (also {', '.join(f'`{alias}`' for alias in row.aliases)})" if row.aliases else ""
    return f"| `/{_cell(f'{row.family} {row.usage}'.strip())}` | {_cell(row.summary)}{also} | `/{_cell(row.line)}` |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _bare() -> Iterator[str]:
    yield "## A command alone\n"
    yield from (f"- `/{family}` does `{slug}`" for family, slug in BARE.items() if family is not Family.TRACE)
    six = ", ".join(f"`{slug}`" for slug in FIRST_SIX)
    yield f"- `/defect help` shows six verbs ({six}), `help more` all of them\n"


def _fields() -> Iterator[str]:
    yield "## Fields\n"
    taken = {field for row in COMMANDS for field in row.takes}
    for field in sorted(taken):
        names = ", ".join(f"`{name}:`" for name, known in NAMES.items() if known == field)
        yield f"- {names}: {', '.join(f'`{row.slug}`' for row in COMMANDS if field in row.takes and row.listed)}"
    yield ""


def _thread() -> Iterator[str]:
    yield "## In a defect's thread\n"
    yield "A reply that is nothing else acts, with or without the bot's name before it; any other is a comment.\n"
    yield from (f"- `{act.example}`" for act in ACTS)
    yield ""


if __name__ == "__main__":
    sys.stdout.write(commands())
