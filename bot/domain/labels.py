"""Words that people put on a defect: in small letters, each once, in order; kept as one text with spaces between."""

import re

from bot.domain.errors import Invalid

# All of them fit into the field of a form.
MOST, LONGEST = 10, 24
_BETWEEN = re.compile(r"[\s,]+")


def written(said: str) -> str | None:
    """`Flaky, #phone` -> `flaky phone`; None where nothing is left. Raises Invalid on too many or too long ones."""
    words = sorted({word.lstrip("#").casefold() for word in _BETWEEN.split(said)} - {""})
    if len(words) > MOST:
        raise Invalid("labels", f"{len(words)} labels", f"at most {MOST}")
    for word in words:
        if len(word) > LONGEST:
            raise Invalid("labels", word, f"at most {LONGEST} characters each")
    return " ".join(words) or None
