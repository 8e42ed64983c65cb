"""Words come from `templates/`: one text template per message kind, one named block per slot of the message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context

from bot.slack.escaping import FILTERS, Mrkdwn, code, escape, finalize, plain

__all__ = ["Mrkdwn", "UnknownBlock", "Words", "escape", "our_words", "plain", "render", "render_plain", "speak_under"]

SUFFIX = ".j2"
MACROS = "macros"
"""Its macros are at hand in every block as `macros.NAME(...)`: a block is rendered without its template's imports."""

_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")


class UnknownBlock(LookupError):
    def __init__(self, template: str, block: str, known: Iterable[str]) -> None:
        super().__init__(f"{template}: no block {block!r}, only {', '.join(sorted(known))}")
        self.template, self.block = template, block


class _Unindented(Extension):
    """Indentation belongs to whoever reads the template, not to the message; line numbers stay."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        return _INDENT.sub("", source)


class _Environment(Environment):
    """What macros, `set` blocks and `super()` return was escaped inside them, so it is marked as ours."""

    @staticmethod
    def concat(parts: Iterable[str]) -> Mrkdwn:
        return Mrkdwn("".join(parts))


class Words:
    """Templates of one loader, compiled once. Thread-safe.

    `prefix` stands before the names of our slash commands: `{{ "defect help" | slash }}`.
    """

    def __init__(self, loader: BaseLoader) -> None:
        self.prefix = ""
        self._environment = _Environment(
            loader=loader,
            undefined=StrictUndefined,
            finalize=finalize,
            autoescape=False,
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[_Unindented],
        )
        self._environment.filters |= {**FILTERS, "slash": self._slash}
        if MACROS + SUFFIX in self._environment.list_templates():
            self._environment.globals[MACROS] = self._environment.get_template(MACROS + SUFFIX).module

    def render(self, template: str, block: str, /, **context: object) -> Mrkdwn:
        """One block, without blank edges and with one blank line at most between its lines.

        `template` is its path without `.j2`. Raises UnknownBlock, jinja2.TemplateNotFound, jinja2.UndefinedError.
        """
        compiled = self._environment.get_template(template + SUFFIX)
        try:
            function = compiled.blocks[block]
        except KeyError:
            raise UnknownBlock(template, block, compiled.blocks) from None
        return _tidy("".join(function(compiled.new_context(context))))

    @pass_context
    def _slash(self, _: Context, command: str) -> Mrkdwn:
        """With the context asked for, it is no constant to the compiler: the prefix may be set later."""
        words = f"/{self.prefix}{command}"
        return code(Mrkdwn(words) if isinstance(command, Mrkdwn) else words)

    def blocks(self, template: str) -> frozenset[str]:
        return frozenset(self._environment.get_template(template + SUFFIX).blocks)

    def templates(self) -> list[str]:
        """Every template but the macros, without `.j2`."""
        names = (name.removesuffix(SUFFIX) for name in self._environment.list_templates(extensions=[SUFFIX[1:]]))
        return [name for name in names if name != MACROS]


def _tidy(text: str) -> Mrkdwn:
    lines = "\n".join([line.rstrip() for line in text.split("\n")]) if " \n" in text or "\t\n" in text else text
    return Mrkdwn(_BLANK_LINES.sub("\n\n", lines).strip())


@cache
def our_words() -> Words:
    """The templates of the product."""
    return Words(PackageLoader("templates", ""))


def speak_under(prefix: str) -> None:
    """From now on every slash command is named with it: the workspace gave ours other names (`/acme-defect`)."""
    our_words().prefix = prefix


def render(template: str, block: str, /, **context: object) -> Mrkdwn:
    """A block of the product's own templates, for `mrkdwn` and for the message's `text`."""
    return our_words().render(template, block, **context)


def render_plain(template: str, block: str, /, **context: object) -> str:
    """The same for `plain_text`: button labels, headers, titles."""
    return plain(render(template, block, **context))
