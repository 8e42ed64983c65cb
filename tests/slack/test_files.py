import json

from bot.slack.answers import Ambiguous, Fate, Ok, Permanent
from bot.slack.files import Reserved, publish, reserve, send_bytes, share_of, shared_at
from bot.slack.gateway import SlackGateway
from tests.slack.wire import Reply, Wire, refuses, says

PNG = b"\x89PNG\r\n" + bytes(range(256))


async def test_a_file_is_reserved_sent_and_published_in_three_calls(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(
        says(file_id="F1", upload_url=wire.url + "upload/1"),
        Reply(body="OK - 262", kind="text/plain"),
        says(files=[{"id": "F1"}]),
    )
    reserved = await reserve(gateway, "xoxb-1", "burn-up.png", len(PNG), "Burn-up of 2.4")
    assert reserved == Reserved("F1", wire.url + "upload/1")
    assert isinstance(await send_bytes(gateway, reserved, PNG), Ok)
    assert isinstance(await publish(gateway, "xoxb-1", "F1", "Burn-up", "C1", "1.0", "see"), Ok)
    first, second, third = wire.requests
    assert first.form == {"filename": "burn-up.png", "length": "262", "alt_txt": "Burn-up of 2.4"}
    assert (second.path, second.body) == ("/api/upload/1", PNG)
    assert "authorization" not in second.headers
    assert json.loads(third.form["files"]) == [{"id": "F1", "title": "Burn-up"}]
    assert (third.form["channel_id"], third.form["thread_ts"], third.form["initial_comment"]) == ("C1", "1.0", "see")


async def test_a_refused_reservation_is_handed_on(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(refuses("missing_scope"))
    answer = await reserve(gateway, "xoxb-1", "a.png", 1, "")
    assert answer == Permanent("missing_scope", Fate.INSTALLATION)


async def test_after_a_lost_answer_the_files_shares_decide(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(
        Reply(cut=True),
        says(file={"shares": {"private": {"C1": [{"ts": "5.0"}]}}}),
        says(file={"shares": {}}),
        refuses("file_not_found"),
    )
    assert isinstance(await publish(gateway, "xoxb-1", "F1", "t", "C1", None), Ambiguous)
    assert await share_of(gateway, "xoxb-1", "F1", "C1") == "5.0"
    assert await share_of(gateway, "xoxb-1", "F1", "C1") is None
    assert await share_of(gateway, "xoxb-1", "F1", "C1") == Permanent("file_not_found", Fate.PAYLOAD)


def test_a_share_in_another_channel_does_not_count() -> None:
    file = {"shares": {"public": {"C2": [{"ts": "9.0"}]}}}
    assert shared_at(file, "C1") is None
    assert shared_at(file, "C2") == "9.0"
