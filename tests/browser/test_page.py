"""The page by hand, in a real browser, with a small app behind it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.async_api import expect

from bot.manifest import build_manifest
from bot.sandbox.run import Sandbox
from bot.sandbox.sample.picture import declined
from tests.browser.app import Heard, Json, build, button
from tests.browser.page import SandboxPage

EVIL = "<img src=x onerror=\"document.title='caught'\"><script>document.title='caught'</script>&amp;"


async def test_a_message_appears_for_everybody_and_names_the_person_that_was_mentioned(
    page: SandboxPage, running: Sandbox, heard: Heard
) -> None:
    await page.open_channel("shop-defects")
    await page.say("@devon the *total* is wrong in `cart.py`, see #general")
    devon = next(each["id"] for each in running.space.state.users.values() if each["name"] == "devon")
    stored = [*running.space.state.messages[running.space.named("shop-defects")["id"]].values()][-1]
    assert stored["text"].startswith(f"<@{devon}> the *total* is wrong in `cart.py`, see <#C0")
    await page.as_person("Devon")
    await expect(page.page.get_by_test_id("channel").filter(has_text="shop-defects")).not_to_have_class(
        re.compile("unread")
    )
    message = page.message("is wrong in")
    await expect(message.locator("strong")).to_have_text("total")
    await expect(message.locator(".mention.me")).to_have_text("@Devon")


async def test_a_channel_that_somebody_wrote_in_is_marked_until_it_is_opened(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-checkout")
    await page.say("@tess please look")
    await page.as_person("Tess")
    await page.open_channel("general")
    await page.as_person("Omar")
    await page.open_channel("shop-checkout")
    await page.say("@tess me too")
    await page.open_channel("general")
    await page.as_person("Tess")
    link = page.page.get_by_test_id("channel").filter(has_text="shop-checkout")
    await expect(link.locator(".count")).to_contain_text("1")
    await page.open_channel("shop-checkout")
    await expect(link.locator(".count")).to_have_count(0)


async def test_a_command_is_completed_by_keyboard_and_answered_to_one_person(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.composer.press_sequentially("/d")
    await expect(page.page.get_by_role("listbox", name="Suggestions").get_by_role("option")).to_have_count(1)
    await page.composer.press("Tab")
    await expect(page.composer).to_have_value("/defect ")
    hint = next(
        each["usage_hint"] for each in build_manifest()["features"]["slash_commands"] if each["command"] == "/defect"
    )
    await page.expect_text(f"/defect {hint}", within=page.page.locator("main [data-usage]"))
    await page.composer.press_sequentially("hello")
    await page.composer.press("Enter")
    await page.expect_only_me("Heard: hello")
    await page.click("Dismiss")
    await expect(page.messages("Heard: hello")).to_have_count(0)
    await page.composer.fill("/nonsense")
    await page.composer.press("Enter")
    await page.expect_text("/nonsense is not a command", within=page.page.get_by_role("status"))


async def test_whoever_becomes_somebody_else_hears_at_once_what_that_one_is_told(
    page: SandboxPage, heard: Heard
) -> None:
    await page.open_channel("shop-defects")
    await page.as_person("Rana")
    await page.slash("/defect hello")
    await page.expect_only_me("Heard: hello")


async def test_a_picture_keeps_its_place_before_it_has_arrived(page: SandboxPage, heard: Heard) -> None:
    await page.page.route("**/_workspace/file/*", lambda route: route.abort())
    await page.open_channel("shop-defects")
    picture = page.message("Card declined twice").get_by_role("img", name="checkout-declined.png")
    await expect(picture).to_have_attribute("width", "420")
    await expect(picture).to_have_attribute("height", "250")


async def test_every_field_of_a_form_reaches_the_app(page: SandboxPage, heard: Heard, tmp_path: Path) -> None:
    picture = tmp_path / "screen.png"
    picture.write_bytes(declined())
    await page.open_channel("shop-defects")
    await page.shortcut(page.message("Search finds nothing"), "File a defect")
    await page.expect_modal("File a defect")
    await page.fill("Title", "Cart total is wrong")
    await page.fill("Steps", "1. open\n2. look")
    await page.fill("Severity", "S1 critical")
    await page.fill("Component", "Check")
    await page.fill("Owner", "Devon")
    await page.fill("Watchers", ["Tess", "Ana"])
    await page.fill("Home channel", "#shop-defects")
    await page.fill("Where to talk", "#general")
    await page.fill("Evidence", ["Copy files"])
    await page.fill("Environment", "Production")
    await page.fill("Seen on", "2026-11-20")
    await page.fill("At", "14:05")
    await page.upload("Files", picture)
    await page.submit()
    await page.expect_no_modal()
    state = {block: next(iter(values.values())) for block, values in heard.states[-1].items()}
    assert state["title"]["value"] == "Cart total is wrong"
    assert state["steps"]["value"] == "1. open\n2. look"
    assert state["severity"]["selected_option"]["value"] == "S1"
    assert state["component"]["selected_option"]["text"]["text"] == "Checkout"
    assert state["owner"]["selected_user"].startswith("U0")
    assert len(state["watchers"]["selected_users"]) == 2
    assert state["home"]["selected_channel"].startswith("C0")
    assert state["talk"]["selected_conversation"].startswith("C0")
    assert [each["value"] for each in state["flags"]["selected_options"]] == ["copy files"]
    assert state["where"]["selected_option"]["value"] == "production"
    assert (state["day"]["selected_date"], state["hour"]["selected_time"]) == ("2026-11-20", "14:05")
    assert [each["name"] for each in state["files"]["files"]] == ["screen.png"]


async def test_errors_stand_at_their_fields_and_take_the_focus(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.slash("/defect form")
    await page.submit()
    await page.expect_error("Title", "Please complete this required field")
    await expect(page.modal.get_by_label("Title")).to_be_focused()
    await page.fill("Title", "abc")
    await expect(page.modal.get_by_role("alert")).to_have_count(0)
    await page.submit()
    await page.expect_error("Title", "Say a little more")
    await page.fill("Title", "slow please")
    await page.submit()
    await page.expect_text("The app did not answer in time. What you typed is kept; try again.", within=page.modal)
    await expect(page.modal.get_by_label("Title")).to_have_value("slow please")


async def test_what_is_typed_survives_an_update_of_the_form(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.slash("/defect form")
    await page.fill("Steps", "half a sen")
    title = page.modal.get_by_label("Title")
    await title.press_sequentially("cart", delay=30)
    await page.expect_text("Looking for cart: SHOP-17", within=page.modal)
    await expect(title).to_have_value("cart")
    await expect(title).to_be_focused()
    await expect(page.modal.get_by_label("Steps")).to_have_value("half a sen")
    await page.page.reload()
    await expect(page.modal.get_by_label("Steps")).to_have_value("half a sen")
    typed = [body["actions"][0]["value"] for body in heard.bodies if body.get("type") == "block_actions"]
    assert typed[-1] == "cart"
    assert typed == [text for text in ("c", "ca", "car", "cart") if text in typed]


async def test_forms_stack_three_deep_and_closing_goes_back(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.global_shortcut("My queue")
    await page.fill("Steps", "kept below")
    await page.click("More fields", within=page.modal)
    await page.expect_modal("Level 2")
    await page.click("Deeper", within=page.modal)
    await page.expect_modal("Level 3")
    await page.close_modal()
    await page.expect_modal("Level 2")
    await page.page.keyboard.press("Escape")
    await page.expect_modal("File a defect")
    await expect(page.modal.get_by_label("Steps")).to_have_value("kept below")
    await page.close_modal()
    await page.expect_no_modal()
    assert heard.last("view_closed")["view"]["callback_id"] == "everything"


async def test_buttons_menus_and_confirmations_of_a_message_work(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.slash("/defect show 42")
    card = page.message("SHOP-42 Card declined")
    await page.click("Claim", within=card)
    await page.expect_only_me("It is yours")
    await page.click("Close it", within=card)
    await page.expect_text("Nobody will look at it again.", within=page.page.locator("#ask"))
    await page.confirm("No")
    assert not [body for body in heard.bodies if (body.get("actions") or [{}])[0].get("action_id") == "close_it"]
    await page.click("Close it", within=card)
    await page.confirm("Yes, close")
    await page.expect_only_me("You used close_it")
    await page.overflow(card, "Withdraw")
    await page.expect_only_me("You used more Withdraw")
    await card.get_by_label("Severity").select_option("S2 major")
    await page.expect_only_me("You used severity S2 major")


async def test_a_thread_is_answered_beside_the_channel_without_losing_half_typed_text(
    page: SandboxPage, heard: Heard
) -> None:
    await page.open_channel("shop-defects")
    await page.composer.fill("half a thought")
    replies = await page.thread(page.message("Card declined twice"))
    await page.expect_text("same here, also with PayPal", within=replies)
    await page.say("fixed in rc3", in_thread=True)
    await page.expect_text("fixed in rc3", within=replies)
    await expect(page.message("Card declined twice").get_by_test_id("replies")).to_contain_text("2 replies")
    await expect(page.composer).to_have_value("half a thought")
    await page.open_channel("general")
    await page.open_channel("shop-defects")
    await expect(page.composer).to_have_value("half a thought")


async def test_an_answer_that_comes_late_leaves_the_cursor_where_somebody_has_gone_meanwhile(
    page: SandboxPage, heard: Heard
) -> None:
    await page.open_channel("shop-defects")
    await page.say("The total is wrong")
    await expect(page.message("The total is wrong")).to_be_visible()
    async with page.held(re.compile(r"/_workspace/page\?.*thread=&")) as held:
        await page.open_channel("shop-defects")
        await page.thread(page.message("The total is wrong"))
        await expect(page.reply).to_be_focused()
        await page.page.keyboard.type("It wraps")
        assert held.count
    await page.settled()
    await page.page.keyboard.type(" at 100")
    await expect(page.reply).to_have_value("It wraps at 100")
    await expect(page.composer).to_have_value("")


async def test_reactions_are_given_shown_and_taken_back(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.say("react please")
    message = page.message("react please")
    await page.expect_reaction(message, "white_check_mark")
    await page.react(message, "eyes")
    await page.expect_reaction(message, "eyes")
    await message.get_by_role("button", name="eyes, 1").click()
    await expect(message.get_by_role("button", name="eyes, 1")).to_have_count(0)


async def test_own_messages_are_edited_and_deleted_and_those_of_others_are_not(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.say("Carl total with @ana")
    await page.shortcut(page.message("Carl total"), "Edit message")
    field = page.page.locator("#ask").get_by_role("textbox")
    await expect(field).to_have_value("Carl total with @ana")
    await field.fill("Cart total with @ana")
    await page.confirm("Save")
    await page.expect_text("(edited)", within=page.message("Cart total with @Ana"))
    await page.shortcut(page.message("Cart total"), "Delete message")
    await page.confirm("Delete")
    await expect(page.messages("Cart total with")).to_have_count(0)
    other = page.message("Search finds nothing")
    await other.hover()
    await other.get_by_role("button", name="More actions").click()
    await expect(page.page.get_by_role("menuitem", name="Edit message")).to_have_count(0)


async def test_pictures_are_shown_where_they_were_sent(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-checkout")
    await page.attach("wrap.png", declined(), "it wraps")
    picture = page.message("it wraps").get_by_role("img", name="wrap.png")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 420


async def test_the_app_home_opens_and_its_buttons_work(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("Countersign")
    home = page.page.get_by_test_id("home")
    await page.expect_text("Waits for you, @Tess", within=home)
    await page.click("Refresh", within=home)
    await page.expect_text("Nothing else waits.", within=home)
    await page.page.get_by_role("tab", name="Messages").click()
    await expect(page.composer).to_be_visible()


async def test_an_archived_channel_is_read_only_and_leaves_the_list(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-checkout")
    await page.page.get_by_role("button", name="More about this channel").click()
    await page.page.get_by_role("menuitem", name="Archive channel").click()
    await page.expect_text("This channel is archived. Nobody can write here.")
    await expect(page.composer).to_have_count(0)


async def test_a_private_channel_is_seen_by_its_members_alone(page: SandboxPage, heard: Heard) -> None:
    await expect(page.page.get_by_test_id("channel").filter(has_text="incident-room")).to_have_count(0)
    await page.as_person("Rana")
    await page.open_channel("incident-room")
    await page.expect_text("the app is not one of them")


async def test_nothing_that_somebody_writes_becomes_markup(page: SandboxPage, running: Sandbox, heard: Heard) -> None:
    tess = next(each["id"] for each in running.space.state.users.values() if each["name"] == "tess")
    await page.open_channel("shop-defects")
    await page.say(EVIL)
    client_text = f'{EVIL} <javascript:alert(1)|press> <https://x.example/"onmouseover=alert(1)|hi> *{EVIL}*'
    channel = running.space.named("shop-defects")["id"]
    app = build(running.space, Heard())
    blocks: list[Json] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": client_text}},
        {"type": "header", "text": {"type": "plain_text", "text": EVIL}},
        {"type": "actions", "elements": [button(EVIL[:75], "evil", value=EVIL)]},
    ]
    await app.client.chat_postMessage(channel=channel, text=EVIL, blocks=blocks)
    await app.client.chat_postEphemeral(channel=channel, user=tess, text=EVIL)
    await page.expect_only_me("onerror")
    assert await page.page.title() != "caught"
    assert await page.page.locator("#messages img:not([src^='/_workspace/file/']), #messages script").count() == 0
    assert await page.page.locator("[onerror], [onmouseover], a[href^='javascript']").count() == 0


async def test_the_page_says_so_when_the_app_does_not_answer_in_time(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.slash("/defect slow")
    await page.expect_only_me("operation_timeout")


async def test_a_line_that_breaks_is_announced_and_comes_back(page: SandboxPage, heard: Heard) -> None:
    await page.open_channel("shop-defects")
    await page.page.context.set_offline(True)
    await page.page.evaluate("() => go({})")
    await page.expect_text("The workspace does not answer", within=page.page.get_by_role("alert"))
    await page.page.context.set_offline(False)
    await expect(page.page.locator("#offline")).to_be_hidden(timeout=30_000)


async def test_on_a_phone_every_pane_is_one_press_away(page: SandboxPage, heard: Heard) -> None:
    await page.page.set_viewport_size({"width": 390, "height": 800})
    await page.page.get_by_role("button", name="Show channels").click()
    await page.open_channel("shop-defects")
    await page.page.get_by_test_id("replies").last.click()
    await page.expect_text("same here", within=page.page.get_by_role("log", name="Replies"))
    await page.close_thread()
    width = await page.page.evaluate("() => document.documentElement.scrollWidth")
    assert width == 390
