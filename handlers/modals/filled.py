"""What somebody filled into a modal: `view.state.values[block_id][action_id]`, by the name of the field."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from bot.services.requests import FileRef
from handlers.payload import Body, dig, each, first, number, word

MOST = 3000  # of a plain text input
_UNSTORABLE = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Filled:
    """A field's `block_id` is its name. What a form does not have, or what is empty, reads as nothing."""

    view: Body

    def text(self, name: str) -> str:
        """Slack sends it as it was typed, without escapes or links; characters that no store takes are dropped."""
        typed = word(self._element(name), "value")[:MOST]
        return "".join(c for c in typed if c in "\n\t" or unicodedata.category(c) not in _UNSTORABLE).strip()

    def choice(self, name: str) -> str:
        """Of a select, radio buttons, a picker of a person, a channel, a day or a time."""
        element = self._element(name)
        found = (
            dig(element, "selected_option", "value"),
            *(dig(element, f"selected_{kind}") for kind in ("user", "conversation", "channel", "date", "time")),
        )
        return next((value for value in found if isinstance(value, str)), "")

    def changed(self, name: str) -> bool:
        """Whether a text or choice differs from what the form started with."""
        return (self.text(name) or self.choice(name)) != self._started(name)

    def now(self, name: str) -> str:
        """A text or choice as the form shows it: what it started with, where Slack does not send it along."""
        known = self._element(name) is not None
        return self.text(name) or self.choice(name) if known else self._started(name)

    def _started(self, name: str) -> str:
        started = next(
            (dig(block, "element") for block in each(self.view, "blocks") if word(block, "block_id") == name), None
        )
        return first(word(started, "initial_value"), word(started, "initial_option", "value")).strip()

    def touched(self, name: str) -> bool:
        """Whether anything of a field differs from what the form started with; False where the form has none."""
        started = next((block for block in each(self.view, "blocks") if word(block, "block_id") == name), None)
        if self._element(name) is None or started is None:
            return False
        before = frozenset(word(option, "value") for option in each(started, "element", "initial_options"))
        texts = ("initial_value", "initial_time")
        first_text = first(*(word(started, "element", text) for text in texts))
        return (self.text(name) or self.choice(name)) != first_text or self.ticked(name) != before

    def people(self, name: str) -> tuple[str, ...]:
        found = dig(self._element(name), "selected_users")
        return tuple(person for person in found if isinstance(person, str)) if isinstance(found, list) else ()

    def ticked(self, name: str) -> frozenset[str]:
        return frozenset(word(option, "value") for option in each(self._element(name), "selected_options"))

    def several(self, name: str) -> tuple[str, ...]:
        """In the order in which they were chosen."""
        return tuple(word(option, "value") for option in each(self._element(name), "selected_options"))

    def files(self, name: str) -> tuple[FileRef, ...]:
        return tuple(file_ref(file) for file in each(self._element(name), "files"))

    def has(self, name: str) -> bool:
        """Whether the form has an input of that name, where a mistake can be shown."""
        return name in self.inputs

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(word(block, "block_id") for block in each(self.view, "blocks") if word(block, "type") == "input")

    def _element(self, name: str) -> Any:
        actions = dig(self.view, "state", "values", name)
        return next(iter(actions.values()), None) if isinstance(actions, dict) else None


def file_ref(file: Body) -> FileRef:
    """As in a message's `files` and in a file input; a file's own name may be missing, its title then serves."""
    return FileRef(
        id=word(file, "id"),
        name=word(file, "name") or word(file, "title"),
        mimetype=word(file, "mimetype"),
        size=number(file, "size"),
        permalink=word(file, "permalink"),
    )
