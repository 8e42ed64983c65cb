"""docs/operations.md says what is true of the settings and of the exit codes."""

import re
from pathlib import Path

from bot.commandline.exits import Exit
from bot.config import Settings, variable

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "operations.md").read_text()


def test_every_setting_has_its_row_under_both_its_names() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| `([a-z_]+)` \|", PAGE, re.MULTILINE)
    assert rows == [(variable(field), field) for field in Settings.model_fields if field != "origins"]


def test_every_exit_code_is_explained() -> None:
    assert [int(code) for code in re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE)] == [code.value for code in Exit]
