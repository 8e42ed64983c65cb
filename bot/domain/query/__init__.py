"""The one query language: `status:open sev:S1..S2 rel:2.4 owner:@me -label:flaky age>3d text:"500 error" sort:age`."""

from bot.domain.query.asking import Asker, DefectLike, UnresolvedPerson
from bot.domain.query.errors import Problem, QueryError
from bot.domain.query.fields import FIELDS, NAMES
from bot.domain.query.instants import answerable
from bot.domain.query.kinds import GROUPS, Field, Kind
from bot.domain.query.matching import matches, ordered
from bot.domain.query.nodes import Age, Between, Compare, Exact, Me, Missing, Moment, Person, Query, Sort, Term, Value
from bot.domain.query.parser import parse
from bot.domain.query.people import resolve, unresolved
from bot.domain.query.printer import print_query

__all__ = [
    "FIELDS",
    "GROUPS",
    "NAMES",
    "Age",
    "Asker",
    "Between",
    "Compare",
    "DefectLike",
    "Exact",
    "Field",
    "Kind",
    "Me",
    "Missing",
    "Moment",
    "Person",
    "Problem",
    "Query",
    "QueryError",
    "Sort",
    "Term",
    "UnresolvedPerson",
    "Value",
    "answerable",
    "matches",
    "ordered",
    "parse",
    "print_query",
    "resolve",
    "unresolved",
]
