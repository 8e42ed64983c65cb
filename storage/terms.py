"""The words of a title as they are compared: small letters, no plural s, no words that everybody uses."""

import re

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_LONGEST = 64
# A title longer than this says the same again.
MOST = 24
_EVERYBODYS = """
a an and are as at be but by can cannot did do does doesn't don't for from get gets has have how i if in
into is it its my no not of on or our so that the their then there this to was we were what when where which
while who why will with won't you your
"""
STOP_WORDS = frozenset(_EVERYBODYS.split())


def terms(text: str) -> tuple[str, ...]:
    """Each once, in the order of the text."""
    words = (word.replace("’", "'").removesuffix("'s") for word in _WORD.findall(text.casefold()))
    kept = (_stem(word)[:_LONGEST] for word in words if word not in STOP_WORDS)
    return tuple(dict.fromkeys(kept))[:MOST]


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
