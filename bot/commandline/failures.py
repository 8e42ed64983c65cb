"""What can stop a serving process, in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.commandline.exits import Exit, fail


@contextmanager
def explained(instead: str = "use PostgreSQL for several") -> Iterator[None]:
    """`instead`: what to do when another process serves the store and shall go on."""
    from bot.sandbox.errors import PortTaken, StateUnreadable
    from bot.transports.server import CannotListen
    from storage.errors import AlreadyServing, StoreError

    try:
        yield
    except AlreadyServing as error:
        whose = f"process {error.pid}" if error.pid else "another process"
        words = f"{error.path} is served by {whose} already: stop it, or {instead}."
        fail(Exit.CONFIGURATION, words)
    except StoreError as error:
        fail(Exit.STORE, f"The database cannot be used: {error}")
    except (CannotListen, PortTaken, StateUnreadable) as error:
        fail(Exit.CONFIGURATION, str(error))
