"""The workspace's Web API as an app calls it, and the small things that tests say with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from bot.sandbox.workspace import Workspace

Json = dict[str, Any]


@dataclass
class Api:
    space: Workspace
    client: httpx.AsyncClient

    async def __call__(self, method: str, token: str | None = None, **arguments: Any) -> Json:
        """As JSON, with the bot's token; answers the body."""
        authorization = {"Authorization": f"Bearer {token or self.space.app['bot_token']}"}
        response = await self.client.post(f"/api/{method}", json=arguments, headers=authorization)
        body: Json = response.json()
        return body

    async def said(self, channel: str = "shop-defects", **message: Any) -> Json:
        """A message of the app in a channel, given by name; answers the body."""
        return await self("chat.postMessage", channel=self.channel(channel), **{"text": "x", **message})

    def channel(self, name: str) -> str:
        return str(self.space.named(name)["id"])


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str = "One", value: str = "one") -> Json:
    return {"text": plain(text), "value": value}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": "go", **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def ask(element: Json, label: str = "Field", **more: Any) -> Json:
    return {"type": "input", "label": plain(label), "element": {"action_id": "value", **element}, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Form"), "submit": plain("Save"), "blocks": list(blocks), **more}
