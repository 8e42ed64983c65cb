"""App Home: a plain queue."""

from tests.scenarios.reading import words
from tests.scenarios.town import Town


async def test_it_shows_what_waits_for_whoever_opens_it(town: Town) -> None:
    key = await town.files(town.tess, "Total is wrong")
    await town.types(town.devon, f"/defect claim {key}")
    town.people.forms.open_home(town.devon)
    home = await town.sees(lambda: town.people.forms.home(town.devon))
    assert "*Waits for you (1)*" in words(home)
    assert f"{key}  Total is wrong" in words(home)
