"""Reading what Slack sent: any field may be missing or of another kind, and nothing here ever raises."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Body = Mapping[str, Any]
# JSON is read as the first; asking the second, an abstract class, takes ten times as long.
_OBJECT = (dict, Mapping)


def dig(body: object, *path: str | int) -> Any:
    """What stands at that path, or None."""
    for step in path:
        if isinstance(body, _OBJECT):
            body = body.get(step)
        elif isinstance(body, Sequence) and not isinstance(body, str) and isinstance(step, int):
            body = body[step] if -len(body) <= step < len(body) else None
        else:
            return None
    return body


def word(body: object, *path: str | int) -> str:
    """The string at that path, or an empty one."""
    found = dig(body, *path)
    return found if isinstance(found, str) else ""


def first(*words: str) -> str:
    """The first that is not empty."""
    return next(filter(None, words), "")


def each(body: object, *path: str | int) -> Iterator[Body]:
    """The objects in the list at that path."""
    found = dig(body, *path)
    if isinstance(found, Sequence) and not isinstance(found, str):
        yield from (item for item in found if isinstance(item, Mapping))


def number(body: object, *path: str | int) -> int:
    """The whole number at that path, or 0."""
    found = dig(body, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
