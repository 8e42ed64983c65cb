"""People write too much, in every script there is: what is sent stays within Slack's limits, and all of it is kept."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.events import Scalar
from bot.sandbox.errors import SlackError
from bot.sandbox.types import Json
from bot.sandbox.web_api.call import Call
from bot.sandbox.web_api.chat import content, refuse_long
from bot.sandbox.workspace import Workspace
from bot.services import requests as ask
from bot.services.notifications import LINES
from bot.slack.cards import card
from bot.slack.limits import enforce
from bot.slack.lines import line
from tests.domain.defects import filed
from tests.faults.outcome import Outcome, Row
from tests.faults.sending import sending
from tests.faults.stage import Stage
from tests.slack.showing import NAMES, view

# What breaks counting, cutting, escaping or drawing.
ODD = "<>&*_~`|@#\n\t\u0000\u200d\u202e\u0301\ufeff\U0001f600\U0001f469\u200d\U0001f4bb\u0622\u5b57 a"
PIECES = st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"])), min_size=1, max_size=40)
TEXTS = st.one_of(
    st.builds(lambda piece, times: piece * times, PIECES, st.integers(1, 700)),
    st.sampled_from(["<!channel> " * 300, "&" * 3001, "\U0001f600" * 2000, "x" * 40_001, "``` ~~~ " * 900]),
)
WHOLE = 25  # payloads for each text that is delivered for real, and compared to the last letter


async def generated(stage: Stage, size: int) -> Outcome:
    """`size` messages, each a card or a line."""
    outcome, space, played = Outcome(0), Workspace(seed=1), 0

    @settings(
        max_examples=size // 2,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(title=TEXTS, told=TEXTS, template=st.sampled_from(sorted({each.template for each in LINES.values()})))
    def write(title: str, told: str, template: str) -> None:
        nonlocal played
        seen = view(filed(title=title[:250], component=told[:80]), told={"actual": told, "steps": title})
        facts: dict[str, Scalar] = {"actor": "U0TESS", "note": told, "question": told}
        for message in (card(seen, NAMES), line(seen, template, facts, NAMES, "U0OMAR")):
            played += 1
            if refusal := refused(space, enforce(message).payload):
                outcome.wrong.append(f"{refusal}: {title[:20]!a} {told[:20]!a} in {template}")

    write()
    outcome.injected = played
    outcome.notes.append(await _whole(stage, max(4, size // WHOLE), outcome))
    return outcome


def refused(space: Workspace, message: Json) -> str | None:
    """What the workspace's own check says of it, as a new message and as a change of one."""
    try:
        content(refuse_long(Call(space, message)))
    except SlackError as error:
        return str(error.body())
    return None


async def _whole(stage: Stage, count: int, outcome: Outcome) -> str:
    """Comments from short to longer than any message; each is in its line or, to the last letter, in its file."""
    async with sending(stage) as post:
        key = await post.file("long comments")
        texts = {f"note {n}": f"note {n} " + ODD.replace("\u0000", "") * (1 + 400 * n // count) for n in range(count)}
        for text in texts.values():
            await post.act(ask.Comment(key, text))
            await post.empty()
        space = post.team.space
        files = {space.disk.blob(each["id"]).decode() for each in space.state.files.values()}
        errors = [call["_error"] for _, call in space.calls if not call["_ok"]]
        outcome.check(not errors, f"refused: {errors[:3]}")
        said = [effect.id for effect in post.team.notes()]
        outcome.check(said == list(texts), f"lines: {said}")
        kept = {name for name, text in texts.items() if text in files}
        long = {name for name, text in texts.items() if len(text) > 3000}
        outcome.check(long <= kept, f"no whole file of {sorted(long - kept)}")
        return f"{len(files)} of {count} texts followed whole as a file"


ROWS = (Row("texts", "texts too long, odd Unicode", generated, 1_000, 10_000),)
