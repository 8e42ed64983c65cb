"""The query behind each number that a release's status, its gates and its digest say: what is counted can be listed."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.readiness import Gate
from bot.services.criteria import CRITERIA
from bot.services.readiness import ReleaseStatus


@dataclass(frozen=True, slots=True)
class Number:
    """`name` is a count's, or a gate's; `query` finds exactly those `count` defects at the status's instant."""

    name: str
    count: int
    query: str


def numbers(status: ReleaseStatus) -> tuple[Number, ...]:
    """Those that are not nought: how many are in each state, then what holds back each gate."""
    found = [*_states(status), *(gate_number(status, gate) for gate in status.readiness.gates)]
    return tuple(number for number in found if number.count and number.query)


def _states(status: ReleaseStatus) -> Iterator[Number]:
    """A duplicate follows its original and is not counted."""
    scope = status.scene.scope
    yield Number("open", len(status.open), f"status:open {scope} sort:sev")
    for name, order in (("resolved", "wait"), ("verified", "wait"), ("deferred", "sev")):
        yield Number(name, status.count(name), f"status:{name} -resolution:duplicate {scope} sort:{order}")


def gate_number(status: ReleaseStatus, gate: Gate) -> Number:
    return Number(gate.name, gate.number, CRITERIA[gate.criterion].behind(status.scene, gate))
