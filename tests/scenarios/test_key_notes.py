"""A key in a message says in one line what it stands for, where the channel wants that."""

from bot.sandbox.types import Json
from tests.scenarios.reading import words
from tests.scenarios.town import HOME, Town, is_card


async def switch(town: Town, *, on: bool, channel: str = HOME) -> None:
    await town.types(town.rana, "/defect setup", channel=channel)
    await town.form(town.rana, "Set up this channel")
    await town.submits(town.rana, key_notes=["on"] if on else [])
    await town.hears(town.rana, "belongs to DEF")


async def says(town: Town, text: str, thread: str | None = None) -> str:
    """The message's own thread, or the one it was said in."""
    said = town.says(town.tess, text, thread=thread)
    await town.quiet()
    return thread or said


def notes(town: Town, root: str, channel: str = HOME) -> list[Json]:
    there = town.replies(root, channel)
    return [message for message in there if " · no owner" in words(message) and not is_card(message)]


async def test_a_key_is_told_about_once_per_thread_in_roots_and_replies(town: Town) -> None:
    key = await town.files(town.tess, "Card declined")
    other = await town.files(town.tess, "Total is wrong")
    await switch(town, on=True)
    root = await says(town, f"is {key} why the shop is slow? and {key} again")
    (note,) = notes(town, root)
    assert f"*{key}* Card declined · 🟡 S3 · new · no owner" in words(note)
    await says(town, f"yes, {key}; see {other} as well", thread=root)
    assert [key in words(note) for note in notes(town, root)] == [True, False]
    assert len(notes(town, await says(town, f"{key} is back"))) == 1


async def test_nothing_is_said_where_it_is_off_unknown_or_at_home(town: Town) -> None:
    key = await town.files(town.tess, "Card declined")
    assert notes(town, await says(town, f"is it {key}?")) == []
    await switch(town, on=True)
    for text in (
        "DEF-99, UTF-8 or REQ-7",
        f"def-1 {key}x x{key} x-{key}",
        f"```{key}```",
        f"<https://x.example/{key}>",
    ):
        assert notes(town, await says(town, text)) == [], text
    card = await town.card(key)
    await says(town, f"{key} happens on my phone too", thread=str(card["ts"]))
    assert notes(town, str(card["ts"])) == []
    await switch(town, on=False)
    assert notes(town, await says(town, f"and now {key}?")) == []


async def test_an_edit_brings_a_note_of_a_new_key_and_no_second_one_of_the_same(town: Town) -> None:
    key = await town.files(town.tess, "Card declined")
    other = await town.files(town.tess, "Total is wrong")
    await switch(town, on=True)
    root = await says(town, f"is it {key}?")
    reply = town.says(town.omar, "no", thread=root)
    for person, ts, text in (
        (town.tess, root, f"is it {key}, after all?"),
        (town.omar, reply, f"no, {other}"),
        (town.tess, root, f"is it {key} or {other}?"),
    ):
        town.people.talk.edit(person, HOME, ts, text)
        await town.quiet()
    assert [key in words(note) for note in notes(town, root)] == [True, False]


async def test_the_channel_remembers_that_it_is_on(town: Town) -> None:
    await switch(town, on=True)
    await town.types(town.rana, "/defect setup")
    form = await town.form(town.rana, "Set up this channel")
    ticked = next(block["element"] for block in form["blocks"] if block.get("block_id") == "key_notes")
    assert [option["value"] for option in ticked["initial_options"]] == ["on"]
