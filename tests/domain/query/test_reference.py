"""The page of the query language is made from its tables, and cannot drift from them."""

import re
from pathlib import Path

import pytest

from bot.domain.query import FIELDS, parse
from bot.domain.query.reference import EXAMPLES, page

PAGE = Path(__file__).parents[3] / "docs" / "queries.md"


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("query", [query for query, _ in EXAMPLES])
def test_every_example_can_be_read(query: str) -> None:
    assert parse(query).terms


def test_the_examples_ask_for_nearly_every_field() -> None:
    asked = {term.field for query, _ in EXAMPLES for term in parse(query).terms}
    shown = {term.field for field in FIELDS.values() for example in field.examples for term in parse(example).terms}
    assert shown == FIELDS.keys() - {"sort"}
    assert len(asked) > 18


def test_every_word_of_the_grammar_is_defined_in_it() -> None:
    grammar = page().split("```ebnf")[1].split("```")[0]
    named = re.sub(r"\"[^\"]*\"|'[^']*'", "", grammar)
    used = set(re.findall(r"[a-z]+", named))
    assert used - set(re.findall(r"^(\w+) +=", grammar, re.MULTILINE)) == {"word", "number", "character", "field", "id"}
