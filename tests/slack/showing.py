"""Defects in every state as people see them, and a message as the lines that a reader would read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.builds import Build
from bot.domain.defect import Defect
from bot.domain.project import Project
from bot.domain.release import Release
from bot.domain.values import Resolution
from bot.services.records import Anchor, EvidenceRecord
from bot.services.requests import FileRef
from bot.services.views import DefectView
from bot.slack.names import named
from tests.domain.defects import DEVON, MONDAY, OMAR, TESS, filed, later
from tests.domain.defects import fixed as fixed
from tests.domain.defects import triaged as triaged

NAMES = named({TESS: "Tess", DEVON: "Devon", OMAR: "Omar"})
RELEASE = Release("r-1", "p-1", "2.4", MONDAY, date(2026, 12, 18))
BUILDS = tuple(Build(f"b-{n}", "r-1", f"2.4.0-rc{n}", n, later(n)) for n in (2, 3, 4))
BY_ID = {build.id: build for build in BUILDS}
SOURCE = EvidenceRecord(
    "e-1",
    "d-1",
    TESS,
    MONDAY,
    "C0SHOP",
    "1795424400.000100",
    TESS,
    "it says declined, but the bank shows two charges",
    "https://acme.slack.com/archives/C0SHOP/p1795424400000100",
    (FileRef("F1", "declined.png", "image/png", 1200, "https://acme.slack.com/files/U0TESS/F1/declined.png"),),
)
ANCHOR = Anchor("d-1", "C0SHOP", SOURCE.message_ts, None, SOURCE.message_ts)


def view(defect: Defect, **values: object) -> DefectView:
    """As the store would show it, with its builds found by id."""
    seen = DefectView(
        defect,
        Project("p-1", "SHOP", "Shop", "C0SHOP"),
        RELEASE,
        BY_ID.get(defect.found_build_id or ""),
        BY_ID.get(defect.fixed_in or ""),
        BY_ID.get(defect.verified_on or ""),
        BUILDS,
        True,
        anchor=ANCHOR,
        evidence=(SOURCE,),
    )
    return replace(seen, **values)  # type: ignore[arg-type]


def fresh() -> Defect:
    return filed(component="cart", environment="staging", found_build_id="b-2")


def asked() -> Defect:
    defect = triaged()
    defect.ask(later(5), TESS, OMAR, "which card?")
    return defect


def started() -> Defect:
    defect = triaged()
    defect.start(later(2), DEVON)
    return defect


def bounced() -> Defect:
    defect = fixed()
    defect.fail_verification(later(4), TESS, four_eyes=True, facts={"build": "2.4.0-rc3"}, note="still charges")
    return defect


def blocked() -> Defect:
    defect = fixed()
    defect.block_verification(later(4), TESS, facts={}, note="staging is down")
    return defect


def verified() -> Defect:
    defect = fixed()
    defect.pass_verification(later(4), TESS, "b-3", four_eyes=True, facts={}, note="")
    return defect


def closed() -> Defect:
    defect = verified()
    defect.close(later(6))
    return defect


def unreproducible() -> Defect:
    defect = triaged()
    defect.resolve(later(2), DEVON, Resolution.CANNOT_REPRODUCE)
    return defect


def duplicate() -> Defect:
    defect = triaged()
    defect.resolve(later(2), DEVON, Resolution.DUPLICATE, original=filed(id="d-2", key="SHOP-17"))
    return defect


def deferred() -> Defect:
    defect = triaged()
    defect.defer(later(2), "r-2", "needs the new provider")
    return defect


STATES = (
    fresh,
    triaged,
    asked,
    started,
    fixed,
    bounced,
    blocked,
    verified,
    closed,
    unreproducible,
    duplicate,
    deferred,
)


def outline(message: dict[str, Any]) -> list[str]:
    """A line per line of text; `[Label]` for buttons, `⋯ a | b` for a menu."""
    return [line for block in message["blocks"] for line in _lines(block)]


def _lines(block: dict[str, Any]) -> Iterator[str]:
    if block["type"] == "rich_text":
        yield "".join(part["text"] for section in block["elements"] for part in section["elements"])
    elif block["type"] == "section":
        yield from block["text"]["text"].split("\n")
    elif block["type"] == "context":
        yield from (element["text"] for element in block["elements"])
    elif block["type"] == "actions":
        yield " ".join(map(_control, block["elements"]))


def _control(element: dict[str, Any]) -> str:
    if element["type"] == "overflow":
        return "⋯ " + " | ".join(option["text"]["text"] for option in element["options"])
    return f"[{element['text']['text']}]"


def texts(node: Any) -> Iterator[tuple[str, str]]:
    """Every text in a message with its kind: mrkdwn, plain_text, text (rich), or top for the fallback."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node.get("type", "top"), node["text"]
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
