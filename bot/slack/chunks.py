"""A long text in pieces that each fit into a section."""

from collections.abc import Iterator

# A section holds 3,000 characters.
CHUNK = 2800


def chunked(text: str) -> Iterator[str]:
    """Whole lines, as many as fit; a line of keys alone may be longer than a section and is broken at a comma."""
    held = ""
    for line in _broken(text):
        if held and len(held) + len(line) + 1 > CHUNK:
            yield held
            held = ""
        held = f"{held}\n{line}" if held else line
    if held:
        yield held


def _broken(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        rest = line
        while len(rest) > CHUNK:
            at = rest.rfind(", ", 0, CHUNK) + 1 or CHUNK
            yield rest[:at]
            rest = rest[at:].lstrip()
        yield rest
