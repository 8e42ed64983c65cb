"""What the store and the workspace hold, as effects that a history can be compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, select, text

from bot.domain.events import Kind
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace as Space
from bot.services.delivery import State
from bot.services.outgoing import Sort
from storage.database import Store, open_store
from storage.tables import comments, event_texts, events, outbox
from storage.tables.across import across_outbox
from tests.faults.history import Effect, Findings, History, Seen
from tests.faults.stage import until
from tests.owner import as_owner
from tests.scenarios.town import is_card
from tests.storage import test_projection as projected
from tests.storage.acting import Workspace

T = TypeVar("T")
# Each row of these is one message; a card is posted once and then changed.
SAID = (
    Sort.LINE.value,
    Sort.DIRECT.value,
    Sort.NOTICE.value,
    Sort.DIGEST.value,
    Sort.DIGEST_DETAIL.value,
    Sort.KEY_NOTE.value,
)


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    try:
        yield store
    finally:
        store.close_sync()


def read(url: str, question: Callable[[Connection], T]) -> T:
    with as_owner(url) as connection:
        return question(connection)


def filed(url: str, team: str) -> list[Effect]:
    """The titles, in the order of the log."""
    titles = (
        select(event_texts.c.text)
        .join(events, (events.c.team_id == event_texts.c.team_id) & (events.c.seq == event_texts.c.seq))
        .where(events.c.team_id == team, events.c.kind == Kind.DEFECT_FILED.value, event_texts.c.name == "title")
        .order_by(events.c.seq)
    )
    return read(url, lambda connection: [Effect(title) for title in connection.scalars(titles)])


def commented(url: str, team: str) -> list[Effect]:
    """The comments' texts; each defect is a lane."""
    kept = select(comments.c.text, comments.c.defect_id).where(comments.c.team_id == team).order_by(comments.c.id)
    return read(url, lambda connection: [Effect(row.text, row.defect_id) for row in connection.execute(kept)])


def unsound(url: str, team: str) -> list[str]:
    """What is wrong with the store in itself: its file, the chain of its log, rows that the log does not tell of."""
    with opened(url) as store:
        workspace = Workspace(store, team)
        broken = projected.verdict(workspace).broken
        differs = projected.stored(workspace) != projected.rebuilt(workspace)
        check = store.read_sync(_integrity)
    wrong = [f"the chain breaks at {broken.seq}: {broken.reason}"] if broken else []
    wrong += ["the rows are not what the log tells"] if differs else []
    return wrong + ([f"integrity_check: {check}"] if check != "ok" else [])


def _integrity(connection: Connection) -> str:
    if connection.dialect.name != "sqlite":
        return "ok"
    return str(connection.execute(text("PRAGMA integrity_check")).scalar())


def waiting(url: str) -> int:
    """Rows of the outbox that are not settled."""
    return read(url, lambda connection: len(connection.execute(_UNSETTLED).all()))


async def drained(url: str, patience: float = 240.0) -> None:
    """Until nothing waits to be said. A channel takes a message a second, so a long line takes its time; raises
    TimeoutError when it has not grown shorter for `patience` seconds."""
    with opened(url) as store:

        async def left() -> int:
            return await store.read(lambda connection: len(connection.execute(_UNSETTLED).all()))

        while waiting := await left():

            async def fewer(before: int = waiting) -> bool:
                return await left() < before

            await until(fewer, f"less waits in the outbox than {waiting}", patience)


_UNSETTLED = select(across_outbox.c.id).where(across_outbox.c.settled_at.is_(None))
_ROWS = select(outbox.c.id, outbox.c.lane, outbox.c.sort, outbox.c.state).order_by(outbox.c.after_seq, outbox.c.id)
# How a row ended, and what may then stand in the channel.
_SEEN = {
    State.SENT.value: Seen.OK,
    State.LOST.value: Seen.UNKNOWN,
    "waiting": Seen.UNKNOWN,
    # What Slack refused for good, after a first try whose answer was lost, may stand there all the same.
    State.DEAD.value: Seen.UNKNOWN,
}


def spoken(url: str, space: Space) -> Findings:
    """The outbox beside the channels: every line, notice and direct message once and in its order."""
    rows = read(url, lambda connection: [row for row in connection.execute(_ROWS) if row.sort in SAID])
    history, lanes = History(), {row.id: row.lane for row in rows}
    for row in rows:
        history.begin(row.id, row.lane)
        history.end(row.id, _SEEN.get(row.state, Seen.FAILED))
    said = [id for id, part in stamps(space) if not part]
    return history.compare(Effect(id, lanes.get(id, "")) for id in said)


def stamps(space: Space) -> Iterator[tuple[str, str]]:
    """The outbox ids of all that the bot posted, oldest first: the row's, and which of its posts."""
    for message in all_messages(space):
        stamp = (message.get("metadata") or {}).get("event_payload", {}).get("outbox_id")
        if stamp:
            id, _, part = str(stamp).partition(".")
            yield id, part


def all_messages(space: Space) -> list[Json]:
    """Of every channel, oldest first."""
    said: list[Any] = [message for channel in space.state.messages.values() for message in channel.values()]
    return sorted(said, key=lambda message: float(message["ts"]))


def cards(space: Space) -> list[Effect]:
    """The titles of the cards that stand somewhere, each in a lane of its own: nothing orders them."""
    shown = [_title(message) for message in all_messages(space) if is_card(message)]
    return [Effect(title, title) for title in shown]


def _title(card: Json) -> str:
    return str(card["text"]).splitlines()[0].partition("  ")[2]
