"""Carries one row to Slack: every call goes through here, and what is not a success ends the row's try as a Halt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, TypeVar

from bot.jobs.office import Office
from bot.jobs.pauses import reason_of, road_of
from bot.jobs.retry import SETTLING, backoff
from bot.services.delivery import Again, Claimed, Settled, State, Verdict
from bot.services.outgoing import Body, Outgoing, Sort
from bot.services.questions import Questions
from bot.services.records import Place
from bot.services.roads import ALL
from bot.slack.answers import Ambiguous, Answer, Fate, Ok, Permanent, RateLimited, Retryable, in_words, undrawable
from bot.slack.limits import Legal, enforce
from bot.slack.lookup import Found, look_up, place_of, stamped, strayed

Data = Mapping[str, Any]
T = TypeVar("T")

# Slack's clock and ours differ; a message may bear a time before the row that asked for it.
SKEW = timedelta(minutes=5)
# What leaves something new to be seen: only here a lost answer makes a row doubtful. Any other call is simply made
# again, so that a message that nobody can look up (a direct one) is not given up because of a call before it.
SAYS = frozenset({"chat.postMessage", "files.completeUploadExternal"})


class Halt(Exception):
    """This try is over; the verdict says how."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class Stray(Exception):
    """The thread is gone: the parent was deleted. Nothing of ours is left at the channel's root."""


class Gone(Exception):
    """The message that was to be changed is no longer there, or can no longer be changed."""


def legal(payload: Data) -> Data:
    """Within Slack's limits, whatever people wrote."""
    if "view" in payload:
        return {**payload, "view": enforce(dict(payload["view"])).payload}
    return enforce(dict(payload)).payload if "blocks" in payload else payload


# What shows that a road is open again; to read, to join or to delete may go well on a closed one.
WRITES = frozenset({"chat.postMessage", "chat.update", "files.completeUploadExternal"})
NO_UNFURL = {"unfurl_links": False, "unfurl_media": False}


@dataclass
class Courier:
    office: Office
    row: Claimed
    token: str
    since: float = field(default_factory=monotonic)
    left_out: list[Outgoing] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    _cleared: bool = False
    _trying: set[str] = field(default_factory=set)
    _said: bool = False
    _turns: set[str] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        return self.office.clock.now()

    @property
    def _doubt(self) -> bool:
        """Whether an earlier try may still stand unseen in the channel."""
        return self.row.doubtful and not self._cleared

    async def ask(self, question: Callable[[Questions], T]) -> T:
        async with self.office.calm.turn(monotonic() - self.since):
            return await self.office.units.ask(self.row.team_id, question)

    async def name(self, person: str) -> str:
        return (await self.office.people.person(self.token, self.row.team_id, person)).name

    async def call(self, method: str, payload: Data, channel: str = "") -> Answer:
        """The bare answer; a closed bucket answers RateLimited without a call, a closed road halts."""
        roads = tuple(filter(None, (channel, method, ALL)))
        await self.passable(*roads)
        answer = await self.limited(method, payload, channel)
        if isinstance(answer, Ok) and method in WRITES:
            self.opened |= self.office.pauses.among(self.row.team_id, roads)
        return answer

    async def passable(self, *roads: str) -> None:
        """Raises Halt where one of them is closed."""
        if closed := await self.office.pauses.closed(self.row.team_id, roads, self.now, self._trying):
            raise Halt(Settled(State.DEAD, reason_of(closed.road, closed.code)))

    async def limited(self, method: str, payload: Data, channel: str = "") -> Answer:
        """Within the pace that Slack has told us to keep."""
        bucket = (self.row.team_id, method, channel)
        until = self.office.parking.wait(bucket, self.now)
        if until is not None:
            return RateLimited((until - self.now).total_seconds())
        answer = await self.office.slack.call(self.token, method, legal(payload))
        if isinstance(answer, RateLimited):
            self.office.counters.rate_limited += 1
            self.office.parking.park(bucket, self.now + timedelta(seconds=answer.retry_after))
        return answer

    async def must(self, method: str, payload: Data, channel: str = "") -> Data:
        """Slack's answer to a call that may be repeated. Raises Gone, Halt."""
        return self.heard(await self._taken(method, payload, channel), method, channel)

    def heard(self, answer: Answer, method: str, channel: str = "") -> Data:
        """What a call that may be repeated was answered. Raises Gone, Halt."""
        if isinstance(answer, Ok):
            self._said = self._said or method in SAYS
            return answer.data
        if isinstance(answer, Permanent) and answer.fate is Fate.ANCHOR:
            raise Gone(answer.code)
        raise Halt(self._verdict(answer, method, channel))

    async def post(self, channel: str, thread_ts: str | None, message: Data, part: str = "") -> Place:
        """Where the new message stands. `part` tells several posts of one row apart. Raises Stray, Halt."""
        place, whole = await self._posted(channel, thread_ts, message, f"{self.row.id}{part}")
        if whole is not None:
            self.leave_out(whole, place.channel, thread_ts or place.ts)
        return place

    def leave_out(self, text: str, channel: str, thread_ts: str | None) -> None:
        """What a message did not have room for follows as a file in its thread, when the row has ended."""
        body: Body = {"channel": channel, "thread_ts": thread_ts, "text": text}
        self.left_out.append(Outgoing(Sort.WHOLE_TEXT, self.row.lane, body, bulk=True))

    async def _posted(self, channel: str, thread_ts: str | None, message: Data, stamp: str) -> tuple[Place, str | None]:
        """Its place, and all that it says where something of that had to be cut."""
        fitting = enforce(dict(message)) if "blocks" in message else Legal(dict(message))
        if self.row.doubtful and (ts := await self._found(channel, thread_ts, stamp)):
            return Place(channel, ts), fitting.full_text
        self._await_turn(channel, stamp)
        payload = {**fitting.payload, "channel": channel, "thread_ts": thread_ts, **NO_UNFURL}
        try:
            data = await self.must("chat.postMessage", stamped(payload, stamp), channel)
        except Gone as gone:
            raise Stray from gone
        place = place_of(data, channel)
        if place is None:
            raise Halt(Settled(State.LOST, "it was posted, and the answer does not say where"))
        if strayed(payload, data):
            await self.sweep(place.channel, place.ts)
        return place, fitting.full_text

    async def once(self, method: str, payload: Data, channel: str = "") -> None:
        """A call that must not happen twice and cannot be looked up. Raises Halt."""
        if self.row.doubtful:
            raise Halt(Settled(State.LOST, "its answer was lost"))
        answer = await self._taken(method, payload, channel)
        self.once_answered(answer, method, channel)

    def once_answered(self, answer: Answer, method: str = "", channel: str = "") -> None:
        if isinstance(answer, Ambiguous) or (isinstance(answer, Retryable) and answer.sent):
            raise Halt(Settled(State.LOST, answer.reason))
        if not isinstance(answer, Ok):
            raise Halt(self._verdict(answer, method, channel))

    async def _taken(self, method: str, payload: Data, channel: str) -> Answer:
        """A public channel that we are not in can be entered; what Slack does not draw is said in its words."""
        answer = await self.call(method, payload, channel)
        if isinstance(answer, Permanent) and answer.code == "not_in_channel":
            joined = await self.call("conversations.join", {"channel": channel}, channel)
            answer = await self.call(method, payload, channel) if isinstance(joined, Ok) else answer
        return await self.call(method, in_words(payload), channel) if undrawable(answer, payload) else answer

    async def _found(self, channel: str, thread_ts: str | None, stamp: str) -> str | None:
        """None: it never arrived. Raises Stray, and Halt where nobody can know."""
        oldest = f"{(self.row.created_at - SKEW).timestamp():.6f}"
        seen = await look_up(_Reading(self), self.token, channel, thread_ts, stamp, oldest)
        if isinstance(seen, Found):
            if seen.stray:
                await self.sweep(channel, seen.ts)
            return seen.ts
        if isinstance(seen, RateLimited):
            raise Halt(Again(self.now + timedelta(seconds=seen.retry_after), "looking it up", doubtful=True))
        if isinstance(seen, Retryable | Ambiguous):
            raise Halt(self._put_back(seen.reason, doubtful=True))
        if isinstance(seen, Permanent):
            raise Halt(Settled(State.LOST, f"its answer was lost, and history cannot be read: {seen.code}"))
        self._cleared = True
        return None

    async def sweep(self, channel: str, ts: str) -> None:
        """Takes it away from the channel's root. Put back, the row stays doubtful: the next try must find it again."""
        self.office.counters.strays += 1
        try:
            await self.must("chat.delete", {"channel": channel, "ts": ts}, channel)
        except Halt as halt:
            again = halt.verdict
            raise Halt(replace(again, doubtful=True) if isinstance(again, Again) else again) from halt
        except Gone:
            pass
        raise Stray

    def take_turn(self, channel: str, part: str = "") -> None:
        """Before a message is drawn: raises Halt where its turn comes later. What is doubtful is looked up before."""
        if not self.row.doubtful:
            self._await_turn(channel, f"{self.row.id}{part}")

    def _await_turn(self, channel: str, stamp: str) -> None:
        if stamp in self._turns:
            return
        turn = self.office.pace.turn((self.row.team_id, channel), stamp, self.now, bulk=self.row.bulk)
        if turn > self.now:
            raise Halt(Again(turn, "its turn comes", self._doubt, counts=False))
        self._turns.add(stamp)

    def _verdict(self, answer: Answer, method: str, channel: str) -> Verdict:
        if isinstance(answer, RateLimited):
            until = self.now + timedelta(seconds=answer.retry_after)
            return Again(until, "rate limited", self._doubt, counts=False)
        if isinstance(answer, Ambiguous | Retryable):
            unheard = method in SAYS and (isinstance(answer, Ambiguous) or answer.sent)
            return self._put_back(answer.reason, doubtful=unheard or self._said or self._doubt)
        assert isinstance(answer, Permanent)
        road = road_of(answer, method, channel)
        if not road:
            return Settled(State.DEAD, f"{answer.code} {answer.detail}".strip())
        return self.office.pauses.end_of(self.row, road, answer, self.now)

    def _put_back(self, reason: str, *, doubtful: bool) -> Again:
        wait = backoff(self.row.attempts, self.office.chance())
        if doubtful:
            wait = max(wait, timedelta(seconds=SETTLING))
        return Again(self.now + wait, reason, doubtful=doubtful)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Slack as `look_up` knows it: what is read back keeps to the pace as well."""

    courier: Courier

    async def call(self, token: str, method: str, payload: Data, *, deadline: float | None = None) -> Answer:  # noqa: ARG002 - the port's signature
        return await self.courier.limited(method, payload, str(payload.get("channel", "")))
