"""A query that is kept under a name, by one person in one channel."""

from tests.scenarios.reading import buttons, fields, words
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
