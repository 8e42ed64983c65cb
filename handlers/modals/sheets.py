"""Forms that are open: one update of a view at a time, drawn from its newest state, sent under that state's hash.

Memory holds only what may be lost: the pace of each view, and the words that nobody has looked for yet. Several
processes may hear of one view; what they do to it is guarded by Slack, which refuses an update that was drawn from an
older state (`hash_conflict`, docs.slack.dev/reference/methods/views.update). The one that came first then stands.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.slack.answers import Fate, Ok, Permanent, RateLimited, SlackPort
from bot.slack.blocks import Json
from bot.slack.limits import enforce
from handlers.payload import Body, word

# Seconds from one look to the next: `views.update` takes about a hundred a minute, a person types ten letters a second.
PACE = 1.0
MOST = 10_000
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """What a form says so far; `at` orders what was typed (Slack's `action_ts`), whichever way it arrives; `asked`: a
    button was pressed for it."""

    title: str
    body: str = ""
    at: str = ""
    asked: bool = False
    component: str = ""


@dataclass(slots=True)
class Sheet:
    """One open view. `view`: the newest state of it that we know; `wanted`: the newest words, until they are looked
    for, `newest` when they were typed; `rested`: when the next look may begin; `past`: hashes that we replaced.
    `over`: it was sent or answered, and nothing is drawn on it any more."""

    id: str
    view: Body
    wanted: Words | None = None
    newest: str = ""
    looking: bool = False
    over: bool = False
    rested: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    past: set[str] = field(default_factory=set)

    def saw(self, view: Body) -> None:
        """As it came along with a click: older than ours, if its hash is one that we have replaced."""
        if word(view, "hash") not in self.past:
            self.view = view

    def replaced(self, seen: str, view: Body) -> None:
        self.past.add(seen)
        self.view = view

    def want(self, words: Words, *, enough: bool) -> None:
        """What was typed later wins; where it is not `enough` to look for, nothing is looked for."""
        if words.at >= self.newest:
            self.wanted, self.newest = words if enough else None, words.at


class Sheets:
    """`now` gives seconds that only grow; `wait` lets them pass."""

    def __init__(
        self, now: Callable[[], float] = time.monotonic, wait: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._now = now
        self._wait = wait
        self._open: OrderedDict[tuple[str, str], Sheet] = OrderedDict()

    def of(self, team_id: str, view: Body) -> Sheet:
        """The sheet of that view, which is as new as `view` at least. One that the server did not name is nobody else's
        and cannot be drawn on."""
        if not word(view, "id"):
            return Sheet("", view, over=True)
        key = (team_id, word(view, "id"))
        sheet = self._open.setdefault(key, Sheet(key[1], view, rested=self._now()))
        sheet.saw(view)
        self._open.move_to_end(key)
        if len(self._open) > MOST:
            self._open.popitem(last=False)
        return sheet

    async def rest(self, sheet: Sheet) -> None:
        """Until the next look at this view may begin."""
        while (left := sheet.rested - self._now()) > 0:
            await self._wait(left)
        sheet.rested = self._now() + PACE

    async def update(
        self, slack: SlackPort, token: str, sheet: Sheet, draw: Callable[[Body], Mapping[str, Any] | None]
    ) -> None:
        """`draw`: from the view as it is by then to what it becomes; None leaves it. A view that was closed or changed
        elsewhere refuses this, which is right; so does Slack when it has had enough."""
        async with sheet.turn:
            drawn = None if sheet.over else draw(sheet.view)
            if drawn is None:
                return
            sheet.rested = max(sheet.rested, self._now() + PACE)
            seen = word(sheet.view, "hash")
            target: Json = {"view_id": sheet.id, "hash": seen or None, "view": enforce(dict(drawn)).payload}
            answer = await slack.call(token, "views.update", target)
            if isinstance(answer, Ok):
                sheet.replaced(seen, answer.data.get("view") or {})
            elif isinstance(answer, RateLimited):
                sheet.rested = max(sheet.rested, self._now() + answer.retry_after)
            elif isinstance(answer, Permanent) and answer.fate is not Fate.STALE:
                logger.error("an update of a form was refused: %s %s", answer.code, answer.detail)
