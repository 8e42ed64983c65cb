"""Words that people put on a defect: typed, shown, found, taken back."""

from tests.scenarios.reading import fields, words
from tests.scenarios.town import Town


async def found(town: Town, query: str) -> str:
    return words(await town.types(town.omar, f"/defect list {query}"))


async def test_labels_are_put_on_found_changed_and_taken_back(town: Town) -> None:
    key = await town.files(town.tess, "Card declined label:Flaky")
    other = await town.files(town.tess, "Total is wrong")
    await town.card(key, "`flaky` · filed by")
    assert key in await found(town, "label:FLAKY")
    assert other in await found(town, "-label:flaky")
    await town.types(town.devon, f"/defect edit {key} label:#phone,slow")
    assert "`phone` · `slow` · filed by" in words(await town.card(key, "slow"))
    assert "did you mean" in await found(town, "label:slwo")
    assert key in await found(town, "label:phone|tablet label:slow")
    assert "flaky → phone slow" in words(await town.types(town.omar, f"/defect history {key}"))
    await town.types(town.devon, f"/defect undo {key}")
    await town.card(key, "flaky")
    await town.types(town.devon, f"/defect edit {key} label:none")
    assert key in await found(town, "label:none")


async def test_the_form_shows_them_and_too_many_are_refused_there(town: Town) -> None:
    key = await town.files(town.tess, "Card declined label:flaky")
    await town.types(town.devon, f"/defect edit {key}")
    form = await town.form(town.devon, "Labels")
    assert fields(form)["labels"]["initial_value"] == "flaky"
    errors = await town.is_refused(town.devon, labels=" ".join(f"l{n}" for n in range(11)))
    assert "at most 10" in errors["labels"]
    await town.submits(town.devon, labels="flaky, Phone")
    await town.card(key, "phone")
    assert key in await found(town, "label:phone")
