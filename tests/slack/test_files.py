from bot.slack.answers import Ok
from bot.slack.files import share_in
from bot.slack.gateway import SlackGateway
from tests.slack.wire import Reply, Wire

PNG = b"\x89PNG\r\n" + bytes(range(256))


async def test_a_files_bytes_are_sent_as_they_are_and_without_a_token(gateway: SlackGateway, wire: Wire) -> None:
    wire.answers(Reply(body="OK - 262", kind="text/plain"))
    assert isinstance(await gateway.send(wire.url + "upload/1", content=PNG), Ok)
    (sent,) = wire.requests
    assert (sent.path, sent.body) == ("/api/upload/1", PNG)
    assert "authorization" not in sent.headers


def test_a_share_in_another_channel_does_not_count() -> None:
    file = {"shares": {"public": {"C2": [{"ts": "9.0", "thread_ts": "8.0"}]}}}
    assert share_in(file, "C1") is None
    assert share_in(file, "C2") == {"ts": "9.0", "thread_ts": "8.0"}
    assert share_in({}, "C2") is None
