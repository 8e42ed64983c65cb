"""`SHOP-42` in a message: one compact note in that thread, once per thread and key, where the channel wants them."""

from bot.domain.errors import NotFound
from bot.services.outgoing import Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.requests import NoteKeys

# Of one message; more is a list that somebody pasted.
MOST = 5


def note_keys(uow: UnitOfWork, request: NoteKeys) -> tuple[str, ...]:
    """The keys that are noted now. Nothing for unknown ones, nor in a defect's own thread; a guest of another company
    learns no titles by naming keys."""
    if uow.context.guest_team is not None or not uow.key_notes.on(request.channel):
        return ()
    return tuple(key for key in tuple(dict.fromkeys(request.keys))[:MOST] if _note(uow, request, key))


def _note(uow: UnitOfWork, request: NoteKeys, key: str) -> bool:
    try:
        defect = uow.defects.get(key)
    except NotFound:
        return False
    anchor = uow.conversations.anchor(defect.id)
    at_home = anchor is not None and (anchor.channel, anchor.root_ts) == (request.channel, request.root_ts)
    if at_home or not uow.key_notes.first(request.channel, request.root_ts, defect.id):
        return False
    body = {"defect_id": defect.id, "channel": request.channel, "thread_ts": request.root_ts}
    uow.outbox.put(Outgoing(Sort.KEY_NOTE, f"note:{request.channel}:{request.root_ts}", body))
    return True
