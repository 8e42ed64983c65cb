"""The workspace's page as a person uses it: words in, words out. No selectors outside of this module."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import FilePayload, Locator, Page, Route, expect

WAIT = 30_000.0  # milliseconds until something must have appeared, also on a busy machine
expect.set_options(timeout=WAIT)


@dataclass
class Held:
    """`count` requests were held."""

    count: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, route: Route) -> None:
        self.count += 1
        await self.released.wait()
        await route.continue_()


class SandboxPage:
    """One browser tab, as one person at a time. `base`: the page's address."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        page.set_default_timeout(WAIT)

    async def open(self) -> None:
        await self.page.goto(self.base)
        await expect(self.page.get_by_test_id("channel").first).to_be_visible()

    @asynccontextmanager
    async def held(self, address: re.Pattern[str]) -> AsyncIterator[Held]:
        """Requests to such an address wait at the wire until the block ends."""
        held = Held()
        await self.page.route(address, held.wait)
        try:
            yield held
        finally:
            held.released.set()

    async def settled(self) -> None:
        """What was answered before has been drawn."""
        await self.page.evaluate("fetch(location.href).then((answer) => answer.text())")

    # --- who and where

    async def as_person(self, name: str) -> None:
        """`Tess`, or somebody from the list of others."""
        leading = self.page.locator("#who").get_by_role("radio", name=re.compile(rf"^{name}\b"))
        if await leading.count():
            await leading.check(force=True)
        else:
            others = self.page.locator("#who").get_by_role("combobox")
            choice = others.locator("option").filter(has_text=re.compile(rf"^\s*{name}\b"))
            await others.select_option(value=await choice.get_attribute("value"))
        user = self.page.locator("#who .on", has_text=name).or_(self.page.locator("#who option:checked", has_text=name))
        await expect(user.first).to_be_attached()
        await self.page.wait_for_function(
            "(name) => facts.people.some((p) => p.id === facts.user && p.name === name)", arg=name
        )

    async def open_channel(self, name: str) -> None:
        """Without the `#`; the name of a person or of the app for a conversation with them."""
        link = self.page.get_by_test_id("channel").filter(has=self.page.get_by_text(name, exact=True))
        await link.first.click()
        await expect(self.page.locator("#head h1")).to_contain_text(name)

    async def close_thread(self) -> None:
        await (
            self.page.get_by_role("button", name=re.compile("Close thread|Back to the channel"))
            .locator("visible=true")
            .click()
        )
        await expect(self.page.get_by_role("complementary", name="Thread")).to_be_hidden()

    # --- saying things

    @property
    def composer(self) -> Locator:
        return self.page.locator("main form.composer").get_by_role("combobox")

    @property
    def reply(self) -> Locator:
        return self.page.get_by_role("complementary", name="Thread").get_by_role("combobox", name="Reply in the thread")

    async def say(self, text: str, *, in_thread: bool = False) -> None:
        """Typed and sent, then waited for."""
        field = self.reply if in_thread else self.composer
        await field.fill(text)
        await field.press("Escape")  # completion must not swallow the Enter
        await field.press("Enter")
        await expect(field).to_have_value("")

    async def slash(self, text: str) -> None:
        """`/defect new Cart total is wrong`; what it answers is waited for by the caller."""
        await self.say(text)

    async def attach(self, name: str, content: bytes, text: str = "", mime: str = "image/png") -> None:
        file: FilePayload = {"name": name, "mimeType": mime, "buffer": content}
        await self.page.locator("main").get_by_label("Attach files").set_input_files(file)
        await self.composer.fill(text)
        await self.composer.press("Enter")

    # --- messages

    def messages(self, text: str | re.Pattern[str] = "", *, in_thread: bool = False) -> Locator:
        where = self.page.locator("#thread") if in_thread else self.page.locator("#messages")
        return where.get_by_test_id("message").filter(has_text=text)

    def message(self, text: str | re.Pattern[str], *, in_thread: bool = False) -> Locator:
        """The newest one that contains `text`."""
        return self.messages(text, in_thread=in_thread).last

    async def shortcut(self, message: Locator, name: str) -> None:
        """From the menu of one message: `File a defect`."""
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await self._menu(name)

    async def global_shortcut(self, name: str) -> None:
        await self.page.get_by_role("button", name="Shortcuts").click()
        await self._menu(name)

    async def overflow(self, place: Locator, choice: str) -> None:
        """One entry of the `⋯` that stands beside buttons."""
        await place.get_by_role("button", name="More choices").click()
        await self._menu(choice)

    async def react(self, message: Locator, name: str) -> None:
        await message.hover()
        await message.get_by_role("button", name="Add reaction").click()
        await self._menu(name)

    async def _menu(self, name: str) -> None:
        menu = self.page.get_by_role("menu")
        await menu.get_by_role("menuitem").filter(has_text=re.compile(rf"(^|\s){re.escape(name)}")).first.click()

    async def thread(self, message: Locator) -> Locator:
        """Opens it and answers the place of its replies."""
        await message.hover()
        await message.get_by_role("button", name="Reply in thread").click()
        replies = self.page.get_by_role("log", name="Replies")
        await expect(replies).to_be_visible()
        return replies

    async def click(self, button: str, *, within: Locator | None = None) -> None:
        """The newest button of that name, in `within` or anywhere."""
        place = within if within is not None else self.page.locator("body")
        await place.get_by_role("button", name=button, exact=True).last.click()

    async def confirm(self, button: str) -> None:
        await self.page.locator("#ask").get_by_role("button", name=button, exact=True).click()

    # --- forms

    @property
    def modal(self) -> Locator:
        return self.page.get_by_test_id("modal")

    async def fill(self, label: str, text: str | list[str]) -> None:
        """A field of the form, whatever its kind, by its label. Lists for those that take several."""
        field = self.modal.get_by_test_id("field").filter(has=self.page.get_by_text(label, exact=True)).first
        if await field.get_attribute("role") == "group":
            for each in [text] if isinstance(text, str) else text:
                await field.get_by_label(each, exact=True).check()
            return
        control = field.locator("[data-field]")
        kind = await control.evaluate("(e) => e.dataset.picked !== undefined ? 'search' : e.tagName")
        if kind == "SELECT":
            await control.select_option(label=str(text))
        elif kind == "search":
            await self._search(field, control, text)
        else:
            await control.fill(str(text))

    async def _search(self, field: Locator, control: Locator, text: str | list[str]) -> None:
        for each in [text] if isinstance(text, str) else text:
            await control.press_sequentially(each)
            await field.get_by_role("option").filter(has_text=each).first.click()

    async def upload(self, label: str, path: Path) -> None:
        field = self.modal.get_by_test_id("field").filter(has=self.page.get_by_text(label, exact=True)).first
        await field.locator("input[type=file]").set_input_files(path)
        await expect(field.locator("[data-held]")).to_contain_text(path.name)

    async def submit(self) -> None:
        await self.modal.get_by_test_id("submit").click()

    async def close_modal(self) -> None:
        await self.modal.get_by_role("button", name="Close form").click()

    async def expect_modal(self, title: str) -> None:
        await expect(self.page.locator("#modal-title")).to_have_text(title, timeout=WAIT)

    async def expect_no_modal(self) -> None:
        await expect(self.modal).to_have_count(0, timeout=WAIT)

    async def expect_error(self, label: str, words: str) -> None:
        field = self.modal.get_by_test_id("field").filter(has=self.page.get_by_text(label, exact=True)).first
        await expect(field.get_by_role("alert")).to_contain_text(words, timeout=WAIT)

    # --- seeing

    async def expect_text(self, text: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        place = within if within is not None else self.page.locator("body")
        await expect(place).to_contain_text(text, timeout=WAIT)

    async def expect_only_me(self, text: str) -> None:
        """An ephemeral message."""
        whisper = self.page.get_by_test_id("message").filter(has_text="Only you see this").filter(has_text=text)
        await expect(whisper.last).to_be_visible(timeout=WAIT)

    async def expect_reaction(self, message: Locator, name: str, count: int = 1) -> None:
        wanted = message.get_by_test_id("reaction").and_(self.page.get_by_role("button", name=f"{name}, {count}"))
        await expect(wanted).to_be_visible(timeout=WAIT)
