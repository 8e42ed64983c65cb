"""The log's hash chain: what links an event to all before it, and the walk that finds the first broken one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Dialect, Row, func, or_, select, type_coerce

from storage.log_body import KeptText, canonical, digests_in, instant
from storage.tables import event_texts, events, heads
from storage.tenant import TEAM, Tenant, param
from storage.types import UtcDateTime

GENESIS = ""
_STRIDE = 2000
# Whoever tampers may number from below one.
_BEFORE_ALL = -(1 << 62)


class _Witness(UtcDateTime):
    """None where somebody wrote what is no instant; SQLite keeps anything in any column."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        known = super().result_processor(dialect, coltype)

        def read(value: Any) -> datetime | None:
            try:
                return known(value)
            except (TypeError, OverflowError):
                return None

        return read


_COLUMNS = [type_coerce(column, _Witness).label("at") if column.name == "at" else column for column in events.c]
_EVENTS = (
    select(*_COLUMNS)
    .where(events.c.team_id == TEAM, events.c.seq > param("after"))
    .order_by(events.c.seq)
    .limit(_STRIDE)
)
_TEXTS = (
    select(event_texts)
    .where(event_texts.c.team_id == TEAM, event_texts.c.seq.between(param("first"), param("last")))
    .order_by(event_texts.c.seq)
)
_STRAY_TEXT = select(func.min(event_texts.c.seq)).where(
    event_texts.c.team_id == TEAM, or_(event_texts.c.seq < 1, event_texts.c.seq > param("last"))
)
HEAD = select(heads.c.seq, heads.c.hash).where(heads.c.team_id == TEAM)


@dataclass(frozen=True, slots=True)
class Broken:
    """`seq` is the first event that does not hold; `reason` is one of the words below."""

    seq: int
    reason: str


GAP, CONTENT, ORDER, TEXT = "gap", "content", "order", "text"
CUT, BEYOND, HEAD_DIFFERS = "cut", "beyond the head", "head differs"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`events` were walked; `broken` None: all of them hold and end at the head."""

    events: int
    head: tuple[int, str]
    broken: Broken | None = None


def link(team: str, row: Mapping[str, Any], previous: str) -> str:
    """The hash of one event over the hash before it and everything in its row."""
    content = canonical(
        [
            team,
            row["seq"],
            instant(row["at"]),
            row["actor"],
            row["surface"],
            row["channel"],
            row["message_ts"],
            row["kind"],
            row["subject"],
            row["subject_id"],
            row["body"],
        ]
    )
    return sha256((previous + content).encode()).hexdigest()


def verify(tenant: Tenant, printed: tuple[int, str] | None = None) -> Verdict:
    """`printed`: a `seq:hash` that somebody kept; a log cut short or computed anew does not have it."""
    head = tenant.first(HEAD)
    end = (head.seq, head.hash) if head else (0, GENESIS)
    seq, previous = 0, GENESIS
    for row, texts in _walk(tenant):
        if reason := _fault(tenant.team, row, texts, seq, previous):
            return Verdict(seq, end, Broken(seq + 1 if reason == GAP else row.seq, reason))
        if printed is not None and row.seq == printed[0] and not row.hash.startswith(printed[1]):
            return Verdict(seq, end, Broken(row.seq, HEAD_DIFFERS))
        seq, previous = row.seq, row.hash
    return Verdict(seq, end, _fault_at_end(tenant, (seq, previous), end, printed))


def _fault_at_end(
    tenant: Tenant, last: tuple[int, str], head: tuple[int, str], printed: tuple[int, str] | None
) -> Broken | None:
    seq = last[0]
    if seq < max(head[0], printed[0] if printed else 0):
        return Broken(seq + 1, CUT)
    if last != head:
        return Broken(head[0] + 1, BEYOND) if seq > head[0] else Broken(seq, HEAD_DIFFERS)
    stray = tenant.first(_STRAY_TEXT, last=seq)
    return None if stray is None or stray[0] is None else Broken(stray[0], TEXT)


def _fault(team: str, row: Row[Any], texts: Iterable[KeptText], seq: int, previous: str) -> str | None:
    if row.seq != seq + 1:
        return ORDER if isinstance(row.seq, int) and row.seq <= seq else GAP
    if row.previous != previous:
        return ORDER
    if not _holds(lambda: row.at is not None and link(team, row._mapping, previous) == row.hash):  # type: ignore[arg-type]
        return CONTENT
    digests = digests_in(row.body)
    return None if _holds(lambda: all(digests.get(kept.name) == kept.digest for kept in texts)) else TEXT


def _holds(claim: Callable[[], bool]) -> bool:
    try:
        return claim()
    except (TypeError, UnicodeError):  # what is no text in a column of text
        return False


def _walk(tenant: Tenant) -> Iterator[tuple[Row[Any], list[KeptText]]]:
    after = _BEFORE_ALL
    while rows := tenant.all(_EVENTS, after=after):
        texts = texts_between(tenant, rows[0].seq, rows[-1].seq)
        for row in rows:
            yield row, texts.get(row.seq, [])
        after = rows[-1].seq


def texts_between(tenant: Tenant, first: int, last: int) -> dict[int, list[KeptText]]:
    found = tenant.all(_TEXTS, first=first, last=last)
    return {
        seq: [KeptText(row.name, row.salt, row.text) for row in group]
        for seq, group in groupby(found, key=lambda row: row.seq)
    }
