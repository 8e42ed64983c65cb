"""How people and channels look in Slack's answers when they are new."""

from __future__ import annotations

from bot.sandbox.types import Json


def person(user_id: str, team: str, name: str, real_name: str, *, now: float, is_bot: bool = False) -> Json:
    """https://docs.slack.dev/reference/objects/user-object"""
    profile = {"real_name": real_name, "display_name": "" if is_bot else real_name.split()[0], "team": team}
    return {
        "id": user_id,
        "team_id": team,
        "name": name,
        "deleted": False,
        "real_name": real_name,
        "tz": "Europe/Berlin",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": is_bot,
        "is_app_user": False,
        "updated": int(now),
    }


def channel(channel_id: str, team: str, name: str, creator: str, *, now: float, private: bool, im: bool) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object"""
    return {
        "id": channel_id,
        "name": name,
        "is_channel": not private and not im,
        "is_group": private,
        "is_im": im,
        "is_private": private or im,
        "is_archived": False,
        "is_general": name == "general",
        "is_mpim": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [team],
        "parent_conversation": None,
        "unlinked": 0,
        "previous_names": [],
        "updated": int(now * 1000),
        "created": int(now),
        "creator": creator,
        "name_normalized": name,
        "context_team_id": team,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }
