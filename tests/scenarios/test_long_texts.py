"""A text that no message has room for: its beginning in the thread, all of it in a file beside it, once."""

from bot.sandbox.faults import FaultKind
from bot.sandbox.types import Json
from tests.scenarios.town import Town

NOTE = " ".join(f"word{number}" for number in range(500))  # 3,889 characters


def files(town: Town, root: str) -> list[Json]:
    return [file for message in town.replies(root) for file in message.get("files", ())]


def content(town: Town, file: Json) -> str:
    return town.space.disk.blob(file["id"]).decode()


async def filed(town: Town) -> tuple[str, str]:
    root = town.says(town.rana, "Coupon field accepts 300 %")
    return root, await town.files_from_message(town.tess, root)


async def test_a_long_comment_is_whole_in_its_file(town: Town) -> None:
    root, key = await filed(town)
    await town.types(town.omar, f"/defect comment {key} {NOTE}")
    line = await town.line(root, "Omar: word0 word1")
    assert line["text"].endswith("…")
    assert len(line["text"]) < 2100
    (file,) = await town.sees(lambda: files(town, root))
    assert (file["name"], file["title"]) == ("whole-text.txt", "The whole text")
    assert content(town, file) == NOTE
    await town.quiet()
    assert len(files(town, root)) == 1


async def test_whoever_is_mentioned_behind_a_long_note_still_is(town: Town) -> None:
    root, key = await filed(town)
    await town.types(town.devon, f"/defect claim {key}")
    await town.types(town.devon, f"/defect fixed {key}")
    await town.types(town.omar, f"/verify {key} fail {NOTE}")
    line = await town.line(root, "Omar: it fails — word0")
    assert line["text"].endswith(f"<@{town.devon}>, it is yours again (bounce 1).")
    (file,) = await town.sees(lambda: files(town, root))
    assert content(town, file) == NOTE


async def test_a_file_whose_answer_was_lost_is_there_once(town: Town) -> None:
    root, key = await filed(town)
    for method in ("chat.postMessage", "files.getUploadURLExternal", "files.completeUploadExternal"):
        town.space.faults.plan(method, FaultKind.RESET_AFTER)
    await town.types(town.omar, f"/defect comment {key} {NOTE}")
    await town.quiet()
    assert len(town.space.faults.happened) == 3
    assert len(town.lines(root)) == 2  # the line, and the message of the file
    assert [content(town, file) for file in files(town, root)] == [NOTE]


async def test_a_short_comment_has_no_file(town: Town) -> None:
    root, key = await filed(town)
    await town.types(town.omar, f"/defect comment {key} also with gift cards")
    await town.line(root, "gift cards")
    await town.quiet()
    assert files(town, root) == []
