"""What no store can keep is refused in words before one is asked: PostgreSQL takes neither NUL nor half a character,
and no name longer than its column; SQLite would take them all."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType

from bot.domain.errors import Invalid

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
REPLACED = "\N{REPLACEMENT CHARACTER}"
# Of a request's field: what people call it, and the most characters of each of its values.
LIMITS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "component": ("component", 100),
        "environment": ("environment", 100),
        "requirements": ("requirement", 64),
        "targets": ("target", 64),
        "person": ("person", 64),
        "channel": ("channel", 64),
        "home_channel": ("home_channel", 64),
        "commit": ("commit", 100),
        "query": ("query", 1000),
    }
)


def storable(text: str) -> str:
    return _UNSTORABLE.sub(REPLACED, text)


def unstorable(text: str) -> bool:
    return _UNSTORABLE.search(text) is not None


def checked(request: object) -> None:
    """Raises Invalid at the first text of a request that cannot be kept."""
    for name, text in _texts(request):
        argument, most = LIMITS.get(name, (name, None))
        if _UNSTORABLE.search(text):
            raise Invalid(argument, storable(text), "text without control characters")
        if most is not None and len(text) > most:
            raise Invalid(argument, text, f"at most {most} characters, not {len(text)}")


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """With the name of the field that holds them."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from _texts(each, name)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), field.name)
