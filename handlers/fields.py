"""The `name:value` fields among the words behind a verb."""

from collections.abc import Sequence

from bot.domain.nearest import nearest
from handlers.parsing import Arguments
from handlers.references import SHORT
from handlers.tokens import NAMES, Named, Negation, Token, Tokens, Word

_SEVERAL = frozenset({"requirement", "commits"})


def arguments(
    verb: str, takes: Sequence[str], tokens: Tokens, taken: Sequence[Token], *, free: bool = False
) -> Arguments:
    """Sorts the fields from the words; `taken` are the verb's own. Raises UsageError on a field that comes twice, that
    this verb does not know, or that looks mistyped."""
    found = Arguments(verb, tokens, [], list(taken), free)
    for token in tokens:
        if any(token is own for own in taken):
            continue
        if isinstance(token, Named) and token.name in takes:
            _field(found, token)
        else:
            _other(found, token, takes)
    return found


def _field(found: Arguments, token: Named) -> None:
    if token.name in found.fields and token.name not in _SEVERAL:
        raise found.fault("twice", token)
    found.fields.setdefault(token.name, []).append(token)
    found.taken.append(token)
    found.seen[token.name] = token.value


def _other(found: Arguments, token: Token, takes: Sequence[str]) -> None:
    """In free text a word may hold a colon, unless it looks like a field of this verb mistyped."""
    name = _name_before_colon(token, found.tokens.text)
    if name:
        near = nearest(name, [known for known, field in NAMES.items() if field in takes])
        if near and name.casefold() not in NAMES:
            raise found.fault("unknown_field", token, near=f"{near}:")
        if not found.free:
            raise found.fault("unknown_field", token, expected=" ".join(f"{SHORT[field]}:" for field in takes))
    found.left.append(token)


def _name_before_colon(token: Token, text: str) -> str:
    """`sevrity` of `sevrity:S1`; nothing for other words, addresses and quotes."""
    if isinstance(token, Negation) or (isinstance(token, Word) and token.quoted):
        return ""
    if not isinstance(token, Named | Word):
        return ""
    name, colon, value = token.span.of(text).partition(":")
    return name if colon and value and name.isascii() and name.isalpha() and not value.startswith("//") else ""
