"""The inverted index, of each store's own kind: FTS5 on SQLite, a table on PostgreSQL. Both give the same answers."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from sqlalchemy import ARRAY, BigInteger, String, bindparam, cast, delete, func, insert, select, text, true

from storage.search.tokens import written
from storage.tables import postings
from storage.tenant import TEAM, Tenant, param

# Newer than all that is.
END = 2**62
# Token -> the places that have it, the newest first.
Holders = Mapping[int, Sequence[int]]


class Postings(Protocol):
    def add(self, tenant: Tenant, number: int, tokens: Sequence[int]) -> int:
        """The document's place: in a project the later document has the higher one."""
        ...

    def put(self, tenant: Tenant, place: int, tokens: Sequence[int]) -> None: ...

    def drop(self, tenant: Tenant, place: int, tokens: Sequence[int]) -> None:
        """`tokens` are those that it was put there with."""
        ...

    def newest(self, tenant: Tenant, tokens: Sequence[int], most: int, before: int = END) -> Holders:
        """Of each token the newest `most` of its places below `before`; nothing of a token that none has."""
        ...


class FullText:
    """FTS5's bm25() counts the documents of every workspace, so it ranks nothing here (https://sqlite.org/fts5.html)."""

    _ADD = text("INSERT INTO search_index(tokens) VALUES (:tokens)")
    _PUT = text("INSERT INTO search_index(rowid, tokens) VALUES (:place, :tokens)")
    _DROP = text("INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', :place, :tokens)")
    _NEWEST = text("""
        SELECT asked.key AS n, (
          SELECT json_group_array(place) FROM (
            SELECT rowid AS place FROM search_index WHERE search_index MATCH asked.value AND rowid < :before
            ORDER BY rowid DESC LIMIT :most
          )
        ) AS places FROM json_each(:asked) AS asked
    """)

    def add(self, tenant: Tenant, number: int, tokens: Sequence[int]) -> int:  # noqa: ARG002 - rows number themselves
        return tenant.number(self._ADD, tokens=written(tokens))

    def put(self, tenant: Tenant, place: int, tokens: Sequence[int]) -> None:
        tenant.change(self._PUT, place=place, tokens=written(tokens))

    def drop(self, tenant: Tenant, place: int, tokens: Sequence[int]) -> None:
        tenant.change(self._DROP, place=place, tokens=written(tokens))

    def newest(self, tenant: Tenant, tokens: Sequence[int], most: int, before: int = END) -> Holders:
        asked = json.dumps([f'"{written([token])}"' for token in tokens])
        rows = tenant.all(self._NEWEST, asked=asked, most=most, before=before)
        held = {tokens[row.n]: json.loads(row.places) for row in rows}
        return {token: places for token, places in held.items() if places}


class Table:
    _DROP = delete(postings).where(postings.c.team_id == TEAM, postings.c.place == param("gone"))
    # One statement for all of them: each one by itself took longer than the rest of a filing.
    _PUT = insert(postings).from_select(
        ["team_id", "token", "place"],
        select(
            cast(TEAM, String),
            func.unnest(bindparam("tokens", type_=ARRAY(BigInteger))),
            cast(bindparam("at"), BigInteger),
        ),
    )
    _asked = (
        func.unnest(bindparam("asked", type_=ARRAY(BigInteger))).table_valued("token", name="asked").render_derived()
    )
    _found = (
        select(postings.c.place)
        .where(postings.c.team_id == TEAM, postings.c.token == _asked.c.token, postings.c.place < param("before"))
        .order_by(postings.c.place.desc())
        .limit(param("most"))
        .lateral("found")
    )
    _NEWEST = (
        select(_asked.c.token, func.array_agg(_found.c.place).label("places"))
        .select_from(_asked.join(_found, true()))
        .group_by(_asked.c.token)
    )

    def add(self, tenant: Tenant, number: int, tokens: Sequence[int]) -> int:
        self.put(tenant, number, tokens)
        return number

    def put(self, tenant: Tenant, place: int, tokens: Sequence[int]) -> None:
        tenant.change_each(self._PUT, [{"tokens": list(tokens), "at": place}])

    def drop(self, tenant: Tenant, place: int, tokens: Sequence[int]) -> None:
        tenant.change(self._DROP.where(postings.c.token.in_(tokens)), gone=place)

    def newest(self, tenant: Tenant, tokens: Sequence[int], most: int, before: int = END) -> Holders:
        rows = tenant.all(self._NEWEST, asked=list(tokens), most=most, before=before)
        return {row.token: sorted(row.places, reverse=True) for row in rows}


_OF_DIALECT: Mapping[str, Postings] = MappingProxyType({"sqlite": FullText(), "postgresql": Table()})


def postings_of(tenant: Tenant) -> Postings:
    return _OF_DIALECT[tenant.conn.dialect.name]
