"""`/defect list`: what a query finds in pages and in its order, what is kept of it under a name."""

from tests.scenarios.reading import blocks_words, buttons, fields, labels, menu, words
from tests.scenarios.town import Town


async def test_a_list_is_saved_and_seen_by_its_name(town: Town) -> None:
    await town.types(town.tess, "/defect new Card declined sev:S1")
    await town.types(town.tess, "/defect new Total is wrong sev:S3")
    saved = words(await town.types(town.tess, "/defect list save blockers status:open sev:S1|S2"))
    assert "Saved for you in this channel: `status:open sev:S1|S2`. To see it: `/defect list blockers`" in saved
    for name in ("blockers", "Blockers"):
        shown = words(await town.types(town.tess, f"/defect list {name}"))
        assert "*1 defect* `status:open sev:S1|S2`" in shown
        assert "Card declined" in shown
    await town.types(town.tess, "/defect list save blockers sev:S3")
    assert "Total is wrong" in words(await town.types(town.tess, "/defect list blockers"))


async def test_it_is_for_one_person_in_one_channel(town: Town) -> None:
    town.space.add_channel("elsewhere", [town.tess, town.devon])
    await town.types(town.tess, "/defect new Card declined")
    await town.types(town.tess, "/defect list save mine2 reporter:@me")
    assert "*1 defect*" in words(await town.types(town.tess, "/defect list mine2"))
    others = await town.types(town.devon, "/defect list mine2")
    assert "No defect matches" in words(others)
    assert "No defect matches" in words(await town.types(town.tess, "/defect list mine2", channel="elsewhere"))
    await town.types(town.devon, "/defect list save mine2 status:open")
    assert "*1 defect* `status:open`" in words(await town.types(town.devon, "/defect list mine2"))


async def test_me_is_whoever_runs_it_and_a_name_typed_by_hand_is_looked_up(town: Town) -> None:
    key = await town.files(town.tess, "Card declined")
    await town.types(town.devon, f"/defect claim {key}")
    await town.types(town.tess, "/defect list save devons owner:@devon")
    assert "*1 defect*" in words(await town.types(town.tess, "/defect list devons"))
    await town.types(town.tess, "/defect list save mine2 owner:@me")
    assert "No defect matches" in words(await town.types(town.tess, "/defect list mine2"))


async def test_what_cannot_be_a_name_or_a_query_is_refused_and_nothing_is_kept(town: Town) -> None:
    assert "cannot be the name" in words(await town.types(town.tess, "/defect list save open sev:S1"))
    assert "cannot be the name" in words(await town.types(town.tess, "/defect list save sev:S1"))
    assert "cannot be the name" in words(await town.types(town.tess, f"/defect list save {'x' * 51} sev:S1"))
    wrong = words(await town.types(town.tess, "/defect list save blockers sevrity:S1"))
    assert "did you mean `severity`?" in wrong
    assert "No defect matches `text:blockers`" in words(await town.types(town.tess, "/defect list blockers"))


async def test_without_a_name_its_form_asks_and_a_list_carries_the_button(town: Town) -> None:
    await town.types(town.tess, "/defect new Card declined sev:S1")
    await town.types(town.tess, "/defect list save")
    await town.form(town.tess, "Save this list")
    await town.submits(town.tess, name="all2")
    await town.hears(town.tess, "it holds every defect")
    shown = await town.types(town.tess, "/defect list status:open sev:S1")
    assert buttons(shown)[-1] == "Save this list…"
    await town.presses(town.tess, shown, "Save this list…")
    form = await town.form(town.tess, "Save this list")
    assert fields(form)["query"]["initial_value"] == "status:open sev:S1"
    assert "query" in await town.is_refused(town.tess, name="grave", query="sevrity:S1")
    await town.submits(town.tess, name="grave", query="status:open sev:S1")
    assert "*1 defect*" in words(await town.types(town.tess, "/defect list grave"))


async def test_a_list_is_read_in_pages_that_take_each_others_place(town: Town) -> None:
    for number in range(1, 24):
        await town.types(town.tess, f"/defect new Defect number {number} sev:S{number % 3 + 1}")
    page = await town.types(town.tess, "/defect list reporter:@me sort:key")
    assert "*23 defects* `reporter:@me sort:key`" in blocks_words(page)
    assert "1-10 of 23" in words(page)
    assert buttons(page)[-2:] == ["Next", "Save this list…"]
    await town.presses(town.tess, page, "Next")
    page = await town.hears(town.tess, "11-20 of 23")
    assert ("DEF-11" in words(page), "DEF-10" in words(page)) == (True, False)
    await town.presses(town.tess, page, "Next")
    page = await town.hears(town.tess, "21-23 of 23")
    assert "Next" not in buttons(page)
    await town.presses(town.tess, page, "Previous")
    assert "DEF-11" in words(await town.hears(town.tess, "11-20 of 23"))
    assert len(town.whispers(town.tess)) == 1


async def test_another_order_is_chosen_from_a_menu_and_kept_while_paging(town: Town) -> None:
    for number in range(1, 13):
        await town.types(town.tess, f"/defect new Defect number {number} sev:S{4 - number % 4}")
    page = await town.types(town.tess, "/defect list status:open")
    assert menu(page)[:3] == ["Age, oldest first", "Severity, S1 first", "Priority, P1 first"]
    await town.presses(town.tess, page, "Key")
    page = await town.hears(town.tess, "`status:open sort:key`")
    assert words(page).index("DEF-1 ") < words(page).index("DEF-2 ")
    await town.presses(town.tess, page, "Next")
    assert "DEF-11" in words(await town.hears(town.tess, "11-12 of 12"))


async def test_a_page_that_has_emptied_meanwhile_shows_the_last_one_that_there_is(town: Town) -> None:
    for number in range(1, 12):
        await town.types(town.tess, f"/defect new Defect number {number}")
    page = await town.types(town.tess, "/defect list open sort:key")
    await town.types(town.tess, "/defect resolve DEF-11 wont fix")
    await town.presses(town.tess, page, "Next")
    assert "*10 defects*" in words(await town.hears(town.tess, "DEF-10"))


async def test_where_nothing_is_found_what_would_find_some_is_one_press_away(town: Town) -> None:
    await town.types(town.tess, "/release new 2.4")
    await town.types(town.tess, "/defect new Card declined sev:S1 comp:checkout rel:2.4")
    await town.types(town.tess, "/defect new Total is wrong sev:S3 comp:cart")
    nothing = await town.types(town.tess, "/defect list comp:chekout sev:S1")
    assert "Nothing has the component `chekout`; did you mean `checkout`?" in words(nothing)
    assert labels(nothing) == ["1 with checkout", "1 without comp:chekout"]
    await town.presses(town.tess, nothing, "1 with checkout")
    assert "Card declined" in words(await town.hears(town.tess, "`comp:checkout sev:S1`"))
    nothing = await town.types(town.tess, "/defect list 2.4 sev:S1")
    assert labels(nothing)[0] == "1 with rel:2.4"
    nothing = await town.types(town.tess, "/defect list sev:S4")
    assert (blocks_words(nothing), labels(nothing)) == ("No defect matches `sev:S4`.", [])


async def test_a_name_that_was_never_given_is_pointed_at_and_not_taken_for_an_empty_list(town: Town) -> None:
    await town.types(town.tess, "/release new 2.4")
    await town.types(town.tess, "/release build 2.4 2.4.0-rc1")
    await town.types(town.tess, "/defect new Card declined")

    async def says(query: str) -> str:
        return words(await town.types(town.tess, f"/defect list {query}"))

    refused = await says("open rel:2.5")
    assert "`open rel:2.5`\n`         ^^^`\nno release is called `2.5` here; did you mean `2.4`?" in refused
    assert "did you mean `2.4.0-rc1`?" in await says("fixed_in:2.4.0-rc2")
    assert "did you mean `DEF-1`?" in await says("key:DFE-1")
    assert "no project is called `SHOP` here; there is `DEF`" in await says("project:SHOP")
    assert "*1 defect*" in await says("-build:rc1 project:def")


async def test_lists_are_shown_run_and_forgotten(town: Town) -> None:
    await town.types(town.tess, "/defect new Card declined sev:S1")
    assert "No list of yours is kept" in words(await town.types(town.tess, "/defect list saved"))
    await town.types(town.tess, "/defect list save blockers open sev:S1")
    await town.types(town.tess, "/defect list save all2")
    kept = await town.types(town.tess, "/defect list saved")
    assert "*2 lists of yours in this channel*" in words(kept)
    assert "*blockers* `open sev:S1`" in words(kept)
    await town.presses(town.tess, kept, "Show")
    assert "Card declined" in words(await town.hears(town.tess, "*1 defect*"))
    await town.presses(town.tess, kept, "Forget")
    again = "To keep it again: `/defect list save blockers open sev:S1`"
    assert again in words(await town.hears(town.tess, "blockers is forgotten."))
    assert "did you mean" not in words(await town.types(town.tess, "/defect list forget all2"))
    assert "No list of yours is kept" in words(await town.types(town.tess, "/defect list saved"))
    assert "There is no list `blockers` here." in words(await town.types(town.tess, "/defect list forget blockers"))


async def test_nobody_keeps_more_lists_than_a_message_shows(town: Town) -> None:
    for number in range(20):
        await town.types(town.tess, f"/defect list save list{number} sev:S1")
    refused = words(await town.types(town.tess, "/defect list save another sev:S2"))
    assert "one of the 20 that you keep here; forget one before" in refused
    assert "Saved" in words(await town.types(town.tess, "/defect list save LIST7 sev:S2"))
    assert "*20 lists" in words(await town.types(town.tess, "/defect list saved"))


async def test_the_numbers_of_a_release_and_of_its_digest_open_their_lists(town: Town) -> None:
    await town.types(town.tess, "/release new 2.4")
    grave = await town.files(town.tess, "Card declined")
    await town.types(town.tess, f"/defect edit {grave} sev:S1 rel:2.4")
    await town.types(town.tess, "/defect new Total is wrong rel:2.4")
    status = await town.types(town.tess, "/release status 2.4")
    assert labels(status) == ["2 open", "1 against S1/S2", "Explain gates"]
    await town.presses(town.tess, status, "1 against S1/S2")
    shown = await town.hears(town.tess, "*1 defect* `status:open sev:S1..S2 counts:DEF/2.4`")
    assert grave in words(shown)

    await town.types(town.tess, "/release digest now")
    (digest,) = await town.sees(lambda: [m for m in town.messages() if "Release 2.4: NOT READY" in words(m)])
    await town.types(town.devon, f"/defect fixed {grave}")
    await town.presses(town.tess, digest, "1 against S1/S2")
    then = await town.hears(town.tess, "*1 defect* `status:open sev:S1..S2 counts:DEF/2.4` as of")
    assert "new" in words(then)
    assert [label for label in labels(then) if label != "Show"] == ["As it is now"]
    await town.presses(town.tess, then, "As it is now")
    await town.hears(town.tess, "No defect matches `status:open sev:S1..S2 counts:DEF/2.4`.")
    await town.presses(town.tess, digest, "Show them")
    assert grave in words(await town.hears(town.tess, "*1 defect*"))
