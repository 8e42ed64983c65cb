"""Where another app has our commands' names, ours bear a prefix, and whatever we say names them so."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.conftest import founded
from tests.scenarios.reading import words
from tests.scenarios.town import Town

PLAIN = re.compile(r"/(?:defect|verify|release|trace|countersign)\b")


@pytest.fixture
async def town(sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Town]:
    async with founded("http", sqlite_url, tmp_path, caplog, prefix="acme-") as made:
        yield made


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("/acme-defect help", "/acme-defect help more"),
        ("/acme-defect help more", "/acme-release"),
        ("/acme-defect help fixed", "/acme-defect fixed DEF-42 in 2.4.0-rc3"),
        ("/acme-verify help verify", "/acme-verify [KEY pass"),
        ("/acme-release list", "/acme-release new 2.4"),
        ("/acme-release new 2.4", "/acme-release build 2.4 2.4.0-rc1"),
        ("/acme-defect frobnicate", "/acme-defect help"),
        ("/acme-defect new Title sevrity:S1", "/acme-defect new Card declined"),
        ("/acme-defect list saved", "/acme-defect list save"),
    ],
)
async def test_every_command_that_an_answer_names_can_be_typed_as_it_stands(
    town: Town, command: str, names: str
) -> None:
    told = words(await town.types(town.tess, command))
    assert names.replace("DEF-42", "SHOP-42") in told
    assert not PLAIN.search(told)


async def test_the_queue_and_app_home_name_them_so_too(town: Town) -> None:
    await town.types(town.tess, "/acme-defect new Total is wrong")
    assert "/acme-defect mine" in words(await town.types(town.tess, "/acme-defect"))
    town.people.forms.open_home(town.tess)
    home = await town.sees(lambda: town.people.forms.home(town.tess))
    assert "/acme-defect new" in words(home)
    assert not PLAIN.search(words(home))
