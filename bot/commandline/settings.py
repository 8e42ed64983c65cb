"""The settings of a command's process, or its end with what to correct."""

from typing import TYPE_CHECKING

from bot.commandline.exits import Exit, fail

if TYPE_CHECKING:
    from bot.config import Settings


def settings_or_exit() -> "Settings":
    from bot.config import ConfigurationError, load

    try:
        return load()
    except ConfigurationError as error:
        fail(Exit.CONFIGURATION, *error.sentences)
