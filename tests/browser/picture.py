"""`make picture`: draws docs/sandbox.png, the page with a defect's thread beside the channel.

    python -m tests.browser.picture [FILE]

Needs a Chromium (COUNTERSIGN_CHROMIUM or /usr/bin/chromium) and a font with coloured emoji.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Locator, async_playwright, expect

from tests.browser.conftest import FLAGS, chromium
from tests.browser.page import SandboxPage
from tests.process import sandbox_process

DEFAULT = Path(__file__).parents[2] / "docs" / "sandbox.png"
WIDTH, HEIGHT = 1280, 860
LARGEST = 300_000  # bytes
TITLE = "Card declined twice on retry"


async def draw(address: str, file: Path) -> None:
    """Writes `file`. Raises AssertionError when the page does not come to show what belongs into it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        context = await browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, timezone_id="Europe/Berlin", reduced_motion="reduce"
        )
        page = SandboxPage(await context.new_page(), address)
        await page.open()
        await _played(page)
        await _posed(page)
        await page.page.screenshot(path=file)
        await browser.close()


def _complaint(page: SandboxPage) -> Locator:
    return page.messages("See picture").first


def _card(page: SandboxPage) -> Locator:
    return page.messages(f"SHOP-5 {TITLE}", in_thread=True)


async def _be(page: SandboxPage, name: str) -> None:
    await page.as_person(name)
    await page.open_channel("shop-defects")
    await page.thread(_complaint(page))


async def _played(page: SandboxPage) -> None:
    """A defect that was filed, triaged, claimed and fixed, and the digest of the moment before it was fixed."""
    await page.open_channel("shop-defects")
    await page.shortcut(_complaint(page), "File a defect")
    await page.expect_modal("File a defect")
    await page.fill("Title", TITLE)
    await page.fill("Component", "checkout")
    await page.submit()
    await page.expect_only_me("Filed as SHOP-5")
    await page.click("Dismiss")
    await page.as_person("Rana")
    await page.slash("/defect triage SHOP-5 sev:S1 prio:P1 rel:2.4")
    await page.expect_only_me("SHOP-5 is triaged.")
    await page.slash("/release digest now")
    await page.expect_text("Release 2.4: NOT READY", within=page.page.locator("#messages"))
    await _be(page, "Devon")
    await page.click("Claim", within=_card(page))
    await page.expect_only_me("SHOP-5 is yours now.")
    await page.say("fixed in rc2", in_thread=True)
    await page.expect_only_me("Fixed, in 2.4.0-rc2.")


async def _posed(page: SandboxPage) -> None:
    """Tess reads it: the card at the top of the thread, the digest in the channel, no pointer and no caret."""
    await _be(page, "Tess")
    await expect(_card(page)).to_contain_text("waits for verification")
    await page.expect_text("does it hold on that build?", within=page.page.locator("#thread"))
    await expect(page.message("Release 2.4: NOT READY").get_by_test_id("replies")).to_be_visible()
    await page.page.mouse.move(1, 1)
    await page.page.evaluate("document.activeElement?.blur()")
    await page.page.evaluate("for (const id of ['messages', 'replies']) $(id).scrollTop = $(id).scrollHeight")


def main() -> None:
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    with tempfile.TemporaryDirectory() as folder, sandbox_process(Path(folder)) as told:
        asyncio.run(draw(told["page"], file))
    size = file.stat().st_size
    assert size < LARGEST, f"{file} has {size} bytes"


if __name__ == "__main__":
    main()
