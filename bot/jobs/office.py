"""What all couriers of one process share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.jobs.buckets import Pace, Parking
from bot.jobs.calm import Calm
from bot.jobs.counters import Counters
from bot.jobs.pauses import Pauses
from bot.jobs.ports import Directory, Road, Tokens
from bot.services.context import Clock
from bot.services.ports import UnitsOfWork


@dataclass
class Office:
    """`chance` gives numbers in 0..1 for the jitter."""

    slack: Road
    tokens: Tokens
    units: UnitsOfWork
    people: Directory
    clock: Clock
    chance: Callable[[], float]
    calm: Calm = field(default_factory=Calm)
    parking: Parking = field(default_factory=Parking)
    pace: Pace = field(default_factory=Pace)
    counters: Counters = field(default_factory=Counters)
    pauses: Pauses = field(init=False)

    def __post_init__(self) -> None:
        self.pauses = Pauses(self.units)
