"""What Slack can answer, as values: the outbox decides on these and on nothing else.

| answer | what is known | what the outbox may do |
|---|---|---|
| Ok | done | settle |
| RateLimited | refused, not done | wait `retry_after` seconds in this bucket only |
| Retryable | not done, or come again later | send again; after `sent=True` look it up first where possible |
| Ambiguous | it may or may not be done | look it up by outbox id, never send blindly |
| Permanent | refused, and will be again | act on its `fate` |
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bot.services.roads import REMOVED


class Fate(StrEnum):
    """What a permanent refusal is about."""

    ROUTE = "route"  # this conversation cannot be written to: pause it and tell somebody once
    INSTALLATION = "installation"  # the token or a scope: nothing of this workspace can be sent
    ANCHOR = "anchor"  # the message is gone or can no longer be edited: post anew
    PAYLOAD = "payload"  # this content will never be accepted
    TRIGGER = "trigger"  # the modal came too late: ask the person to press again
    STALE = "stale"  # the view changed or was closed in the meantime
    PERSON = "person"  # this person cannot be reached
    UNKNOWN = "unknown"  # a code that the table does not know


@dataclass(frozen=True, slots=True)
class Ok:
    """`data`: Slack's JSON; `headers`: the answer's, with lower-case names."""

    data: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateLimited:
    retry_after: float


@dataclass(frozen=True, slots=True)
class Retryable:
    reason: str
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    reason: str


@dataclass(frozen=True, slots=True)
class Permanent:
    """`code`: Slack's own error code; `detail`: Slack's messages about it, for a log and for `doctor`."""

    code: str
    fate: Fate = Fate.UNKNOWN
    detail: str = ""


Answer = Ok | RateLimited | Retryable | Ambiguous | Permanent


class SlackPort(Protocol):
    """One Web API call. Never raises for anything that Slack or the network does."""

    async def call(
        self, token: str, method: str, payload: Mapping[str, Any], *, deadline: float | None = None
    ) -> Answer:
        """`deadline`: seconds for the whole call, default the gateway's; an answer after it is Ambiguous."""
        ...


# Codes that mean the call's aim has been reached already.
DONE = {
    ("reactions.add", "already_reacted"),
    ("reactions.remove", "no_reaction"),
    ("chat.delete", "message_not_found"),
    ("conversations.join", "already_in_channel"),
}
RATE_LIMITS = {"ratelimited", "rate_limited"}
# Refused before any work, by the codes' descriptions on docs.slack.dev/reference/methods/chat.postMessage.
COME_AGAIN = {"service_unavailable", "request_timeout", "team_added_to_org", "org_login_required"}
# "It's possible some aspect of the operation succeeded before the error was raised" (same page).
PERHAPS_DONE = {"internal_error", "fatal_error"}

_FATES: Mapping[Fate, str] = {
    Fate.ROUTE: """channel_not_found not_in_channel is_archived channel_is_archived channel_type_not_supported
        method_not_supported_for_channel_type restricted_action restricted_action_read_only_channel
        restricted_action_thread_only_channel restricted_action_non_threadable_channel
        restricted_action_thread_locked message_limit_exceeded messages_tab_disabled not_enabled
        cannot_auth_user posting_to_channel_denied""",
    Fate.INSTALLATION: """invalid_auth not_authed account_inactive token_revoked token_expired missing_scope
        no_permission not_allowed_token_type access_denied ekm_access_denied enterprise_is_restricted
        team_access_not_granted two_factor_setup_required app_missing_action_url bot_not_found""",
    Fate.ANCHOR: """message_not_found cant_update_message edit_window_closed cant_delete_message
        thread_not_found cannot_reply_to_message parent_message_not_found""",
    Fate.PAYLOAD: """invalid_blocks invalid_blocks_format block_mismatch msg_too_long msg_blocks_too_long no_text
        too_many_attachments metadata_too_large invalid_metadata_format invalid_metadata_schema
        metadata_must_be_sent_from_app invalid_arguments invalid_arg_name invalid_form_data invalid_json
        json_not_object invalid_charset invalid_post_type missing_post_type too_many_reactions too_many_emoji
        invalid_name bad_timestamp view_too_large duplicate_external_id file_not_found file_deleted
        invalid_channel markdown_text_conflict cant_broadcast_message missing_argument unknown_method""",
    Fate.TRIGGER: """expired_trigger_id exchanged_trigger_id invalid_trigger_id trigger_expired trigger_exchanged
        push_limit_reached expired_url used_url""",
    Fate.STALE: "hash_conflict not_found view_not_found",
    Fate.PERSON: "user_not_found user_not_visible user_disabled cannot_dm_bot cant_invite_self user_not_in_channel",
}
FATES: Mapping[str, Fate] = {code: fate for fate, codes in _FATES.items() for code in codes.split()}

# These say that the token itself is no good; the other codes of an installation concern one method only.
TOKEN_IS_DEAD = frozenset(
    [
        REMOVED,
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "team_access_not_granted",
    ]
)

# A method that we have no right to, or that a compatible server does not have: another way may be open.
NOT_OFFERED = frozenset({"unknown_method", "missing_scope", "not_allowed_token_type", "method_deprecated"})

# Content that Slack refuses is sent once more as its plain text: the words matter more than the buttons.
_UNDRAWABLE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"})


def undrawable(answer: Answer, message: Mapping[str, Any]) -> bool:
    """The message was refused for its blocks; its text alone may be taken."""
    return isinstance(answer, Permanent) and answer.code in _UNDRAWABLE and bool(message.get("blocks"))


def in_words(message: Mapping[str, Any]) -> dict[str, Any]:
    """Without its blocks; an empty list also takes those away that a message had."""
    return {**message, "blocks": []}


async def drawn(send: Callable[[Mapping[str, Any]], Awaitable[Answer]], message: Mapping[str, Any]) -> Answer:
    """Sent with its blocks, or with its text alone where Slack does not take them."""
    answer = await send(message)
    return await send(in_words(message)) if undrawable(answer, message) else answer


def refused(method: str, code: str, detail: str = "", data: Mapping[str, Any] | None = None) -> Answer:
    """The answer that an error code of this method stands for."""
    if (method, code) in DONE:
        return Ok(data or {})
    if code in COME_AGAIN:
        return Retryable(code)
    if code in PERHAPS_DONE:
        return Ambiguous(code)
    return Permanent(code, FATES.get(code, Fate.UNKNOWN), detail)
