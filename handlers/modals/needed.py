"""What a form must say, whatever it is about."""

from typing import NoReturn

from bot.domain.errors import Missing
from handlers.modals.filled import Filled
from handlers.modals.memo import Memo


def key(filled: Filled, memo: Memo) -> str:
    """Of the defect: the form was opened for it, or asked for it. Raises Missing."""
    return memo.key or filled.choice("key") or missing("key", memo)


def missing(argument: str, memo: Memo) -> NoReturn:
    raise Missing(argument, memo.form)
