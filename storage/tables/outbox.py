"""What is to be said: one row per Slack call."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, and_

from storage.metadata import metadata
from storage.tables.columns import Word, identifier, moment, team, where
from storage.types import Json

# Rows of one lane leave by (after_seq, id): in the order of the log, then as written. `due_at` is when it may be tried,
# `expires_at` when nobody wants it any more; `lease_until` that somebody has it; `settled_at` that it is over, and then
# `state` says how (bot.services.delivery.State). `attempts` also guards the claim: whoever raises it has the row.
outbox = Table(
    "outbox",
    metadata,
    team(),
    identifier("id", key=True),
    Column("after_seq", BigInteger, nullable=False),
    Column("lane", String(200), nullable=False),
    Column("fold", String(200)),
    Column("sort", Word, nullable=False),
    Column("body", Json, nullable=False),
    Column("bulk", Boolean, nullable=False),
    Column("state", Word, nullable=False),
    moment("created_at"),
    moment("due_at"),
    moment("expires_at", required=False),
    Column("attempts", Integer, nullable=False),
    moment("lease_until", required=False),
    Column("doubtful", Boolean, nullable=False),
    moment("settled_at", required=False),
    Column("reason", Text),
    Column("correlation", Word),
)

_UNSETTLED = outbox.c.settled_at.is_(None)
Index(
    "ix_outbox_unsettled",
    outbox.c.team_id,
    outbox.c.lane,
    outbox.c.after_seq,
    outbox.c.id,
    **where(_UNSETTLED),
)
Index(
    "ix_outbox_unsettled_fold",
    outbox.c.team_id,
    outbox.c.fold,
    **where(_UNSETTLED),
)
# Without their team in front, as the schedules': delivery asks all workspaces at once what is due, leased or expired.
Index(
    "ix_outbox_due",
    outbox.c.bulk,
    outbox.c.due_at,
    outbox.c.after_seq,
    outbox.c.id,
    **where(_UNSETTLED),
)
for _instant in ("lease_until", "expires_at"):
    _set = and_(_UNSETTLED, outbox.c[_instant].isnot(None))
    Index(f"ix_outbox_{_instant}", outbox.c[_instant], **where(_set))
