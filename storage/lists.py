"""Lists that somebody keeps under a name."""

from sqlalchemy import delete, select

from bot.services.records import SavedList
from storage.tables import saved_lists
from storage.tenant import TEAM, Tenant, Upsert, param

_OF_NAME = select(saved_lists).where(
    saved_lists.c.team_id == TEAM,
    saved_lists.c.person == param("person_"),
    saved_lists.c.channel == param("channel_"),
    saved_lists.c.name_key == param("wanted"),
)
_OF_PERSON = (
    select(saved_lists)
    .where(
        saved_lists.c.team_id == TEAM,
        saved_lists.c.person == param("person_"),
        saved_lists.c.channel == param("channel_"),
    )
    .order_by(saved_lists.c.saved_at, saved_lists.c.name_key)
)
_FORGET = delete(saved_lists).where(
    saved_lists.c.team_id == TEAM,
    saved_lists.c.person == param("person_"),
    saved_lists.c.channel == param("channel_"),
    saved_lists.c.name_key == param("wanted"),
)
_PUT = Upsert(saved_lists, ("team_id", "person", "channel", "name_key"))


class ListReader:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def named(self, person: str, channel: str, name: str) -> SavedList | None:
        row = self._tenant.first(_OF_NAME, person_=person, channel_=channel, wanted=name.casefold())
        return SavedList(row.person, row.channel, row.name, row.query) if row else None

    def of(self, person: str, channel: str) -> list[SavedList]:
        rows = self._tenant.all(_OF_PERSON, person_=person, channel_=channel)
        return [SavedList(row.person, row.channel, row.name, row.query) for row in rows]


class SqlLists(ListReader):
    def forget(self, kept: SavedList) -> None:
        self._tenant.change(_FORGET, person_=kept.person, channel_=kept.channel, wanted=kept.name.casefold())

    def save(self, kept: SavedList) -> None:
        self._tenant.put(
            _PUT,
            person=kept.person,
            channel=kept.channel,
            name_key=kept.name.casefold(),
            name=kept.name,
            query=kept.query,
            saved_at=self._tenant.now,
        )
