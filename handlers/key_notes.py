"""Keys of defects in what people say; which of them are told about is the use case's to decide."""

import re

from bot.services.requests import NoteKeys
from handlers.acting import perform
from handlers.context import Incoming
from handlers.desk import Desk
from handlers.payload import Body, word
from handlers.references import KEY, OTHER_PREFIXES

# In capitals, as keys are shown: `utf-8` is no key. Not part of a longer word, of an address or of a reference.
_KEY = re.compile(rf"(?<![\w/.-])(?=[A-Z])(?P<key>{KEY})(?![\w-])")
_NO_WORDS = re.compile(r"```.*?```|<[^<>|]*(?:\|([^<>]*))?>", re.DOTALL)


def keys_in(text: str) -> tuple[str, ...]:
    """Each once, in order. Blocks of code are quotes of something else; of a link only its label speaks."""
    said = _NO_WORDS.sub(lambda found: f" {found[1] or ''} ", text)
    keys = (found["key"] for found in _KEY.finditer(said))
    return tuple(dict.fromkeys(k for k in keys if k.isupper() and k.partition("-")[0] not in OTHER_PREFIXES))


async def note(desk: Desk, incoming: Incoming, event: Body) -> None:
    """Raises what the store raises. The row of a note decides that there is one, so it needs no receipt."""
    keys, channel, team = keys_in(word(event, "text")), word(event, "channel"), incoming.context.team_id
    ts = word(event, "ts")
    if not keys or not ts or not await desk.units.ask(team, lambda q: q.notes_keys(channel)):
        return
    await perform(desk, incoming.once(()), NoteKeys(channel, word(event, "thread_ts") or ts, keys))
