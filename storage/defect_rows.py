"""A defect as a row and back, and the statements that find them."""

from typing import Any

from sqlalchemy import Row, and_, exists, func, literal, select

from bot.domain.builds import SHORTEST
from bot.domain.defect import Defect
from bot.domain.values import OPEN, UNCLOSED, Priority, Resolution, Severity, Status
from bot.services.notifications import CARD
from storage.projection import FIELDS
from storage.tables import anchors, defect_versions, defects, outbox
from storage.tenant import TEAM, param
from storage.versions import counts_in, folded

_MEMBERS = (("status", Status), ("resolution", Resolution), ("severity", Severity), ("priority", Priority))

# The columns of a defect in the order of its fields, then when its live version began.
COLUMNS = (*(defects.c[name] for name in FIELDS), defects.c.versioned_at)
SELECT = select(*COLUMNS).where(defects.c.team_id == TEAM)

BY_KEY = SELECT.where(defects.c.key == param("key_"))
BY_ID = SELECT.where(defects.c.id == param("id_"))
DUPLICATES = SELECT.where(defects.c.duplicate_of == param("original"))
IN_THREAD = (
    SELECT.join(anchors, and_(anchors.c.team_id == defects.c.team_id, anchors.c.defect_id == defects.c.id))
    .where(anchors.c.team_id == TEAM, anchors.c.channel == param("channel"), anchors.c.root_ts == param("root"))
    .order_by(defects.c.created_at, defects.c.id)
)
# Tried, or being tried, and not ended.
CARD_UNDER_WAY = (
    select(outbox.c.id)
    .join(anchors, and_(anchors.c.team_id == outbox.c.team_id, outbox.c.fold == literal(CARD) + anchors.c.defect_id))
    .where(anchors.c.team_id == TEAM, anchors.c.channel == param("channel"), anchors.c.root_ts.is_(None))
    .where(outbox.c.team_id == TEAM, outbox.c.settled_at.is_(None), outbox.c.attempts > 0)
    .limit(1)
)
COUNTING = SELECT.where(
    defects.c.counts_in.in_(param("scopes", expanding=True)), defects.c.status.in_(sorted(UNCLOSED))
)
AWAITING = COUNTING.where(
    defects.c.status == Status.RESOLVED.value,
    defects.c.resolution == Resolution.FIXED.value,
    defects.c.fixed_in.is_(None),
)

_STARTS = param("starts", expanding=True)
FIXED_BY = SELECT.where(
    defects.c.project_id == param("project"),
    func.substr(func.lower(defects.c.fix_commit), 1, SHORTEST).in_(_STARTS),
)
# Open now: a version of each says by which commit it once was fixed.
ONCE_FIXED_BY = SELECT.where(
    defects.c.project_id == param("project"),
    defects.c.status.in_(sorted(OPEN)),
    exists().where(
        defect_versions.c.team_id == TEAM,
        defect_versions.c.defect_id == defects.c.id,
        func.substr(func.lower(defect_versions.c.fix_commit), 1, SHORTEST).in_(_STARTS),
    ),
)


def defect_from(row: Row[Any]) -> Defect:
    return Defect(**in_words(dict(zip(FIELDS, row, strict=False))))


def in_words(values: dict[str, Any]) -> dict[str, Any]:
    """The same with the vocabulary's members in place of their spelling."""
    for name, member in _MEMBERS:
        if values[name] is not None:
            values[name] = member(values[name])
    return values


def defect_values(defect: Defect) -> dict[str, Any]:
    values = {name: getattr(defect, name) for name in FIELDS}
    return values | {
        "counts_in": counts_in(values),
        "title_key": defect.title.casefold(),
        "component_key": folded(defect.component),
        "environment_key": folded(defect.environment),
    }
