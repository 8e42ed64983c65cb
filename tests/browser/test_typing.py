"""Somebody types a new defect, slowly and fast, while possible duplicates come and go: nothing they type is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import BrowserContext, Locator, expect

from tests.browser.conftest import watched
from tests.browser.page import SandboxPage
from tests.process import sandbox_process

pytestmark = pytest.mark.browser

KNOWN = "Gift card is charged twice"
SLOWLY = 120.0  # milliseconds from one letter to the next, as people type
MINE = "Old Gift card is charged twice on tablets"


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox_process(tmp_path_factory.mktemp("sandbox")) as told:
        yield told["page"]


@pytest.fixture
async def page(context: BrowserContext, address: str) -> AsyncIterator[SandboxPage]:
    """`KNOWN` is SHOP-5; the form for a new defect is open and empty."""
    async with watched(context, address) as page:
        await page.open_channel("shop-defects")
        await page.slash(f"/defect new {KNOWN}")
        await page.expect_only_me("Filed as SHOP-5")
        await page.slash("/defect new")
        await page.expect_modal("File a defect")
        yield page


async def caret(field: Locator) -> int:
    where: int = await field.evaluate("(field) => field.selectionStart")
    return where


async def test_letters_typed_while_suggestions_come_are_all_there(page: SandboxPage) -> None:
    title = page.modal.get_by_label("Title")
    same = page.modal.get_by_role("button", name="Same as SHOP-5")
    await title.press_sequentially(KNOWN, delay=SLOWLY)
    await expect(same).to_be_visible()
    await expect(title).to_be_focused()
    assert (await title.input_value(), await caret(title)) == (KNOWN, len(KNOWN))
    await title.press("Home")
    await title.press_sequentially("Old ")
    await expect(title).to_be_focused()
    assert (await title.input_value(), await caret(title)) == (f"Old {KNOWN}", 4)
    await title.press("End")
    await title.press_sequentially(" on tablets")
    await expect(same).to_be_visible()
    await page.click("More", within=page.modal)
    happened = page.modal.get_by_label("What happened")
    await happened.press_sequentially("It takes\nthree hundred percent", delay=SLOWLY / 3)
    await expect(happened).to_be_focused()
    await page.submit()
    await page.expect_no_modal()
    await page.expect_only_me("Filed as SHOP-6")
    await page.slash("/defect show SHOP-6")
    await page.expect_only_me(f"SHOP-6 {MINE}")
    await page.expect_only_me("three hundred percent")


async def test_suggestions_follow_the_newest_words_and_are_taken_in_one_press(page: SandboxPage) -> None:
    title = page.modal.get_by_label("Title")
    same = page.modal.get_by_role("button", name="Same as SHOP-5")
    await title.press_sequentially(KNOWN)
    await expect(same).to_be_visible()
    await title.fill("")
    await title.press_sequentially("Invoice printed upside down")
    await expect(same).to_have_count(0)
    await expect(title).to_have_value("Invoice printed upside down")
    await title.fill(KNOWN)
    await page.click("Open", within=page.modal)
    await page.expect_text("filed by", within=page.modal)
    await page.close_modal()
    await expect(title).to_have_value(KNOWN)
    await same.click()
    await page.expect_text("Added to SHOP-5", within=page.modal)
    await page.close_modal()
    await page.expect_no_modal()
    await page.expect_text("seen 2 times, by Tess", within=page.message(f"SHOP-5 {KNOWN}"))
