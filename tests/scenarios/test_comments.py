"""Words about a defect, wherever they are said: its thread hears them once."""

from tests.scenarios.reading import words
from tests.scenarios.town import Town


async def test_a_comment_by_command_is_one_line_that_notifies_nobody(town: Town) -> None:
    root = town.says(town.rana, "Coupon field accepts 300 %")
    key = await town.files_from_message(town.tess, root)
    told = await town.types(town.omar, f"/defect comment {key} also with *gift* cards & <!channel>")
    assert words(told).startswith(f"Noted on {key}.")
    line = await town.line(root, "Omar: also with")
    assert line["text"] == "Omar: also with *gift* cards &amp; &lt;!channel&gt;"
    await town.card(key, "1 comment")
    await town.quiet()
    assert len(town.lines(root)) == 1


async def test_an_answer_by_its_button_tells_the_one_who_asked(town: Town) -> None:
    root = town.says(town.rana, "Coupon field accepts 300 %")
    key = await town.files_from_message(town.tess, root)
    await town.types(town.devon, f"/defect needs info {key} <@{town.omar}> which browser?")
    queue = await town.types(town.omar, "/defect")
    assert "which browser?" in words(queue)
    await town.presses(town.omar, queue, "Answer")
    await town.form(town.omar, "Comment")
    await town.submits(town.omar, text="Firefox 140")
    await town.hears(town.omar, f"{key} has its answer.")
    line = await town.line(root, "Firefox 140")
    assert line["text"] == f"<@{town.devon}>, Omar answers: Firefox 140"
    await town.quiet()
    assert len(town.lines(root)) == 2


async def test_an_answer_typed_in_the_thread_is_its_own_line(town: Town) -> None:
    root = town.says(town.rana, "Coupon field accepts 300 %")
    key = await town.files_from_message(town.tess, root)
    await town.types(town.devon, f"/defect needs info {key} <@{town.omar}> which browser?")
    await town.line(root, "which browser?")
    town.says(town.omar, "Firefox 140", thread=root)
    await town.records("info_given", key)
    await town.quiet()
    assert len(town.lines(root)) == 1
