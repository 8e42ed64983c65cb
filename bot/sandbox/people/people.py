"""Everything a person can do, in one place."""

from __future__ import annotations

from bot.sandbox.people.clicks import Clicks
from bot.sandbox.people.commands import Commands
from bot.sandbox.people.forms import Forms
from bot.sandbox.people.shortcuts import Shortcuts
from bot.sandbox.people.talk import Talk
from bot.sandbox.workspace import Workspace


class People:
    def __init__(self, space: Workspace) -> None:
        self.talk = Talk(space)
        self.commands = Commands(space)
        self.shortcuts = Shortcuts(space)
        self.clicks = Clicks(space)
        self.forms = Forms(space)
