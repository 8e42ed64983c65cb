"""A gate file: YAML, read and checked; every mistake is told with its line and column and the nearest word."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, create_model

from bot.domain.gates import ARGUMENTS, Argument, Criterion, GatePolicy, Rule
from bot.domain.nearest import nearest
from bot.domain.query import Me, QueryError, answerable, parse, unresolved
from bot.domain.values import Role
from bot.services.input import LIMITS

LARGEST = 64 * 1024  # characters
MOST_GATES = 50
MOST_SIGNERS = 20
LONGEST_SENTENCE = 120
Place = tuple[str | int, ...]
_NAME = r"^[a-z][a-z0-9_]{0,31}$"
_COMMON = frozenset({"criterion", "stops", "says"})


@dataclass(frozen=True, slots=True)
class Mistake:
    """`line` and `column` count from 1; `shown` is that line with carets under the mistake."""

    line: int
    column: int
    words: str
    shown: tuple[str, str]


class Mistaken(Exception):
    """Nothing of the file is taken."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = tuple(sorted(mistakes, key=lambda each: (each.line, each.column)))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _File(_Strict):
    gates: Annotated[dict[str, dict[str, Any] | None], Field(min_length=1, max_length=MOST_GATES)]
    signoffs: dict[str, Annotated[int, Field(ge=1, le=MOST_SIGNERS)]] = Field(default_factory=dict)


def read(text: str) -> GatePolicy:
    """The policy that a file holds; its `version` is for the store to give. Raises Mistaken."""
    source = _Source(text)
    data = source.data()
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise Mistaken(list(_of_model(source, error, (), tuple(_File.model_fields)))) from None
    mistakes = list(_names(source, file))
    rules = [_rule(source, name, body or {}, mistakes) for name, body in file.gates.items()]
    if mistakes:
        raise Mistaken(mistakes)
    signoffs = {Role(role): number for role, number in file.signoffs.items()}
    return GatePolicy(tuple(rule for rule in rules if rule), signoffs, text=text)


class _Source:
    """The text and where each of its values stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines() or [""]
        if len(text) > LARGEST:
            raise Mistaken([self.at(0, 0, f"this file is longer than {LARGEST} characters")])
        try:
            if anchor := next((e for e in yaml.parse(text) if isinstance(e, yaml.AliasEvent)), None):
                raise Mistaken([self._marked(anchor.start_mark, "an alias is not read here: write it out")])
            self.root: yaml.Node | None = yaml.compose(text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise Mistaken([self._marked(mark, f"this is no YAML: {error.problem or error.context}")]) from None
        except yaml.YAMLError:
            raise Mistaken([self.at(0, 0, "this is no YAML: it holds characters that no text has")]) from None
        self.keys: dict[Place, yaml.Node] = {}
        self.values: dict[Place, yaml.Node] = {}
        if self.root is not None:
            self._walk(self.root, ())

    def data(self) -> Any:
        if not isinstance(self.root, yaml.MappingNode):
            raise Mistaken([self.at(0, 0, "a gate file begins with `gates:`")])
        try:
            return yaml.safe_load(self.text)
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            raise Mistaken([self._marked(mark, "this value cannot be read")]) from None

    def mistake(self, place: Place, words: str, *, key: bool = False, offset: int = 0, length: int = 0) -> Mistake:
        """At the value, or at its key; what is missing is told at what it is missing from."""
        nodes = self.keys if key else self.values
        while place and place not in nodes:
            place = place[:-1]
        node = nodes.get(place) or self.root
        if node is None:
            return self.at(0, 0, words)
        mark, end = node.start_mark, node.end_mark
        quoted = isinstance(node, yaml.ScalarNode) and node.style in ("'", '"')
        column = mark.column + (offset + quoted if length else 0)
        wide = length or (end.column - mark.column if end.line == mark.line else 1)
        return self.at(mark.line, column, words, max(1, wide))

    def at(self, line: int, column: int, words: str, wide: int = 1) -> Mistake:
        shown = self.lines[line] if line < len(self.lines) else ""
        return Mistake(line + 1, column + 1, words, (shown, " " * column + "^" * wide))

    def _marked(self, mark: Any, words: str) -> Mistake:
        return self.at(mark.line, mark.column, words) if mark else self.at(0, 0, words)

    def _walk(self, node: yaml.Node, place: Place) -> None:
        self.values[place] = node
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                below = (*place, str(key.value))
                if below in self.keys:
                    raise Mistaken([self._marked(key.start_mark, f"`{key.value}` stands here twice")])
                self.keys[below] = key
                self._walk(value, below)
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                self._walk(value, (*place, number))


def _names(source: _Source, file: _File) -> Iterator[Mistake]:
    for name in file.gates:
        if not re.fullmatch(_NAME, name):
            yield source.mistake(("gates", name), "a gate's name is small letters, digits and `_`", key=True)
    for role in file.signoffs:
        if role not in set(Role):
            yield source.mistake(("signoffs", role), _unknown("role", role, Role), key=True)


def _rule(source: _Source, name: str, body: Mapping[str, Any], mistakes: list[Mistake]) -> Rule | None:
    """None where it cannot be read; why is among the mistakes then."""
    named = body.get("criterion", Criterion.QUERY if "query" in body else name)
    if named not in set(Criterion):
        place: Place = ("gates", name, "criterion") if "criterion" in body else ("gates", name)
        mistakes.append(
            source.mistake(place, _unknown("criterion", str(named), Criterion), key="criterion" not in body)
        )
        return None
    criterion = Criterion(named)
    try:
        said = _model(criterion).model_validate(dict(body))
    except ValidationError as error:
        mistakes += _of_model(source, error, ("gates", name), tuple(_model(criterion).model_fields))
        return None
    values = {key: value for key, value in said.model_dump().items() if key not in _COMMON and value is not None}
    if criterion is Criterion.QUERY and (wrong := _query(source, ("gates", name, "query"), values["query"])):
        mistakes.append(wrong)
        return None
    return Rule(name, criterion, values, getattr(said, "stops", False), getattr(said, "says", ""))


@cache
def _model(criterion: Criterion) -> type[BaseModel]:
    """What a gate of this criterion may say."""
    fields: dict[str, Any] = {
        "criterion": (str, criterion.value),
        "stops": (bool, False),
        "says": (Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_SENTENCE)], ""),
        **{name: _field(name, argument) for name, argument in ARGUMENTS[criterion].items()},
    }
    made: type[BaseModel] = create_model(criterion.value, __base__=_Strict, **fields)
    return made


def _field(name: str, argument: Argument) -> tuple[Any, Any]:
    if argument.most is None:
        return Annotated[str, StringConstraints(min_length=1, max_length=LIMITS[name][1])], ...
    number = Annotated[int, Field(ge=argument.least, le=argument.most)]
    return (number | None, None) if argument.optional else (number, argument.default)


def _query(source: _Source, place: Place, text: str) -> Mistake | None:
    """It is asked of any instant, for nobody in particular."""
    try:
        query = answerable(parse(text), text)
    except QueryError as error:
        near = f"; did you mean `{error.nearest}`?" if error.nearest else f"; it takes {_some(error.expected)}"
        words = f"this query cannot be read at `{error.word}` ({error.problem.value.replace('_', ' ')}){near}"
        return source.mistake(place, words, offset=error.span.start, length=error.span.end - error.span.start)
    if query.sorts or any(term.field == "counts" for term in query.terms):
        return source.mistake(place, "a gate counts what counts in its release: leave out `sort:` and `counts:`")
    if any(isinstance(value, Me) for term in query.terms for value in term.values) or tuple(unresolved(query)):
        return source.mistake(place, "name people by their Slack id, such as `owner:<@U0123ABCD>`")
    return None


def _of_model(source: _Source, error: ValidationError, place: Place, known: Sequence[str]) -> Iterator[Mistake]:
    # A field mistyped is also missing: the word itself comes first.
    for each in sorted(error.errors(include_url=False), key=lambda each: each["type"] == "missing"):
        where = (*place, *(part for part in each["loc"] if part not in ("[key]", "dict[str,any]")))
        word = str(where[-1]) if where else ""
        if each["type"] == "extra_forbidden":
            yield source.mistake(where, _unknown("field", word, known), key=True)
        elif each["type"] == "missing":
            yield source.mistake(where[:-1], f"`{word}` is missing", key=len(where) > 1)
        else:
            yield source.mistake(where, f"`{word}`: {_expected(each)}")


def _expected(error: Any) -> str:
    said = str(error["msg"])
    return said[:1].lower() + said[1:]


def _unknown(what: str, word: str, known: Iterable[str]) -> str:
    words = [str(each) for each in known]
    near = nearest(word, words)
    return f"I do not know the {what} `{word}`; " + (f"did you mean `{near}`?" if near else f"there is {_some(words)}")


def _some(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
