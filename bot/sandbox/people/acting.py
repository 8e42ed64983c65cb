"""What all acts share: who acts, what comes back, and what the client shows of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox import conversation, modals
from bot.sandbox.delivery.ack import Ack
from bot.sandbox.ids import secret
from bot.sandbox.payloads import team_of, user_of
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace

RESPONSES = 5
RESPONSE_LIFE = 30 * 60  # seconds, https://docs.slack.dev/interactivity/handling-user-interaction


@dataclass(frozen=True, slots=True)
class Result:
    """`payload` is what was sent, `shown` what the person saw at once: an ephemeral message, an error, options."""

    ack: Ack
    payload: Json
    shown: Json = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.ack.ok


def response_url(space: Workspace, user_id: str, channel_id: str, message_ts: str | None = None) -> str:
    now, known = space.clock.now(), space.state.response_urls
    # Oldest first, each as long-lived as the next.
    while known and known[next(iter(known))]["until"] + RESPONSE_LIFE < now:
        del known[next(iter(known))]
    code = secret(12)
    space.state.response_urls[code] = {
        "user": user_id,
        "channel": channel_id,
        "message_ts": message_ts,
        "left": RESPONSES,
        "until": space.clock.now() + RESPONSE_LIFE,
    }
    return f"{space.base_url}/response/{code}"


def interaction(space: Workspace, kind: str, user_id: str) -> Json:
    """What every interaction carries; shortcuts do not name the app."""
    app = {} if kind in ("shortcut", "message_action") else {"api_app_id": space.app["id"]}
    return {
        "type": kind,
        "user": user_of(space.user(user_id), kind),
        **app,
        "token": space.app["verification_token"],
        "trigger_id": modals.trigger(space, user_id, kind),
        "team": team_of(space.team),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def action_ts(space: Workspace) -> str:
    return f"{space.clock.now():.6f}"


def complain(space: Workspace, user_id: str, channel_id: str, text: str) -> Json:
    """What Slack itself tells a person whose act did not arrive."""
    message = {"user": "USLACKBOT", "username": "slackbot", "text": text}
    return conversation.whisper(space, channel_id, user_id, message)
