"""The Web API: one table from a method's name to the function that answers it."""

from __future__ import annotations

from bot.sandbox.web_api import apps, chat, conversations, ephemeral, files, reactions, users, views
from bot.sandbox.web_api.call import Method

METHODS: dict[str, Method] = {
    **apps.METHODS,
    **chat.METHODS,
    **ephemeral.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **reactions.METHODS,
    **views.METHODS,
    **files.METHODS,
}
