"""The record of a decision: canonical, chained to the one before it, re-checked without the store that made it.

Free words stand beside the record, which holds their salted SHA-256: they can be erased and the record still verifies.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

FORMAT = "countersign-decision/1"
FIRST = ""


class DecisionKind(StrEnum):
    NO_GO = "no_go"
    GO = "go"
    SHIP = "ship"
    UNSHIP = "unship"


@dataclass(frozen=True, slots=True)
class Kept:
    """Words beside a record."""

    salt: str
    text: str

    @property
    def digest(self) -> str:
        return sha256((self.salt + self.text).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Decision:
    """`body` is what is sealed; `body["previous"]` is the hash of the release's decision before it, FIRST of none."""

    body: Mapping[str, Any]
    texts: Mapping[str, Kept]
    hash: str

    @property
    def number(self) -> int:
        return int(self.body["number"])

    @property
    def kind(self) -> DecisionKind:
        return DecisionKind(self.body["kind"])


def sealed(body: Mapping[str, Any], texts: Mapping[str, Kept]) -> Decision:
    whole = {**body, "format": FORMAT, "texts": {name: kept.digest for name, kept in texts.items()}}
    return Decision(whole, texts, hash_of(whole))


def hash_of(body: Mapping[str, Any]) -> str:
    return sha256(canonical(body).encode()).hexdigest()


def canonical(body: Mapping[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Fault(StrEnum):
    FORMAT = "format"
    NUMBER = "number"
    CONTENT = "content"
    ORDER = "order"
    TEXT = "text"


def fault_in(decisions: Sequence[Decision]) -> tuple[int, Fault] | None:
    """The first of a release's decisions, in order, that does not hold, and why."""
    previous = FIRST
    for place, decision in enumerate(decisions, 1):
        if fault := _fault(decision, place, previous):
            return place, fault
        previous = decision.hash
    return None


def _fault(decision: Decision, place: int, previous: str) -> Fault | None:
    body = decision.body
    if body.get("format") != FORMAT:
        return Fault.FORMAT
    if hash_of(body) != decision.hash:
        return Fault.CONTENT
    if body.get("number") != place:
        return Fault.NUMBER
    if body.get("previous") != previous:
        return Fault.ORDER
    digests = body.get("texts", {})
    # What was erased is not there, and nothing else may be.
    return None if all(digests.get(name) == kept.digest for name, kept in decision.texts.items()) else Fault.TEXT
