"""What readiness reads of a defect, from one event to the next: closed and opened in the event's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update

from bot.domain.defect import VERSIONED
from bot.domain.events import Logged
from storage.projection import State, after
from storage.tables import defect_versions
from storage.tenant import TEAM, Tenant, param

# Of the live version: greater than every instant and every place in a log.
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
FOREVER_SEQ = 2**63 - 1

# They change together with what is versioned, and a past standing is told with them.
_CARRIED = ("labels", "since", "resolver", "fix_owner", "duplicate_of", "bounces")
_FIELDS = (*(name for name in VERSIONED if name != "triaged"), *_CARRIED)

_OTHER = defect_versions.alias()
_NEWEST = (
    select(func.max(_OTHER.c.valid_from_seq))
    .where(_OTHER.c.team_id == TEAM, _OTHER.c.defect_id == param("defect"))
    .scalar_subquery()
)
# By its own key: where a defect has had a thousand versions, none of those that ended is read.
_CLOSE = (
    update(defect_versions)
    .where(
        defect_versions.c.team_id == TEAM,
        defect_versions.c.defect_id == param("defect"),
        defect_versions.c.valid_from_seq == _NEWEST,
        defect_versions.c.valid_to_seq == FOREVER_SEQ,
    )
    .values(valid_to_seq=param("seq"), valid_to=param("at"))
)


@dataclass(frozen=True, slots=True)
class Version:
    """True from the event at `from_seq` until the one at `to_seq`; the two instants never run backwards."""

    defect_id: str
    values: Mapping[str, Any]
    from_seq: int
    from_at: datetime
    to_seq: int = FOREVER_SEQ
    to_at: datetime = FOREVER

    def shifted(self, by: int) -> "Version":
        """From places in a unit of work to places in the log."""
        to_seq = self.to_seq if self.to_seq == FOREVER_SEQ else self.to_seq + by
        return replace(self, from_seq=self.from_seq + by, to_seq=to_seq)


def counts_in(state: Mapping[str, Any]) -> str:
    """Its release; without one the project, whose every undecided release it counts in."""
    return str(state["release_id"] or state["project_id"])


def version_values(state: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: state[name] for name in _FIELDS}
    values["triaged"] = state["severity_confirmed"] and state["release_confirmed"]
    values["component_key"] = folded(state["component"])
    return values | {"project_id": state["project_id"], "counts_in": counts_in(state)}


def folded(text: str | None) -> str | None:
    """As queries compare it."""
    return None if text is None else text.casefold()


def unfold(state: State | None, began: datetime | None, logged: Iterable[Logged]) -> list[Version]:
    """The versions that these events of one defect begin. `state` before them, None before its filing; `began`: when
    the version that stood then did."""
    versions: list[Version] = []
    values = version_values(state) if state else None
    for entry in logged:
        state = after(state, entry.event)
        new = version_values(state)
        if new == values:
            continue
        # Replicas' clocks differ by milliseconds; the order of the log decides.
        at = max(entry.at, began) if began else entry.at
        if versions:
            versions[-1] = replace(versions[-1], to_seq=entry.seq, to_at=at)
        versions.append(Version(entry.event.subject_id, new, entry.seq, at))
        values, began = new, at
    return versions


def write(tenant: Tenant, versions: Sequence[Version], filed: frozenset[str]) -> None:
    """`filed`: the defects that have no version yet."""
    first = {version.defect_id: version for version in reversed(versions)}
    tenant.change_each(
        _CLOSE,
        [
            {"defect": version.defect_id, "seq": version.from_seq, "at": version.from_at}
            for version in first.values()
            if version.defect_id not in filed
        ],
    )
    tenant.add(defect_versions, *map(version_row, versions))


def version_row(version: Version) -> dict[str, Any]:
    return {
        "defect_id": version.defect_id,
        **version.values,
        "valid_from_seq": version.from_seq,
        "valid_to_seq": version.to_seq,
        "valid_from": version.from_at,
        "valid_to": version.to_at,
    }
