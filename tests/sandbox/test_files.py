"""Files: announced, sent, completed; nothing counts before the third step."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.api import Api, Json


async def announced(api: Api, content: bytes = b"abc", **more: Any) -> Json:
    return await api("files.getUploadURLExternal", filename="burnup.png", length=len(content), **more)


async def sent(api: Api, content: bytes = b"abc") -> str:
    upload = await announced(api, content)
    answer = await api.client.post(upload["upload_url"], content=content)
    assert answer.text == f"OK - {len(content)}"
    return str(upload["file_id"])


async def test_a_file_is_shared_in_a_thread_in_three_steps(api: Api) -> None:
    channel, parent = api.channel("shop-defects"), (await api.said())["ts"]
    file = await sent(api)
    unshared = await api("files.info", file=file)
    assert unshared["error"] == "file_not_found"
    done = await api(
        "files.completeUploadExternal", files=[{"id": file, "title": "Burn-up"}], channel_id=channel, thread_ts=parent
    )
    assert done["files"] == [{"id": file, "title": "Burn-up"}]
    shares = (await api("files.info", file=file))["file"]["shares"]["public"][channel]
    assert [each["thread_ts"] for each in shares] == [parent]
    replies = await api("conversations.replies", channel=channel, ts=parent)
    assert [each["id"] for each in replies["messages"][1]["files"]] == [file]


async def test_a_file_is_not_completed_twice_nor_before_its_bytes_came(api: Api) -> None:
    upload = await announced(api)
    early = await api("files.completeUploadExternal", files=[{"id": upload["file_id"]}])
    assert early["error"] == "file_not_found"
    file = await sent(api)
    assert (await api("files.completeUploadExternal", files=[{"id": file}]))["ok"]
    assert (await api("files.completeUploadExternal", files=[{"id": file}]))["error"] == "file_not_found"


@pytest.mark.parametrize("length", [0, -1, "many", None])
async def test_a_length_is_a_number_above_nothing(api: Api, length: object) -> None:
    answer = await api("files.getUploadURLExternal", filename="a.txt", length=length)
    assert answer["error"] == "invalid_arguments"


async def test_bytes_of_another_length_are_refused(api: Api) -> None:
    upload = await announced(api, b"abc")
    assert (await api.client.post(upload["upload_url"], content=b"abcd")).status_code == 400


async def test_a_picture_is_described_in_a_thousand_characters_at_most(api: Api) -> None:
    assert (await announced(api, alt_txt="x" * 1000))["ok"]
    assert (await announced(api, alt_txt="x" * 1001))["error"] == "alt_txt_too_large"


async def test_a_file_is_fetched_with_the_token_and_nobody_else_gets_it(api: Api) -> None:
    file = await sent(api, b"secret")
    await api("files.completeUploadExternal", files=[{"id": file}], channel_id=api.channel("shop-defects"))
    address = (await api("files.info", file=file))["file"]["url_private"]
    token = {"Authorization": f"Bearer {api.space.app['bot_token']}"}
    assert (await api.client.get(address, headers=token)).content == b"secret"
    for headers in ({}, {"Authorization": "Bearer xoxb-stranger"}):
        answer = await api.client.get(address, headers=headers)
        assert answer.headers["content-type"].startswith("text/html")
        assert b"secret" not in answer.content
