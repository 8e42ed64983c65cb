import pytest

from bot.manifest import build_manifest
from bot.sandbox.types import Json
from bot.sandbox.workspace import Workspace
from tests.faults import live
from tests.faults.outcome import Row
from tests.faults.stage import Stage


@pytest.mark.parametrize("row", live.ROWS, ids=str)
async def test_at_its_ci_size(row: Row, stage: Stage) -> None:
    outcome = await row.run(stage, row.small)
    assert outcome.faults() == []


def section(text: str, **more: object) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, **more}}


@pytest.mark.parametrize(
    "shown",
    [
        {"text": "see <!channel>"},
        {"blocks": [section("<@U0EVE>", verbatim=True)]},
        {"blocks": [section("https://evil.example")]},
        {"view": '{"blocks": [{"type": "mrkdwn", "text": "<#C9>", "verbatim": true}]}'},
        {"blocks": [{"type": "rich_text", "elements": [{"type": "broadcast", "range": "here"}]}]},
    ],
)
def test_what_is_live_is_seen(shown: Json) -> None:
    readers = live.Readers(Workspace(build_manifest(url=None)), frozenset({"@U0TESS"}))
    readers.take({"blocks": [section("<@U0TESS> &lt;!here&gt;", verbatim=True), {"type": "header", "text": PLAIN}]})
    assert readers.live == set()
    readers.take(shown)
    assert len(readers.live) == 1


PLAIN = {"type": "plain_text", "text": "<!here>"}
