from collections.abc import AsyncIterator

import httpx
import pytest

from bot.ingest.routes import ingest_routes
from bot.ingest.secrets import Source, secret_of, signature
from bot.services.ports import UnitsOfWork
from bot.transports.http import build_http
from storage.database import Store
from tests.services.acting import Shop
from tests.storage.acting import Workspace

TOKEN = "a token of at least sixteen characters"


class Ci:
    """Reports over HTTP, signed as each source does it."""

    def __init__(self, http: httpx.AsyncClient, team: str, token: str = TOKEN) -> None:
        self.http, self._team, self._token = http, team, token

    async def posts(
        self,
        source: Source,
        body: bytes,
        *,
        path: str = "",
        query: str = "",
        signed: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """`signed`: in the place of the right signature."""
        team = self._team
        secret = secret_of(self._token, source, team)
        names = {Source.GITHUB: "X-Hub-Signature-256", Source.GITLAB: "X-Gitlab-Token"}
        right = secret if source is Source.GITLAB else signature(secret, body)
        told = {names.get(source, "X-Countersign-Signature-256"): right if signed is None else signed, **headers}
        path = path or ("build" if source is Source.CI else source.value)
        raw = [(name.encode(), value.encode()) for name, value in told.items()]
        return await self.http.post(f"/ingest/{path}?team={team}{query}", content=body, headers=raw)


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(Workspace(store))


@pytest.fixture
async def ci(shop: Shop) -> AsyncIterator[Ci]:
    units: UnitsOfWork = shop.workspace.units

    async def nothing() -> list[object]:
        return []

    app = build_http(None, nothing, ingest_routes(TOKEN, units))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://countersign") as http:
        yield Ci(http, shop.workspace.team)
