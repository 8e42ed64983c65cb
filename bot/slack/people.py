"""Who is who: names for the card and for `@dana` typed by hand, kept for an hour to spare Slack's rates."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.answers import Answer, Ok, SlackPort

KEPT = 3600.0  # seconds
MOST = 10_000
LIST_PAGE = 200
LIST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Person:
    """`team_id` is their own workspace, which in a shared channel may be another; `zone` an IANA name or empty."""

    user_id: str
    name: str
    handle: str
    team_id: str = ""
    zone: str = ""
    is_bot: bool = False
    is_gone: bool = False

    def is_called(self, word: str) -> bool:
        return word.casefold() in (self.handle.casefold(), self.name.casefold())


class People:
    """`clock` gives seconds that only grow (`time.monotonic`). `told` hears of a team and of whom Slack told in it, one
    by one: whoever acts or is named, once an hour, and never the whole list."""

    def __init__(
        self, slack: SlackPort, clock: Callable[[], float], told: Callable[[str, Person], None] | None = None
    ) -> None:
        self._slack = slack
        self._clock = clock
        self._told = told
        self._known: OrderedDict[tuple[str, str], tuple[float, Person]] = OrderedDict()
        self._listed: dict[str, tuple[float, tuple[Person, ...]]] = {}

    async def person(self, token: str, team_id: str, user_id: str) -> Person:
        """Somebody whom Slack does not tell us about now is named by their id; that answer is not kept."""
        kept = self._known.get((team_id, user_id))
        if kept and self._clock() - kept[0] < KEPT:
            return kept[1]
        answer = await self._slack.call(token, "users.info", {"user": user_id})
        if not isinstance(answer, Ok):
            return kept[1] if kept else Person(user_id, user_id, user_id)
        return self._keep(team_id, _person({"id": user_id, **(answer.data.get("user") or {})}))

    async def called(self, token: str, team_id: str, word: str) -> tuple[Person, ...] | Answer:
        """Everybody active whose handle or shown name is this word, in any case; an Answer when Slack lists nobody."""
        everybody = await self._everybody(token, team_id)
        if not isinstance(everybody, tuple):
            return everybody
        return tuple(person for person in everybody if person.is_called(word) and not person.is_gone)

    async def learn(self, token: str, team_id: str) -> None:
        """Everybody, once, for a start; what cannot be listed now is asked one by one."""
        await self._everybody(token, team_id)

    def known_as(self, team_id: str, word: str) -> tuple[Person, ...] | None:
        """The same from memory, for the way to an answer; None where nobody has been listed yet."""
        kept = self._listed.get(team_id)
        return tuple(person for person in kept[1] if person.is_called(word) and not person.is_gone) if kept else None

    def known(self, team_id: str) -> tuple[Person, ...]:
        """Everybody active who was listed last."""
        kept = self._listed.get(team_id)
        return tuple(person for person in kept[1] if not person.is_gone and not person.is_bot) if kept else ()

    async def _everybody(self, token: str, team_id: str) -> tuple[Person, ...] | Answer:
        kept = self._listed.get(team_id)
        if kept and self._clock() - kept[0] < KEPT:
            return kept[1]
        found: list[Person] = []
        cursor = None
        for _ in range(LIST_PAGES):
            answer = await self._slack.call(token, "users.list", {"limit": LIST_PAGE, "cursor": cursor})
            if not isinstance(answer, Ok):
                return answer
            found += [_person(member) for member in answer.data.get("members") or () if member.get("id")]
            cursor = (answer.data.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        self._listed[team_id] = (self._clock(), tuple(found))
        return tuple(found)

    def _keep(self, team_id: str, person: Person) -> Person:
        self._known[team_id, person.user_id] = (self._clock(), person)
        self._known.move_to_end((team_id, person.user_id))
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        if self._told is not None:
            self._told(team_id, person)
        return person


def _person(user: Mapping[str, Any]) -> Person:
    profile = user.get("profile") or {}
    handle = str(user.get("name") or user["id"])
    # The name that people see: shown name, else real name, else handle; each may be an empty string.
    name = next(filter(None, (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), handle)))
    return Person(
        user_id=str(user["id"]),
        name=str(name),
        handle=handle,
        team_id=str(user.get("team_id") or ""),
        zone=str(user.get("tz") or ""),
        is_bot=bool(user.get("is_bot")),
        is_gone=bool(user.get("deleted")),
    )
