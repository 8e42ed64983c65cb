"""Channels in which keys are told about, and the threads in which one was."""

from sqlalchemy import delete, select

from storage.tables import key_notes, noting_channels
from storage.tenant import TEAM, Tenant, param

_ON = select(noting_channels.c.channel).where(
    noting_channels.c.team_id == TEAM, noting_channels.c.channel == param("channel_")
)
_OFF = delete(noting_channels).where(noting_channels.c.team_id == TEAM, noting_channels.c.channel == param("channel_"))


class KeyNoteReader:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def on(self, channel: str) -> bool:
        return self._tenant.first(_ON, channel_=channel) is not None


class SqlKeyNotes(KeyNoteReader):
    def switch(self, channel: str, on: bool) -> None:
        if on:
            self._tenant.add_unless_known(noting_channels, {"channel": channel})
        else:
            self._tenant.change(_OFF, channel_=channel)

    def first(self, channel: str, root_ts: str, defect_id: str) -> bool:
        row = {"channel": channel, "root_ts": root_ts, "defect_id": defect_id, "noted_at": self._tenant.now}
        return self._tenant.add_unless_known(key_notes, row)
