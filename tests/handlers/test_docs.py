"""The page of commands is made from the table, and cannot drift from it."""

from pathlib import Path

from handlers.docs import commands

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_of_commands_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == commands()
