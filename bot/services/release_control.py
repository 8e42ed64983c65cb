"""What decides whether a release goes, as one unit of work reads and writes it; `storage/` implements these."""

from datetime import datetime
from typing import Protocol

from bot.domain.decisions import Decision
from bot.domain.gates import GateSignature, PolicyVersion
from bot.domain.signoffs import Signoff
from bot.domain.waivers import Waiver


class Gates(Protocol):
    """What a project's releases are held to."""

    def versions(self, project_id: str) -> list[PolicyVersion]:
        """The oldest first."""
        ...

    def add(self, project_id: str, version: PolicyVersion) -> None:
        """Raises Conflict when somebody else has just written that version."""
        ...

    def begin(self, project_id: str, version: int, at: datetime) -> bool:
        """From now on it holds. False when it did already."""
        ...


class Waivers(Protocol):
    def of_release(self, release_id: str) -> list[Waiver]:
        """In the order of their numbers."""
        ...

    def add(self, waiver: Waiver) -> None:
        """Raises Conflict when somebody else has just taken its number."""
        ...

    def save(self, waiver: Waiver, seen: Waiver) -> None:
        """Raises Conflict when it is not as it was `seen` any more."""
        ...


class Signoffs(Protocol):
    def of_release(self, release_id: str) -> list[Signoff]:
        """The oldest first."""
        ...

    def add(self, signoff: Signoff) -> None: ...

    def unchanged(self) -> list[str]:
        """The undecided releases with a signature of which nobody was told that it is stale."""
        ...

    def told(self, signoff_id: str) -> bool:
        """That it is stale, once: False when that was told before."""
        ...

    def of_gates(self, project_id: str, version: int) -> list[GateSignature]: ...

    def sign_gates(self, project_id: str, version: int, signature: GateSignature) -> bool:
        """False when that person had signed it before."""
        ...


class Decisions(Protocol):
    def of_release(self, release_id: str) -> list[Decision]:
        """In order."""
        ...

    def add(self, release_id: str, decision: Decision, at: datetime) -> None:
        """Raises Conflict when somebody else has just decided."""
        ...

    def shipped(self, release_id: str, at: datetime) -> None: ...

    def unshipped(self, release_id: str, at: datetime) -> None: ...
