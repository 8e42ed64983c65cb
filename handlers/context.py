"""From a Slack body to who asks, where, through what: the services' Context, and what an answer needs.

Tenant is the workspace that installed us, not the one a person comes from: in a shared channel these differ
(docs.slack.dev/apis/slack-connect).
"""

from dataclasses import dataclass, field, replace

from bot.domain.values import Surface
from bot.services.context import Context, Receipt
from handlers.payload import Body, dig, first, word


@dataclass(frozen=True, slots=True)
class Authorized:
    """What the installation says of itself: its token, bot user, workspace and organisation."""

    token: str = ""
    bot: str = ""
    team: str = ""
    enterprise: str = ""
    org_wide: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """One delivery. `trigger_id` opens one modal within 3 s; `response_url` takes 5 answers within 30 min."""

    body: Body
    context: Context
    token: str = ""
    bot: str = ""
    trigger_id: str = ""
    response_url: str = ""

    def at(self, *, channel: str | None, message_ts: str | None = None, thread_ts: str | None = None) -> "Incoming":
        """The same delivery about another place: a modal acts where it was opened."""
        there = replace(self.context, channel=channel, message_ts=message_ts, thread_ts=thread_ts)
        return replace(self, context=there)

    def once(self, receipts: tuple[Receipt, ...]) -> "Incoming":
        """The same delivery, known by these."""
        return replace(self, context=replace(self.context, receipts=receipts))


@dataclass(frozen=True, slots=True)
class Place:
    channel: str | None = None
    message_ts: str | None = None
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    team: str
    person: str
    guest_team: str | None = field(default=None)


def incoming(body: Body, authorized: Authorized, surface: Surface, receipts: tuple[Receipt, ...] = ()) -> Incoming:
    sender, place = sender_of(body, authorized), place_of(body)
    context = Context(
        team_id=sender.team,
        actor=sender.person,
        surface=surface,
        channel=place.channel,
        message_ts=place.message_ts,
        thread_ts=place.thread_ts,
        guest_team=sender.guest_team,
        receipts=receipts,
    )
    response_url = first(word(body, "response_url"), word(body, "response_urls", 0, "response_url"))
    return Incoming(body, context, authorized.token, authorized.bot, word(body, "trigger_id"), response_url)


def sender_of(body: Body, authorized: Authorized) -> Sender:
    team = tenant(body, authorized)
    own = _own_team(body)
    ours = {"", team, authorized.enterprise} if authorized.enterprise else {"", team}
    same_company = bool(authorized.enterprise) and _enterprise(body) == authorized.enterprise
    return Sender(team, _person(body), None if own in ours or same_company else own)


def tenant(body: Body, authorized: Authorized) -> str:
    """The installation's workspace; for an organisation-wide one the workspace that Slack names first."""
    return first(
        "" if authorized.org_wide else authorized.team,
        word(body, "view", "app_installed_team_id"),
        word(body, "authorizations", 0, "team_id"),
        word(body, "team_id"),
        word(body, "team", "id"),
        word(body, "user", "team_id"),
        word(body, "event", "team"),
    )


def _own_team(body: Body) -> str:
    event = dig(body, "event")
    if event is not None:
        return first(word(event, "user_team"), word(event, "team"), word(event, "message", "team"))
    return first(word(body, "user", "team_id"), word(body, "team_id"), word(body, "team", "id"))


def _enterprise(body: Body) -> str:
    """The organisation a click came from. An event of a shared channel names only the receiver's: it proves nothing."""
    if dig(body, "event") is not None:
        return ""
    return first(word(body, "user", "enterprise_id"), word(body, "enterprise", "id"), word(body, "enterprise_id"))


def _person(body: Body) -> str:
    return first(
        word(body, "user_id"),
        word(body, "user", "id"),
        word(body, "user"),
        word(body, "event", "user"),
        word(body, "event", "message", "user"),
        word(body, "event", "previous_message", "user"),
    )


def place_of(body: Body) -> Place:
    channel = first(
        word(body, "channel_id"),
        word(body, "channel", "id"),
        word(body, "container", "channel_id"),
        word(body, "event", "channel"),
    )
    message = first(
        word(body, "message", "ts"),
        word(body, "message_ts"),
        word(body, "container", "message_ts"),
        word(body, "event", "message", "ts"),
        word(body, "event", "previous_message", "ts"),
        word(body, "event", "deleted_ts"),
        word(body, "event", "ts"),
    )
    thread = first(
        word(body, "message", "thread_ts"),
        word(body, "container", "thread_ts"),
        word(body, "event", "thread_ts"),
        word(body, "event", "message", "thread_ts"),
        word(body, "event", "previous_message", "thread_ts"),
    )
    return Place(channel or None, message or None, thread or None)


def trigger_receipt(body: Body) -> tuple[Receipt, ...]:
    """Of a command, a click or a shortcut."""
    trigger = word(body, "trigger_id")
    return (Receipt("trigger", trigger),) if trigger else ()


def view_receipt(body: Body) -> tuple[Receipt, ...]:
    """A modal can be submitted twice; it counts once."""
    view = word(body, "view", "id")
    return (Receipt("view", view),) if view else ()


def event_receipts(body: Body, act: str = "") -> tuple[Receipt, ...]:
    """By the event's id, and by the message and what it asked: one message may arrive under many event ids
    (github.com/slackapi/node-slack-sdk/issues/2141)."""
    place, event_id = place_of(body), word(body, "event_id")
    known = (Receipt("event", event_id),) if event_id else ()
    natural = (Receipt("message", f"{place.channel}:{place.message_ts}:{act}"),) if act and place.message_ts else ()
    return known + natural
