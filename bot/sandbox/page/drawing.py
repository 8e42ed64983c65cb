"""The templates and what they may call. Everything that somebody wrote is escaped on its way out."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChainableUndefined, Environment, PackageLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from bot.sandbox.page import dates, emoji, mrkdwn, pictures, rich_text, using
from bot.sandbox.page.reader import Reader
from bot.sandbox.people.typing import as_typed
from bot.sandbox.types import Json

# What a browser draws without running anything; other files are only offered for download.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def _for_reader(draw: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def filtered(context: Context, given: Any, *more: Any) -> Any:
        return draw(context["reader"], given, *more)

    return filtered


def picture_of(reader: Reader, given: Json) -> str:
    """Only what this workspace holds: the page asks nobody else for anything."""
    file = given.get("slack_file") or {}
    address = str(file.get("url") or given.get("image_url") or "")
    file_id = str(file.get("id") or "")
    own = urlsplit(reader.space.base_url)
    if not file_id and urlsplit(address)[:2] == own[:2] and "/files/" in address:
        file_id = address.partition("/files/")[2].partition("?")[0]
    return f"/_workspace/file/{file_id}" if file_id in reader.space.state.files else ""


def chart_rows(chart: Json) -> list[list[str]]:
    """The numbers behind a chart, as a table."""
    if chart.get("segments"):
        return [[str(each["label"]), f"{each['value']:g}"] for each in chart["segments"]]
    labels = [each["label"] for each in (chart.get("series") or [{"data": []}])[0]["data"]]
    rows = [["", *map(str, labels)]]
    return rows + [[str(one["name"]), *(f"{each['value']:g}" for each in one["data"])] for one in chart["series"]]


_STRONG = re.compile(r"\*\*(.+?)\*\*")
_LABELLED = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)


def markdown(reader: Reader, text: str) -> Markup:
    """The `markdown` block has another grammar; headings, bold and links are read, the rest stays as written."""
    text = _LABELLED.sub(r"<\2|\1>", _HEADING.sub(r"*\1*", _STRONG.sub(r"*\1*", text)))
    return mrkdwn.render(text, reader)


def _environment() -> Environment:
    # Slack's dictionaries leave out what is not there: an absent key is nothing, also one level deeper.
    made = Environment(
        loader=PackageLoader("bot.sandbox.page"),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    reading: dict[str, Callable[..., Any]] = {
        "mrkdwn": lambda reader, text: mrkdwn.render(str(text or ""), reader),
        "markdown": markdown,
        "rich": lambda reader, block: rich_text.render(block, reader),
        "clock": dates.clock,
        "in_full": dates.in_full,
        "day": dates.day,
        "people": lambda reader, ids: ", ".join(map(reader.person, ids)),
        "picture_of": picture_of,
        "box": pictures.box,
        "usable": using.usable,
        "as_typed": lambda reader, message: as_typed(reader.space, str(message.get("text", ""))),
        "local_time": lambda reader, seconds: f"{reader.moment(float(seconds)):%Y-%m-%dT%H:%M}",
    }
    made.filters |= {name: _for_reader(draw) for name, draw in reading.items()}
    made.filters |= {
        "plain": lambda text: mrkdwn.plain(str(text or "")),
        "emoji_text": emoji.with_signs,
        "sign": emoji.sign,
        "hue": lambda user_id: zlib.crc32(str(user_id).encode()) % 360,
        "one_line": lambda text: " ".join(mrkdwn.unescape_slack(str(text)).split())[:120],
        "web": lambda address: str(address).startswith(("http://", "https://")),
        "chart_rows": chart_rows,
        "element_id": using.element_id,
        "dispatch": using.dispatch,
    }
    made.globals["pictures"] = PICTURES
    return made


TEMPLATES = _environment()


def draw(template: str, reader: Reader, **facts: object) -> str:
    return TEMPLATES.get_template(template).render(reader=reader, **facts)
