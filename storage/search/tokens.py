"""A term as an index keeps it: a number that only one project of one workspace makes of that term.

So no look-up can leave its project, on either store; and what is erased leaves no readable word in an index.
"""

from collections.abc import Iterable
from hashlib import blake2b

from storage.search.analysis import Analysed


class Tokens:
    def __init__(self, team: str, project_id: str) -> None:
        self._scope = blake2b(f"{team}\0{project_id}".encode(), digest_size=32).digest()

    def anywhere(self, term: str) -> int:
        """Signed, of 64 bits."""
        return self._token(term, b"anywhere")

    def in_title(self, term: str) -> int:
        return self._token(term, b"title")

    def of(self, text: Analysed) -> list[int]:
        """In one order everywhere, so that two units of work cannot wait for each other."""
        tokens = {self.anywhere(term) for term in text.terms} | {self.in_title(term) for term in text.title}
        return sorted(tokens)

    def _token(self, term: str, person: bytes) -> int:
        digest = blake2b(term.encode("utf-8", "replace"), digest_size=8, key=self._scope, person=person).digest()
        return int.from_bytes(digest, "big", signed=True)


def written(tokens: Iterable[int]) -> str:
    """For FTS5: letters and digits that no tokenizer splits."""
    return " ".join(f"{token & 0xFFFFFFFFFFFFFFFF:016x}" for token in tokens)
