"""What a unit of work intends to say: kept until its commit, then one row per Slack call."""

from collections.abc import Iterable
from typing import Any

from bot.services.outgoing import Outgoing
from storage.ids import new_id
from storage.tables import outbox
from storage.tenant import Tenant

WAITING = "waiting"


class SqlOutbox:
    def __init__(self, tenant: Tenant, correlation: str) -> None:
        self._tenant = tenant
        self._correlation = correlation
        self._put: list[Outgoing] = []

    def put(self, message: Outgoing) -> None:
        self._put.append(message)

    @property
    def waiting(self) -> bool:
        return bool(self._put)

    def write(self, after_seq: int) -> None:
        """`after_seq`: the newest event that the messages can know of. The ids keep the order of writing."""
        self._tenant.add(outbox, *self._rows(self._put, after_seq))
        self._put = []

    def _rows(self, messages: Iterable[Outgoing], after_seq: int) -> list[dict[str, Any]]:
        now = self._tenant.now
        return [
            {
                "id": new_id(),
                "after_seq": after_seq,
                "lane": message.lane,
                "fold": message.fold,
                "sort": message.sort.value,
                "body": message.body,
                "bulk": message.bulk,
                "state": WAITING,
                "created_at": now,
                "due_at": now,
                "expires_at": now + message.life if message.life else None,
                "attempts": 0,
                "doubtful": False,
                "correlation": self._correlation,
            }
            for message in messages
        ]
