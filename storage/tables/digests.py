"""When digests are due, which were decided on, and what each of them speaks of."""

from sqlalchemy import BigInteger, Column, Date, Index, String, Table, UniqueConstraint

from storage.metadata import metadata
from storage.tables.columns import Digest, SlackId, Timestamp, identifier, index, moment, team, within_team
from storage.types import Json

# `at` is local "HH:MM" in `timezone`; `days` ISO weekdays; `next_at` is claimed by compare-and-set.
schedules = Table(
    "schedules",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("release_id"),
    Column("channel", SlackId, nullable=False),
    Column("at", String(5), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("days", Json, nullable=False),
    moment("next_at"),
    within_team("release_id", "releases"),
    UniqueConstraint("team_id", "release_id", "channel"),
)
# Without its team in front, as few are: the scheduler's tick asks all workspaces at once, ten thousand plans or none.
Index("ix_schedules_due", schedules.c.next_at, schedules.c.team_id, schedules.c.id)

# One row per local day on which a digest was due: whoever inserts it sends it, once and for all.
slots = Table(
    "slots",
    metadata,
    team(),
    identifier("release_id", key=True),
    Column("channel", SlackId, primary_key=True),
    Column("slot", Date, primary_key=True),
    moment("created_at"),
    within_team("release_id", "releases"),
)

# `slot` None: somebody asked for it. `ts` None until it is posted. `picture`: a file of Slack.
digests = Table(
    "digests",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("release_id"),
    Column("channel", SlackId, nullable=False),
    moment("at"),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Digest, nullable=False),
    Column("since_seq", BigInteger, nullable=False),
    moment("since_at", required=False),
    Column("slot", Date),
    Column("ts", Timestamp),
    Column("picture", String(64)),
    within_team("release_id", "releases"),
    index("digests", "release_id", "channel"),
)
