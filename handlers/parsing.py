"""What stands behind a verb, taken piece by piece; every mistake is pointed at."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NoReturn, TypeVar

from bot.domain.errors import Missing
from bot.domain.nearest import nearest
from bot.domain.span import Span
from bot.domain.values import Priority, Severity
from handlers.normalise import without_final_stop
from handlers.references import OTHER_PREFIXES
from handlers.tokens import ChannelRef, Key, Named, Token, Tokens, UserRef, Word

V = TypeVar("V", bound=StrEnum)
OF_THE_VALUE = frozenset({"no_such_value", "no_day", "no_moment"})


@dataclass
class UsageError(Exception):
    """`problem` names its words in templates/errors; `span` is the place in `text`, None when there is none."""

    problem: str
    word: str
    text: str
    span: Span | None = None
    expected: str = ""
    near: str | None = None
    example: str = ""


@dataclass
class Arguments:
    """Accessors take from `left`; `seen` collects what a form can start with when something is missing.

    Behind a verb whose last argument is `free` text only what stands in its place has a meaning.
    """

    verb: str
    tokens: Tokens
    left: list[Token]
    taken: list[Token]
    free: bool = False
    fields: dict[str, list[Named]] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    def key(self) -> str:
        """The defect's key: first, or anywhere where no free text follows. Raises Missing, UsageError."""
        found = self.maybe_key()
        if found is None and self.left and not self.free:
            raise self.fault("no_key", self.left[0])
        return found or self.missing("key")

    def maybe_key(self) -> str | None:
        for token in self.left[:1] if self.free else self.left:
            if isinstance(token, Key) and token.prefix not in OTHER_PREFIXES:
                self._take(token)
                self.seen["key"] = token.text
                return token.text
        return None

    def maybe_case(self) -> str | None:
        """A test case's key, where it comes first."""
        token = self.left[0] if self.left else None
        if not isinstance(token, Key) or token.prefix != "TC":
            return None
        self._take(token)
        self.seen["key"] = token.text
        return token.text

    def person(self) -> str:
        """A user's id, or a name as typed (`@dana`), which is looked up later. Raises Missing, UsageError."""
        places = self.left[:1] if self.free else self.left
        found = next((token for token in places if isinstance(token, UserRef)), None)
        if found is None and self.left and not self.free:
            raise self.fault("no_person", self.left[0])
        if found is None:
            return self.missing("person")
        self._take(found)
        self.seen["person"] = found.user_id or ""
        return found.user_id or f"@{found.name}"

    def channel(self) -> str | None:
        """A channel's id. Raises UsageError on a name that Slack did not make a reference of."""
        found = next((token for token in self.left if isinstance(token, ChannelRef)), None)
        if found is None:
            return None
        if found.channel_id is None:
            raise self.fault("no_channel", found)
        self._take(found)
        return found.channel_id

    def targets(self) -> tuple[str, ...]:
        """All keys that are left, of whatever kind."""
        keys = [token for token in self.left if isinstance(token, Key)]
        for token in keys:
            self._take(token)
        return tuple(token.text for token in keys)

    def skip(self, *small: str) -> bool:
        """Small words are optional."""
        if self.left and isinstance(self.left[0], Word) and self.left[0].folded in small:
            self._take(self.left[0])
            return True
        return False

    def skip_phrase(self, *words: str) -> bool:
        """All of these words next, or nothing is taken."""
        next_ones = self.left[: len(words)]
        if tuple(token.folded for token in next_ones if isinstance(token, Word)) != words:
            return False
        for token in next_ones:
            self._take(token)
        return True

    def name_bare(self, name: str, *words: str) -> None:
        """`S1` stands for `sev:S1` where it cannot be meant as anything else."""
        for token in self.left:
            if isinstance(token, Word) and token.folded in words and name not in self.fields:
                self._take(token)
                self.fields[name] = [Named(name, token.text, token.span, token.span)]

    def peek(self, ahead: int = 0) -> str:
        """The next word as typed, or an empty one."""
        return shown(self.left[ahead], self.tokens.text) if ahead < len(self.left) else ""

    def drop(self) -> None:
        """The next word is understood."""
        self._take(self.left[0])

    def again(self, key: str) -> "Arguments":
        """With the key, which was taken, back in its place."""
        found = next(token for token in reversed(self.taken) if isinstance(token, Key) and token.text == key)
        self.left.insert(0, found)
        return self

    def word(self, argument: str) -> str | None:
        """The next word, whatever it looks like; `argument` is its name in a form."""
        if not self.left:
            return None
        self.seen[argument] = without_final_stop(self.peek())
        self._take(self.left[0])
        return self.seen[argument]

    def rest(self, argument: str) -> str:
        """All that is left, as it was typed."""
        if not self.left:
            return ""
        words = self.tokens.without(self.taken)
        if self.taken:
            words = words.removeprefix(":").lstrip()
        for token in tuple(self.left):
            self._take(token)
        self.seen[argument] = words
        return words

    def must(self, argument: str) -> str:
        """All that is left. Raises Missing when that is nothing."""
        return self.rest(argument) or self.missing(argument)

    def value(self, name: str) -> str | None:
        found = self.fields.get(name)
        return found[-1].value if found else None

    def list_of(self, name: str) -> tuple[str, ...]:
        """Repeated or separated by commas."""
        words = ",".join(token.value for token in self.fields.get(name, ())).split(",")
        return tuple(word.strip() for word in words if word.strip())

    def severity(self) -> Severity | None:
        return self.one_of("severity", Severity)

    def priority(self) -> Priority | None:
        return self.one_of("priority", Priority)

    def day(self, name: str) -> date | None:
        """Raises UsageError on a day that does not exist."""
        if name not in self.fields:
            return None
        token = self.fields[name][-1]
        try:
            return date.fromisoformat(token.value)
        except ValueError as error:
            raise self.fault("no_day", token) from error

    def end(self) -> None:
        """Raises UsageError at the first word that nobody took."""
        if self.left:
            raise self.fault("left_over", self.left[0])

    def missing(self, argument: str) -> NoReturn:
        raise Missing(argument, self.verb)

    def fault(self, problem: str, token: Token, expected: str = "", near: str | None = None) -> UsageError:
        span = token.value_span if isinstance(token, Named) and token.value else token.span
        word = span.of(self.tokens.text) if problem in OF_THE_VALUE else shown(token, self.tokens.text)
        return UsageError(problem, word, self.tokens.text, span, expected, near)

    def one_of(self, name: str, kind: type[V]) -> V | None:
        """In any case. Raises UsageError on another value."""
        if name not in self.fields:
            return None
        token = self.fields[name][-1]
        value = without_final_stop(token.value)
        found = next((member for member in kind if member.value.casefold() == value.casefold()), None)
        if found is not None:
            return found
        raise self.fault("no_such_value", token, ", ".join(kind), nearest(value, kind))

    def _take(self, token: Token) -> None:
        self.left = [other for other in self.left if other is not token]
        self.taken.append(token)


def shown(token: Token, text: str) -> str:
    """As typed; a quoted group without its quotes."""
    return token.text if isinstance(token, Word) else token.span.of(text)
