"""The page: a plain client of the workspace, to use it by hand."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.sandbox.page.routes import routes
from bot.sandbox.workspace import Workspace


def page_routes(space: Workspace) -> list[BaseRoute]:
    return routes(space)
