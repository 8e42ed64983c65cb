"""What Slack does not draw for one person is said to them in its words."""

from bot.sandbox.faults import FaultKind
from bot.services.delivery import State
from tests.jobs.post import Post


async def test_an_answer_that_slack_will_not_draw_is_given_in_its_words(post: Post) -> None:
    post.defect()
    post.space.faults.plan("chat.postEphemeral", FaultKind.ERROR, code="invalid_blocks")
    row = post.whisper()
    await post.empty()
    (said,) = post.space.state.ephemerals.values()
    assert (bool(said["text"]), said.get("blocks") or [], row.state) == (True, [], State.SENT)
