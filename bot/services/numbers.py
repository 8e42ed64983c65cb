"""The query behind each number that a release's status, its gates and its digest say: what is counted can be listed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.query.parser import MOST
from bot.domain.readiness import Gate, GateName, Value, Why
from bot.services.readiness import ReleaseStatus, untriaged_before


@dataclass(frozen=True, slots=True)
class Number:
    """`name` is a count's, or a gate's; `query` finds exactly those `count` defects at the status's instant."""

    name: str
    count: int
    query: str


def numbers(status: ReleaseStatus) -> tuple[Number, ...]:
    """Those that are not nought: how many are in each state, then what holds back each gate."""
    found = [*_states(status), *(_gate(status, gate) for gate in status.readiness.gates)]
    return tuple(number for number in found if number.count and number.query)


def _states(status: ReleaseStatus) -> Iterator[Number]:
    """A duplicate follows its original and is not counted."""
    scope = _scope(status)
    yield Number("open", len(status.open), f"status:open {scope} sort:sev")
    for name, order in (("resolved", "wait"), ("verified", "wait"), ("deferred", "sev")):
        yield Number(name, status.count(name), f"status:{name} -resolution:duplicate {scope} sort:{order}")


def _gate(status: ReleaseStatus, gate: Gate) -> Number:
    return Number(gate.name.value, len(gate.offenders), GATES.get(gate.name, _named)(status, gate))


def _scope(status: ReleaseStatus) -> str:
    return f"counts:{status.view.project.prefix}/{status.release.name}"


def _open_s1_s2(status: ReleaseStatus, gate: Gate) -> str:
    return f"{'is:untriaged' if gate.value is Value.UNDEFINED else 'status:open sev:S1..S2'} {_scope(status)}"


def _fixes_verified(status: ReleaseStatus, gate: Gate) -> str:
    """Whether a build lacks a fix no query can ask."""
    if any(offender.why is Why.LACKS_FIX for offender in gate.offenders):
        return _named(status, gate)
    return f"status:resolved -resolution:duplicate {_scope(status)} sort:wait"


def _named(_: ReleaseStatus, gate: Gate) -> str:
    """The defects themselves, as many as a query takes."""
    keys = [offender.standing.key for offender in gate.offenders]
    return f"key:{'|'.join(keys)}" if 0 < len(keys) <= MOST else ""


def _triaged(status: ReleaseStatus, _: Gate) -> str:
    before = untriaged_before(status.view.project, status.at).astimezone(ZoneInfo(status.view.project.timezone))
    return f"is:untriaged filed<{before:%Y-%m-%dT%H:%M} {_scope(status)} sort:age"


GATES: Mapping[GateName, Callable[[ReleaseStatus, Gate], str]] = MappingProxyType(
    {GateName.OPEN_S1_S2: _open_s1_s2, GateName.FIXES_VERIFIED: _fixes_verified, GateName.TRIAGED: _triaged}
)
