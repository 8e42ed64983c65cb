"""Payloads with everything too long, too many, too empty or there twice, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

SIZES = (0, 1, 24, 25, 30, 31, 75, 76, 100, 101, 150, 151, 255, 256, 300, 301, 1999, 2001, 3000, 3001, 4001)
COUNTS = (0, 1, 2, 5, 6, 10, 11, 12, 25, 26)
PIECES = ("x", "é", "😀", "&amp;", "<@U1> ", " ", "\n", "word ", "👩\u200d👧", "<https://x.example|a b>")


def _words(size: int, piece: str) -> str:
    return (piece * (size // len(piece) + 1))[: size // len(piece) * len(piece) + 1] if size else ""


TEXTS = st.builds(_words, st.sampled_from(SIZES), st.sampled_from(PIECES))
IDS = st.sampled_from(["claim", "verify.pass", "open", "x" * 254, "x" * 255, "x" * 256, "x" * 300])
VALUES = st.sampled_from(["defect:SHOP-42@1", "v" * 150, "v" * 151, "v" * 2000, "v" * 2001, ""])
URLS = st.sampled_from(["https://x.example/", "https://x.example/" + "a" * 3000])
PLAIN = st.fixed_dictionaries({"type": st.just("plain_text"), "text": TEXTS})
MRKDWN = st.fixed_dictionaries({"type": st.just("mrkdwn"), "text": TEXTS})
ANY_TEXT = PLAIN | MRKDWN


def many(item: st.SearchStrategy[Json], counts: tuple[int, ...] = COUNTS) -> st.SearchStrategy[list[Json]]:
    """Up to three different ones, repeated: large lists at the price of small ones."""

    def repeated(few: list[Json], count: int) -> list[Json]:
        return [dict(few[n % len(few)]) for n in range(count)]

    return st.builds(repeated, st.lists(item, min_size=1, max_size=3), st.sampled_from(counts))


def node(kind: str, optional: Json | None = None, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    always: dict[str, st.SearchStrategy[Any]] = {"type": st.just(kind), **members}
    return st.fixed_dictionaries(always, optional=optional or {})


OPTION = st.fixed_dictionaries({"text": PLAIN, "value": VALUES}, optional={"description": PLAIN})
OPTIONS = many(OPTION, (0, 1, 5, 6, 10, 11, 101))
CONFIRM = st.fixed_dictionaries({"title": PLAIN, "text": ANY_TEXT, "confirm": PLAIN, "deny": PLAIN})
BUTTON = node("button", {"value": VALUES, "url": URLS, "confirm": CONFIRM}, text=PLAIN, action_id=IDS)
OVERFLOW = node("overflow", {"confirm": CONFIRM}, action_id=IDS, options=OPTIONS)
SELECT = node("static_select", {"placeholder": PLAIN, "initial_option": OPTION}, action_id=IDS, options=OPTIONS)
GROUP = st.fixed_dictionaries({"label": PLAIN, "options": OPTIONS})
GROUPED = node("static_select", {"placeholder": PLAIN}, action_id=IDS, option_groups=many(GROUP, (1, 3, 101)))
USERS = node("users_select", {"placeholder": PLAIN}, action_id=IDS)
BOXES = node("checkboxes", {"initial_options": st.lists(OPTION, max_size=2)}, action_id=IDS, options=OPTIONS)
RADIO = node("radio_buttons", {"initial_option": OPTION}, action_id=IDS, options=OPTIONS)
INPUT = node(
    "plain_text_input",
    {"max_length": st.sampled_from([0, 1, 100, 3000, 9000]), "initial_value": TEXTS, "placeholder": PLAIN},
    action_id=IDS,
)
PRESSED = st.one_of(BUTTON, OVERFLOW, SELECT, GROUPED, USERS, BOXES, RADIO)
IMAGE = node("image", {"title": PLAIN}, image_url=URLS, alt_text=TEXTS)
BLOCK_ID = {"block_id": st.sampled_from(["a", "b", "b" * 255, "b" * 256])}

SECTION = node("section", {"text": ANY_TEXT, "fields": many(ANY_TEXT), "accessory": BUTTON | OVERFLOW, **BLOCK_ID})
CONTEXT = node("context", BLOCK_ID, elements=many(ANY_TEXT))
ACTIONS = node("actions", BLOCK_ID, elements=many(PRESSED, (0, 1, 2, 26)))
ASKED = node("input", {"hint": PLAIN, **BLOCK_ID}, label=PLAIN, element=st.one_of(INPUT, SELECT, BOXES, RADIO, USERS))
LEAF = node("text", text=TEXTS) | node("link", {"text": TEXTS}, url=URLS)
RICH = node("rich_text", BLOCK_ID, elements=many(node("rich_text_section", elements=many(LEAF)), (0, 1, 3)))
HEADER = node("header", BLOCK_ID, text=PLAIN)
MARKDOWN = node("markdown", text=TEXTS)
CELL = node("raw_text", text=TEXTS.map(lambda text: text[:200] or "-"))
WIDE, HIGH = st.sampled_from([1, 20, 21]), st.sampled_from([0, 3, 101])
ROWS = st.builds(lambda cell, wide, high: [[dict(cell)] * wide] * high, CELL, WIDE, HIGH)
TABLE = node("table", rows=ROWS)
DIVIDER = node("divider", BLOCK_ID)

SMALL_PRINT = node("context", elements=many(PLAIN, (1,)))
FLAT_BLOCKS = st.one_of(node("section", BLOCK_ID, text=ANY_TEXT), HEADER, DIVIDER, SMALL_PRINT)
MESSAGE_BLOCKS = st.one_of(SECTION, CONTEXT, ACTIONS, RICH, HEADER, IMAGE, MARKDOWN, TABLE, DIVIDER)
VIEW_BLOCKS = st.one_of(SECTION, CONTEXT, ACTIONS, RICH, HEADER, IMAGE, DIVIDER, ASKED)
MESSAGES = st.fixed_dictionaries(
    {"channel": st.just("C1"), "blocks": st.lists(MESSAGE_BLOCKS, max_size=4) | many(FLAT_BLOCKS, (3, 50, 51, 60))},
    optional={"text": TEXTS},
)
VIEWS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["modal", "home"]),
        "title": PLAIN,
        "callback_id": IDS,
        "blocks": st.lists(VIEW_BLOCKS, max_size=4) | many(FLAT_BLOCKS, (100, 101, 120)),
    },
    optional={"submit": PLAIN, "close": PLAIN, "private_metadata": TEXTS, "external_id": IDS},
).map(lambda view: view if view["type"] == "modal" else _home(view))


def _home(view: Json) -> Json:
    return {key: held for key, held in view.items() if key not in {"title", "submit", "close"}}
