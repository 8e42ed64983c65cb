"""What the text of a commit or of a merged change says of defects: lines `Fixes: SHOP-42` and `Reverts: SHOP-42`, in
the form of git's trailers (git-scm.com/docs/git-interpret-trailers), and the sentence that `git revert` writes."""

import re
from dataclasses import dataclass

_TRAILER = re.compile(r"^[ \t]*(fixes|reverts):[ \t]*(\S[^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_REVERTED = re.compile(r"\bThis reverts commit ([0-9a-f]{6,64})\b")
_BETWEEN = re.compile(r"[\s,;]+")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}-[1-9][0-9]{0,8}")
_SHA = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True)
class Trailers:
    """`fixes` and `reverts` are keys in capitals, each once; `reverted` are hashes of commits that are taken back."""

    fixes: tuple[str, ...] = ()
    reverts: tuple[str, ...] = ()
    reverted: tuple[str, ...] = ()


def read_trailers(text: str) -> Trailers:
    """A word that is neither a key nor a hash is a remark and says nothing."""
    said: dict[str, list[str]] = {"fixes": [], "reverts": []}
    for name, words in _TRAILER.findall(text):
        said[name.lower()] += [word for word in _BETWEEN.split(words) if word]
    shas = [word for word in said["reverts"] if _SHA.fullmatch(word)]
    return Trailers(
        _keys(said["fixes"]), _keys(said["reverts"]), tuple(dict.fromkeys([*_REVERTED.findall(text), *shas]))
    )


def _keys(words: list[str]) -> tuple[str, ...]:
    keys = (word.rstrip(".").upper() for word in words)
    return tuple(dict.fromkeys(key for key in keys if _KEY.fullmatch(key)))
