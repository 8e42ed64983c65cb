"""What a reader may ask of requirements, test cases and what ties them; for now and for any instant."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Named:
    """A requirement or a test case, as a picker shows it."""

    key: str
    title: str


class Traces(Protocol):
    def offered(self, project_id: str, typed: str, limit: int) -> list[Named]:
        """Whose key begins so or whose title holds these words: requirements, then test cases, by number."""
        ...
