"""What we know of channels: are we in it, may we join it? Asked of Slack rarely, and never on the way to an ack."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.slack.answers import Fate, Ok, Permanent, SlackPort

KEPT = 600.0  # seconds
MOST = 20_000
LIST_PAGE = 200
LIST_PAGES = 50


class Standing(StrEnum):
    """How we stand to a channel."""

    MEMBER = "member"
    JOINABLE = "joinable"  # public, of this workspace
    OUTSIDE = "outside"  # private, a direct message, another company's: no call about it works
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Channel:
    id: str
    name: str
    standing: Standing


class Channels:
    """`clock` gives seconds that only grow (`time.monotonic`)."""

    def __init__(self, slack: SlackPort, clock: Callable[[], float]) -> None:
        self._slack = slack
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[float, Channel]] = OrderedDict()
        self._learned: set[str] = set()

    def known(self, team_id: str, channel_id: str) -> Channel | None:
        """What is remembered, however old, without a call."""
        kept = self._known.get((team_id, channel_id))
        return kept[1] if kept else None

    def fresh(self, team_id: str, channel_id: str) -> Channel | None:
        """What is remembered and not worth asking about again."""
        kept = self._known.get((team_id, channel_id))
        return kept[1] if kept and self._clock() - kept[0] < KEPT else None

    async def about(self, token: str, team_id: str, channel_id: str) -> Channel:
        """Asks Slack where nothing fresh is remembered. Standing UNKNOWN when Slack cannot be asked, or not by us."""
        if kept := self.fresh(team_id, channel_id):
            return kept
        answer = await self._slack.call(token, "conversations.info", {"channel": channel_id})
        if isinstance(answer, Ok):
            return self._keep(team_id, _channel(answer.data.get("channel") or {}, channel_id))
        if isinstance(answer, Permanent) and answer.fate is Fate.ROUTE:
            return self._keep(team_id, Channel(channel_id, "", Standing.OUTSIDE))
        return Channel(channel_id, "", Standing.UNKNOWN)

    def heard_from(self, team_id: str, channel_id: str) -> None:
        """Only members get a channel's messages."""
        kept = self.known(team_id, channel_id)
        if kept is None or kept.standing is not Standing.MEMBER:
            self._keep(team_id, Channel(channel_id, kept.name if kept else "", Standing.MEMBER))

    def forget(self, team_id: str, channel_id: str) -> None:
        """It was renamed, archived, or left."""
        self._known.pop((team_id, channel_id), None)

    def forget_all(self, team_id: str) -> None:
        """We were removed from that workspace; what is true there is learned again."""
        self._learned.discard(team_id)
        for key in [key for key in self._known if key[0] == team_id]:
            del self._known[key]

    def learned(self, team_id: str) -> bool:
        return team_id in self._learned

    async def learn(self, token: str, team_id: str) -> None:
        """All channels that we are in, once, for a start; what cannot be listed now is learned one by one."""
        self._learned.add(team_id)
        cursor = None
        for _ in range(LIST_PAGES):
            asked = {"types": "public_channel,private_channel", "limit": LIST_PAGE, "cursor": cursor}
            answer = await self._slack.call(token, "conversations.list", {**asked, "exclude_archived": True})
            if not isinstance(answer, Ok):
                return
            for channel in answer.data.get("channels") or ():
                self._keep(team_id, _channel(channel, ""))
            cursor = (answer.data.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _keep(self, team_id: str, channel: Channel) -> Channel:
        self._known[team_id, channel.id] = (self._clock(), channel)
        self._known.move_to_end((team_id, channel.id))
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return channel


def _channel(data: Mapping[str, Any], asked: str) -> Channel:
    channel_id, name = str(data.get("id") or asked), str(data.get("name") or "")
    if data.get("is_member"):
        return Channel(channel_id, name, Standing.MEMBER)
    direct = data.get("is_im") or data.get("is_mpim")
    closed = direct or data.get("is_private") or data.get("is_ext_shared") or data.get("is_archived")
    return Channel(channel_id, name, Standing.OUTSIDE if closed else Standing.JOINABLE)
