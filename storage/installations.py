"""Bot tokens of several workspaces, sealed: whoever reads the database, its log or a backup reads none.

The first key seals, every key opens (https://cryptography.io/en/latest/fernet/#cryptography.fernet.MultiFernet).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, delete, select, update

from bot.services.context import Clock
from bot.services.roads import ALL, KeyMissing
from storage.condition import condition
from storage.database import Store, open_store
from storage.errors import StoreError
from storage.roads import open_roads
from storage.tables import installations
from storage.tables.across import across_installations
from storage.tenant import TEAM, Tenant, Upsert, param

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_ONE = select(installations).where(installations.c.team_id == TEAM)
_PUT = Upsert(installations, ("team_id",))
_REMOVE = delete(installations).where(installations.c.team_id == TEAM)
_RESEAL = (
    update(installations)
    .where(installations.c.team_id == TEAM, installations.c.sealed == param("before"))
    .values(sealed=param("after"), key_id=param("key"))
)
_TEAMS = select(across_installations.c.team_id).order_by(across_installations.c.team_id)


class NoKeys(Exception):
    """Nothing can be sealed or opened: COUNTERSIGN_ENCRYPTION_KEYS is not set."""


def key_id(key: str) -> str:
    """A name for a key that does not tell it."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


class Seal:
    """`keys`: Fernet's, the newest first. Raises NoKeys without one."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise NoKeys
        self.newest = key_id(keys[0])
        self._keys = keys

    def close(self, word: str) -> str:
        return self._fernet().encrypt(word.encode()).decode()

    def open(self, row: Row[tuple[str, str, str, datetime]]) -> str:
        """Raises KeyMissing."""
        # Loads OpenSSL, which a bot with one workspace never needs.
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        try:
            return self._fernet().decrypt(row.sealed.encode()).decode()
        except InvalidToken:
            raise KeyMissing(row.team_id, row.key_id) from None

    def opens(self, row: Row[tuple[str, str, str, datetime]]) -> bool:
        try:
            return bool(self.open(row))
        except KeyMissing:
            return False

    def _fernet(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415

        return MultiFernet([Fernet(key) for key in self._keys])


@dataclass(frozen=True, slots=True)
class Stored:
    """`key_id`: of the key that sealed its token; `opens`: whether one of ours opens it."""

    team_id: str
    added_at: datetime
    key_id: str
    opens: bool


class SqlInstallations:
    """bot.transports.workspaces.Vault."""

    def __init__(self, store: Store, clock: Clock, keys: Sequence[str]) -> None:
        """Raises NoKeys."""
        self._store = store
        self._clock = clock
        self._seal = Seal(keys)

    async def token(self, team_id: str) -> str | None:
        """Raises KeyMissing, and what the store raises."""
        row = await self._store.read(lambda connection: self._tenant(connection, team_id).first(_ONE))
        return self._seal.open(row) if row else None

    async def teams(self) -> list[str]:
        return await self._store.read(_teams)

    async def remove(self, team_id: str) -> bool:
        """At once; False where there was none."""
        return bool(await self._store.run(lambda connection: self._tenant(connection, team_id).change(_REMOVE)))

    def add(self, team_id: str, token: str) -> None:
        """In place of what was there. Its data is no longer counted as left behind."""

        def put(connection: Connection) -> None:
            tenant, sealed = self._tenant(connection, team_id), self._seal.close(token)
            tenant.put(_PUT, sealed=sealed, key_id=self._seal.newest, added_at=tenant.now)
            open_roads(tenant, {ALL})

        self._store.run_sync(put)

    def all(self) -> list[Stored]:
        return _looked_at(self._store, self._seal)

    def rotate(self) -> int:
        """Every token under the newest key, a transaction for each: whoever was killed begins again and finds the rest.
        Answers how many changed. Raises KeyMissing at the first that cannot be opened, after those before it."""
        teams = self._store.read_sync(_teams)
        return sum(self._store.run_sync(partial(self._reseal, team=team)) for team in teams)

    def _reseal(self, connection: Connection, team: str) -> int:
        tenant = self._tenant(connection, team)
        row = tenant.first(_ONE)
        if row is None or row.key_id == self._seal.newest:
            return 0
        after = self._seal.close(self._seal.open(row))
        return tenant.change(_RESEAL, before=row.sealed, after=after, key=self._seal.newest)

    def _tenant(self, connection: Connection, team: str) -> Tenant:
        return Tenant(connection, team, self._clock.now())


def _teams(connection: Connection) -> list[str]:
    return list(connection.scalars(_TEAMS))


def _looked_at(store: Store, seal: Seal | None) -> list[Stored]:
    """Without a seal nothing opens."""

    def look(connection: Connection, team: str) -> Stored | None:
        row = Tenant(connection, team, datetime.now(UTC)).first(_ONE)
        return Stored(team, row.added_at, row.key_id, seal is not None and seal.opens(row)) if row else None

    found = [store.read_sync(partial(look, team=team)) for team in store.read_sync(_teams)]
    return [each for each in found if each]


def tokens_at(url: str, keys: Sequence[str]) -> list[Stored] | None:
    """For `countersign doctor`: None where there is no store of this version, or it cannot be read."""
    found = condition(url)
    if found.trouble or found.revision != found.newest:
        return None
    store = open_store(url, readers=1, writers=1)
    try:
        return _looked_at(store, Seal(keys) if keys else None)
    except StoreError:
        return None
    finally:
        store.close_sync()
