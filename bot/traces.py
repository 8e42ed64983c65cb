"""What of an exception may be told to a log: its kinds and where it came from, not the values that it speaks of."""

import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

# These speak of names in a program and of connections; what others say may quote what a person wrote.
_OF_PROGRAMS = (AttributeError, ImportError, NameError, NotImplementedError, RecursionError)
_LINKS = {"cause": "caused by", "context": "while handling"}


def told(error: BaseException) -> str:
    """`StoreUnavailable`, `OSError: 28`, `AttributeError: …`."""
    name = type(error).__name__
    if isinstance(error, _OF_PROGRAMS):
        return f"{name}: {error}"
    number = (
        getattr(error, "sqlstate", None) or getattr(error, "sqlite_errorname", None) or getattr(error, "errno", None)
    )
    return f"{name}: {number}" if number else name


def trace(error: BaseException, depth: int = 8) -> str:
    """Frames without their source's values, the newest last; causes after it, groups with their members."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{frames}{told(error)}" + "".join(
        f"\n{how} {trace(each, depth - 1)}" for how, each in _behind(error, depth)
    )


def _behind(error: BaseException, depth: int) -> Iterator[tuple[str, BaseException]]:
    if depth <= 0:
        return
    if error.__cause__ is not None:
        yield _LINKS["cause"], error.__cause__
    elif error.__context__ is not None and not error.__suppress_context__:
        yield _LINKS["context"], error.__context__
    for each in getattr(error, "exceptions", ()):
        yield "with", each


def without_values(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A step of structlog: `exc_info` becomes `exception`. Libraries also put its words into their message."""
    error = _error(entry.pop("exc_info", None))
    if error is None:
        return entry
    entry["exception"] = trace(error)
    entry["event"] = _shortened(str(entry.get("event", "")), error)
    return entry


def _error(given: Any) -> BaseException | None:
    if given is True:
        return sys.exc_info()[1]
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        found = given[1]
        return found if isinstance(found, BaseException) else None
    return None


def _shortened(message: str, error: BaseException) -> str:
    chain = [error, *(each for _, each in _behind(error, 1))]
    for each in chain:
        for words in (repr(each), str(each), *map(str, each.args)):
            if len(words) > 3:
                message = message.replace(words, told(each))
    return message
