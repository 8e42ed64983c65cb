"""From the words behind a command to a request: which verb is it, and what does it say?"""

from dataclasses import dataclass, field

from bot.domain.errors import Missing
from bot.domain.nearest import nearest
from handlers.fields import arguments
from handlers.normalise import without_final_stop
from handlers.parsing import Arguments, UsageError
from handlers.references import OTHER_PREFIXES, looks_like_build
from handlers.tokens import Key, Named, Negation, Token, Tokens, Word, tokenise
from handlers.verbs import BARE, COMMANDS, PHRASES, Family, Verb

LONGEST_PHRASE = max(len(phrase.split()) for phrase in PHRASES)
_WORDS = tuple(phrase for row in COMMANDS for phrase in row.phrases if " " not in phrase)


@dataclass(frozen=True, slots=True)
class Asked:
    """`seen`: what was said, by the name that a form's field has."""

    verb: Verb
    request: object
    seen: dict[str, str] = field(default_factory=dict)


@dataclass
class Incomplete(Exception):
    """Something is missing that the verb's form asks for."""

    verb: Verb
    argument: str
    seen: dict[str, str]


@dataclass
class NoVerb(Exception):
    """The text begins with no verb: a defect to be filed, perhaps, or a verb mistyped; then it may name a key."""

    family: Family
    text: str
    near: Verb | None = None
    typed: str = ""
    keyed: bool = False


def understand(family: Family, text: str) -> Asked:
    """`text` is normalised. Raises UsageError with the verb's example, Incomplete, NoVerb."""
    tokens = tokenise(text)
    if not tokens.items:
        return _read(PHRASES[BARE[family]], tokens, ())
    key_first = isinstance(tokens.items[0], Key)
    behind = tokens.items[1:] if key_first else tokens.items
    if not behind:
        return _read(PHRASES[_alone(family, tokens.items[0])], tokens, ())
    found = _phrase(family, behind)
    if found is None and key_first and family is Family.TRACE:
        return _read(PHRASES["trace"], tokens, ())
    if found is None and key_first and family is Family.VERIFY and _names_build(behind):
        return _read(PHRASES["verify"], tokens, ())
    if found is None:
        raise _no_verb(family, tokens, behind)
    verb, own = found
    return _read(verb, tokens, own)


def _alone(family: Family, key: Token) -> str:
    """What is done with a key and nothing else."""
    if family is Family.VERIFY and not (isinstance(key, Key) and key.prefix == "REQ"):
        return "verify"
    return "show" if family is not Family.TRACE and _is_key(key) else "trace"


def _names_build(tokens: tuple[Token, ...]) -> bool:
    """`on rc3`, and nothing else."""
    first, *others = tokens
    small = isinstance(first, Word) and first.folded in ("on", "in")
    return small and len(others) == 1 and isinstance(others[0], Word) and looks_like_build(others[0].text)


def _is_key(token: Token) -> bool:
    return isinstance(token, Key) and token.prefix not in OTHER_PREFIXES


def _phrase(family: Family, tokens: tuple[Token, ...]) -> tuple[Verb, tuple[Token, ...]] | None:
    """The longest run of words that is a verb; the command's own verbs come first."""
    for length in range(min(LONGEST_PHRASE, len(tokens)), 0, -1):
        own = tokens[:length]
        words = [token.folded for token in own if isinstance(token, Word) and not token.quoted]
        phrase = " ".join(words)
        if len(words) == length and (verb := PHRASES.get(f"{family} {phrase}") or PHRASES.get(phrase)):
            return verb, own
    return None


def _no_verb(family: Family, tokens: Tokens, behind: tuple[Token, ...]) -> NoVerb:
    start = behind[0]
    typed = start.text if isinstance(start, Word) and not start.quoted else ""
    near = nearest(typed, _WORDS)
    return NoVerb(family, tokens.text, PHRASES[near] if near else None, typed, any(map(_is_key, tokens.items)))


def _read(verb: Verb, tokens: Tokens, own: tuple[Token, ...]) -> Asked:
    """What any verb knows as a field is free text to one that does not take it."""
    meant = tokens.text if verb.free else without_final_stop(tokens.text)
    if meant != tokens.text or not _fields(tokens) <= frozenset(verb.takes):
        tokens = tokenise(meant, verb.takes)
    spans = {token.span for token in own}
    taken = [token for token in tokens if token.span in spans]
    try:
        args = arguments(verb.slug, verb.takes, tokens, taken, free=verb.free)
        return Asked(verb, _parsed(verb, args), args.seen)
    except UsageError as error:
        error.example = verb.line
        raise


def _fields(tokens: Tokens) -> frozenset[str]:
    named = [token.of if isinstance(token, Negation) else token for token in tokens]
    return frozenset(token.name for token in named if isinstance(token, Named))


def _parsed(verb: Verb, args: Arguments) -> object:
    try:
        return verb.parse(args)
    except Missing as missing:
        raise Incomplete(verb, missing.argument, args.seen) from missing
