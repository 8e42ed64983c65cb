"""Queries in the words of a workspace, so that most of them find something; always the same ones of one seed."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from random import Random

from bot.domain.query import FIELDS, Kind, Query, parse
from bot.domain.query.instants import SORTS_THEN
from bot.domain.query.kinds import SORTS, Field
from tests.storage.acting import START
from tests.storage.lives import PEOPLE, WORDS

NAMES: Mapping[str, tuple[str, ...]] = {
    "project": ("DEF", "shop", "WEB"),
    "release": ("2.4", "2.5", "DEF/2.4", "shop/2.4", "web/2.4", "9.9"),
    "counts": ("2.4", "2.5", "DEF/2.4", "shop/2.4", "9.9"),
    "found": ("2.4", "2.5", "DEF/2.4", "shop/2.4", "9.9"),
    "component": ("cart", "Cart", '"Straße"', "STRASSE", '"500 error"', "checkout"),
    "environment": ("staging", "STAGING", "production"),
    "build": ("rc1", "2.4-rc1", "2.4-RC2", "c1", "rc9"),
    "fixed_in": ("rc1", "rc2", "2.5-rc3", "rc9"),
    "verified_on": ("rc1", "rc2", "2.4-rc3", "2.5-rc3", "rc4"),
    "label": ("flaky", "FLAKY", "phone", "a_b", "aXb", '"flaky phone"'),
    "link": ("REQ-7", "tc-3", "REQ-8"),
    "requirement": ("REQ-1", "req-2", "REQ-3", "REQ-4", "REQ-9", "TC-3"),
    "case": ("TC-3", "tc-3", "TC-4", "REQ-1"),
    "original": ("DEF-1", "def-2", "DEF-3", "DEF-4", "SHOP-1"),
    "key": ("DEF-1", "def-2", "SHOP-1", "DEF-99"),
    "text": (*(f'"{word}"' for word in WORDS), "strasse", "elephant", "def-1", "%", "_"),
}


class Dice(Random):
    """`instant`: only what is known of any instant is asked."""

    def query(self, *, instant: bool = False) -> Query:
        fields = [field for field in FIELDS.values() if field.kind is not Kind.SORT]
        known = [field for field in fields if not instant or field.now_only is not True]
        terms = [self._term(self.choice(known), instant) for _ in range(self.choice((0, 1, 1, 1, 2, 2, 3, 4)))]
        return parse(" ".join([*terms, *self._sorts(SORTS_THEN if instant else SORTS)]))

    def _sorts(self, sorts: Collection[str]) -> list[str]:
        chosen = self.sample(sorted(sorts), self.choice((0, 0, 1, 2)))
        return [f"sort:{self.choice(('', '-'))}{sort}" for sort in chosen]

    def _term(self, field: Field, instant: bool) -> str:
        values = [self._value(field, instant) for _ in range(self.choice((1, 1, 1, 2, 3)))]
        return f"{self.choice(('', '', '', '-'))}{field.short}:{'|'.join(values)}"

    def _value(self, field: Field, instant: bool) -> str:
        if field.optional and self.random() < 0.2:
            return "none"
        return _VALUES[field.kind](self, field, instant)

    def _choice(self, field: Field, instant: bool) -> str:
        unknown_then = field.now_only if instant and not isinstance(field.now_only, bool) else ()
        return self.choice([choice for choice in map(str, field.choices) if choice not in unknown_then])

    def _ladder(self, field: Field, instant: bool) -> str:
        return self._range(self._choice(field, instant), self._choice(field, instant))

    def _age(self, _field: Field, _instant: bool) -> str:
        first, last = (f"{self.randint(1, 40)}{self.choice('mhhdd')}" for _ in range(2))
        return f"{first}..{last}" if self.random() < 0.3 else self._compared(first)

    def _date(self, _field: Field, _instant: bool) -> str:
        first, last = self._moment(), self._moment()
        chance = self.random()
        return first if chance < 0.3 else f"{first}..{last}" if chance < 0.6 else self._compared(first)

    def _moment(self) -> str:
        at = START + timedelta(minutes=self.randint(-600, 9000))
        return self.choice(("today", "yesterday", f"{at:%Y-%m-%d}", f"{at:%Y-%m-%dT%H:%M}"))

    def _count(self, _field: Field, _instant: bool) -> str:
        return self.choice((str(self.randint(0, 3)), self._compared(str(self.randint(0, 3))), "1..2"))

    def _compared(self, limit: str) -> str:
        return f"{self.choice(('<', '<=', '>', '>='))}{limit}"

    def _range(self, first: str, last: str) -> str:
        return first if self.random() < 0.6 else f"{first}..{last}"


_VALUES: Mapping[Kind, Callable[[Dice, Field, bool], str]] = {
    Kind.CHOICE: Dice._choice,
    Kind.LADDER: Dice._ladder,
    Kind.NAME: lambda dice, field, _: dice.choice(NAMES[field.name]),
    Kind.TEXT: lambda dice, field, _: dice.choice(NAMES[field.name]),
    Kind.PERSON: lambda dice, _field, _instant: dice.choice(("@me", *(f"<@{person}>" for person in PEOPLE))),
    Kind.AGE: Dice._age,
    Kind.DATE: Dice._date,
    Kind.COUNT: Dice._count,
}
