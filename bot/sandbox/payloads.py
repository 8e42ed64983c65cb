"""What leaves the workspace, in Slack's shapes.

Sources: https://docs.slack.dev/reference/interaction-payloads and the samples that slackapi publishes in
java-slack-sdk (json-logs/samples/app-backend) and bolt-python (tests/scenario_tests).
"""

from __future__ import annotations

from bot.sandbox.types import Json

# Views go to the app with these keys and no others.
VIEW_KEYS = (
    "id",
    "team_id",
    "type",
    "blocks",
    "private_metadata",
    "callback_id",
    "state",
    "hash",
    "title",
    "clear_on_close",
    "notify_on_close",
    "close",
    "submit",
    "previous_view_id",
    "root_view_id",
    "app_id",
    "external_id",
    "app_installed_team_id",
    "bot_id",
)


def present(stored: Json) -> Json:
    """Without what is the workspace's own."""
    return {key: value for key, value in stored.items() if not key.startswith("_")}


def without_metadata(message: Json) -> Json:
    return {key: value for key, value in present(message).items() if key != "metadata"}


# Which names of a person an interaction carries, by its type, where it is not both.
_NAMES = {"message_action": ("name",), "shortcut": ("username",)}


def user_of(user: Json, kind: str) -> Json:
    """Slack's samples of message shortcuts have no `username`, those of global shortcuts no `name`."""
    names = dict.fromkeys(_NAMES.get(kind, ("username", "name")), user["name"])
    return {"id": user["id"], **names, "team_id": user["team_id"]}


def team_of(team: Json) -> Json:
    return {"id": team["id"], "domain": team["domain"]}


def channel_name(channel: Json, *, visible: bool) -> str:
    """Where the app is not, a private conversation has no name but its kind."""
    if channel.get("is_im"):
        return "directmessage"
    if channel.get("is_private") and not visible:
        return "privategroup"
    return str(channel["name"])


def channel_type(channel: Json) -> str:
    if channel.get("is_im"):
        return "im"
    return "group" if channel.get("is_private") else "channel"


def event_envelope(app: Json, team_id: str, event: Json, event_id: str, now: float, *, shared: bool = False) -> Json:
    """https://docs.slack.dev/apis/events-api/#event-type-structure

    `shared`: it happened in a channel that another company is in."""
    return {
        "token": app["verification_token"],
        "team_id": team_id,
        "context_team_id": team_id,
        "context_enterprise_id": None,
        "api_app_id": app["id"],
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team_id,
                "user_id": app["bot_user_id"],
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{event_id}",
    }


def view_for_app(view: Json) -> Json:
    return {key: view.get(key) for key in VIEW_KEYS}
