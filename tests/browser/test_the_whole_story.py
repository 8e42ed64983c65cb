"""From the message where somebody complains to the hour the release ships: three people at the page, and the bot."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, expect

from tests.browser.conftest import watched
from tests.browser.page import SandboxPage
from tests.process import sandbox_process

pytestmark = pytest.mark.browser

COMPLAINT = "Card declined twice on retry"
TITLE = "Second decline is not shown"
RED, GREEN = "Release 2.4: NOT READY", "Release 2.4: READY"


class Shop:
    """The channel with the complaint in it, and the thread under the complaint."""

    def __init__(self, page: SandboxPage) -> None:
        self.page = page

    @property
    def complaint(self) -> Locator:
        """The message itself; a digest may quote its words."""
        return self.page.messages("See picture").filter(has_text="Tess").first

    @property
    def card(self) -> Locator:
        return self.page.messages(f"SHOP-5 {TITLE}", in_thread=True)

    async def be(self, name: str) -> None:
        await self.page.as_person(name)
        await self.page.open_channel("shop-defects")
        await self.page.thread(self.complaint)

    async def types(self, command: str, answer: str) -> None:
        """And is answered, alone."""
        await self.page.slash(command)
        await self.page.expect_only_me(answer)

    async def writes(self, text: str, receipt: str) -> None:
        """An act, as a reply in the thread; it keeps its receipt as a reaction."""
        own = self.page.messages(in_thread=True).filter(has=self.page.page.get_by_text(text, exact=True))
        before = await own.count()
        await self.page.say(text, in_thread=True)
        await expect(own).to_have_count(before + 1)
        await self.page.expect_only_me(receipt)
        await self.page.expect_reaction(own.last, "ballot_box_with_check")

    async def shows(self, *words: str) -> None:
        """There is one card, and it says this."""
        for each in words:
            await expect(self.card).to_contain_text(each)
        await expect(self.card).to_have_count(1)

    async def tells(self, name: str, line: str | re.Pattern[str]) -> None:
        """A line in the thread that mentions one person."""
        said = self.page.message(line, in_thread=True)
        await expect(said.locator(".mention")).to_have_text([f"@{name}"])


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox_process(tmp_path_factory.mktemp("sandbox")) as told:
        yield told["page"]


@pytest.fixture
async def shop(context: BrowserContext, address: str) -> AsyncIterator[Shop]:
    async with watched(context, address) as page:
        yield Shop(page)


async def test_from_a_complaint_to_the_hour_the_release_ships(shop: Shop) -> None:
    await _filed_in_two_actions(shop)
    await _triaged(shop)
    await _a_digest_that_is_red(shop)
    await _claimed_and_fixed_by_a_phone(shop)
    await _failed_and_the_owner_is_told(shop)
    await _fixed_again_in_the_next_build(shop)
    await _refused_without_the_fix_and_to_the_fixer(shop)
    await _home_and_queue_show_it(shop)
    await _passed_by_somebody_else(shop)
    await _a_digest_that_is_green_with_its_picture(shop)
    await _shipped(shop)


async def _filed_in_two_actions(shop: Shop) -> None:
    page = shop.page
    await page.open_channel("shop-defects")
    await page.shortcut(shop.complaint, "File a defect")
    await page.expect_modal("File a defect")
    await expect(page.modal.get_by_label("Title")).to_have_value(re.compile(COMPLAINT))
    await page.expect_text("Visible to everybody in #shop-defects", within=page.modal)
    await page.fill("Title", TITLE)
    await page.submit()
    await page.expect_no_modal()
    await page.expect_only_me("Filed as SHOP-5, in this thread.")
    await page.expect_reaction(shop.complaint, "memo")
    await page.thread(shop.complaint)
    await shop.shows("S3 · new · no owner · release 2.4", "Waits for triage", "filed by Tess from this message")


async def _triaged(shop: Shop) -> None:
    page = shop.page
    await shop.be("Rana")
    await page.click("Triage…", within=shop.card)
    await page.expect_modal("Triage")
    await page.fill("Severity", "S1 critical")
    await page.fill("Priority", "P1 now")
    await page.submit()
    await page.expect_no_modal()
    await shop.shows("S1 P1 · triaged · no owner", "Waits for somebody to take it.")


async def _a_digest_that_is_red(shop: Shop) -> None:
    await shop.types("/release digest now", "The digest is on its way to #shop-defects.")
    digest = shop.page.message(RED)
    await shop.page.expect_text("✗ no open S1 or S2 — 1 open: SHOP-5 (no owner)", within=digest)
    await shop.page.expect_text(f"SHOP-5 {TITLE}", within=digest)


async def _claimed_and_fixed_by_a_phone(shop: Shop) -> None:
    await shop.types("/release build 2.4 2.4.0-rc3", "2.4.0-rc3 is registered in 2.4.")
    await shop.be("Devon")
    await shop.page.click("Claim", within=shop.card)
    await shop.page.expect_only_me("SHOP-5 is yours now.")
    await shop.writes("Fixed in \u201crc3\u201d.", "Fixed, in 2.4.0-rc3. Somebody else verifies SHOP-5.")
    await shop.shows("fixed by Devon in 2.4.0-rc3", "Anybody but Devon can verify on 2.4.0-rc3 or later.")
    await shop.tells("Tess", "Devon fixed this in 2.4.0-rc3.")


async def _failed_and_the_owner_is_told(shop: Shop) -> None:
    await shop.be("Tess")
    await shop.writes("failed: it isn\u2019t shown on my phone", "SHOP-5 is back with @Devon (bounce 1).")
    await shop.tells("Devon", re.compile("it fails on 2.4.0-rc3.* shown on my phone. @Devon, it is yours again"))
    await shop.shows("in progress · Devon", "1 bounce")


async def _fixed_again_in_the_next_build(shop: Shop) -> None:
    await shop.be("Devon")
    await shop.writes("fixed", "Fixed, in the next build of 2.4.")
    await shop.shows("waits for the next build")
    await shop.be("Omar")
    await shop.types(
        "/verify SHOP-5 pass", "The fix of SHOP-5 comes with the next build of 2.4, which has not arrived."
    )
    await shop.be("Rana")
    await shop.types("/release build 2.4 2.4.0-rc4", "2.4.0-rc4 is registered in 2.4. It holds the fix of SHOP-5.")
    await shop.page.expect_text("2.4.0-rc4 arrived and holds Devon's fix.", within=shop.page.page.locator("#thread"))


async def _refused_without_the_fix_and_to_the_fixer(shop: Shop) -> None:
    await shop.be("Omar")
    without = "2.4.0-rc3 does not hold the fix of SHOP-5; 2.4.0-rc4 is the first that does"
    await shop.types("/verify SHOP-5 pass on rc3", without)
    await shop.be("Devon")
    # A card that is about to be brought up to date would answer that it has changed since.
    await shop.shows("fixed by Devon in 2.4.0-rc4")
    await shop.page.click("Passes", within=shop.card)
    await shop.page.expect_only_me("The resolution of SHOP-5 is yours, so somebody else verifies it.")
    await shop.shows("waits for verification")


async def _home_and_queue_show_it(shop: Shop) -> None:
    page = shop.page
    await page.as_person("Tess")
    await page.open_channel("Countersign")
    home = page.page.get_by_test_id("home")
    await page.expect_text(re.compile(rf"Waits for you \(2\).*SHOP-5\s+{TITLE}", re.DOTALL), within=home)
    await shop.be("Tess")
    await shop.types("/verify", f"SHOP-5 {TITLE}")


async def _passed_by_somebody_else(shop: Shop) -> None:
    await shop.page.click("Passes", within=shop.card)
    await shop.page.expect_only_me("SHOP-5 is verified on 2.4.0-rc4.")
    await shop.shows("verified by Tess on 2.4.0-rc4 · fixed by Devon in 2.4.0-rc4", "Closes when 2.4 ships.")
    await shop.page.expect_reaction(shop.complaint, "white_check_mark")
    await shop.types("/verify SHOP-1 pass on rc4", "SHOP-1 is verified on 2.4.0-rc4.")


async def _a_digest_that_is_green_with_its_picture(shop: Shop) -> None:
    page = shop.page
    await shop.be("Rana")
    await shop.types("/release digest now", "The digest is on its way to #shop-defects.")
    digest = page.message(GREEN)
    await page.expect_text("(was NOT READY)", within=digest)
    await page.expect_text("✓ no open S1 or S2", within=digest)
    replies = await page.thread(digest)
    picture = replies.get_by_role("img", name=re.compile("Burn-up"))
    await expect(picture).to_be_visible(timeout=30_000)
    await page.page.wait_for_function("(image) => image.naturalWidth > 300", arg=await picture.element_handle())


async def _shipped(shop: Shop) -> None:
    await shop.types("/release ship 2.4", "2.4 shipped. 3 defects closed; still open: SHOP-2.")
    said = shop.page.messages("shipped release 2.4")
    await expect(said).to_have_count(1)
    await expect(said).to_contain_text("Rana shipped release 2.4: 3 defects closed, 1 still open: SHOP-2.")
    await shop.be("Tess")
    await shop.shows("closed · verified by Tess")


async def test_what_the_readme_says_of_the_first_minutes_is_true(shop: Shop) -> None:
    page, readme = shop.page, (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    paragraph = next(each for each in readme.split("\n\n") if each.startswith("In the sandbox, be Tess"))
    written, build, digest, verify, again = re.findall(r"`([^`]+)`", paragraph)
    await page.as_person("Tess")
    await page.open_channel("shop-defects")
    await page.shortcut(shop.complaint, "File a defect")
    await page.expect_modal("File a defect")
    await page.submit()
    await page.expect_only_me("Filed as SHOP-5")
    await shop.be("Devon")
    await shop.writes(written, "Fixed, in the next build of 2.4.")
    await shop.be("Tess")
    await shop.types(build, "It holds the fix of SHOP-5.")
    await page.click("Passes", within=page.messages("waits for verification", in_thread=True))
    await page.expect_only_me("SHOP-5 is verified on 2.4.0-rc3.")
    await shop.types(digest, "The digest is on its way")
    await page.expect_text("Release 2.4: AT RISK", within=page.page.locator("#messages"))
    await shop.types(verify, "You can verify (1)")
    await page.click("Passes", within=page.message("You can verify (1)"))
    await page.expect_only_me("SHOP-1 is verified on 2.4.0-rc3.")
    await shop.types(again, "The digest is on its way")
    await page.expect_text(GREEN, within=page.page.locator("#messages"))
