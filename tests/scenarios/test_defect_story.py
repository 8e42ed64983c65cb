"""A defect goes from a message to a verified fix, as three people do it."""

from tests.scenarios.conftest import Shop


async def test_from_a_message_to_a_verified_fix_in_its_thread(shop: Shop) -> None:
    root = shop.people.talk.say(shop.rhea, shop.channel, "Card declined twice on retry, second one still charges")
    await shop.type(shop.rhea, "/release new 2.4 ships:2030-12-18")
    await shop.type(shop.rhea, "/release build 2.4 2.4.0-rc1")

    await shop.people.shortcuts.on_message(shop.tess, shop.channel, root, "file_defect")
    sent = await shop.people.forms.submit(shop.tess, {"title": "Card declined twice on retry", "severity": "S1"})
    assert sent.ok, sent.shown
    card = await shop.card(root, "DEF-1")
    await shop.hears(shop.tess, "Filed as DEF-1")
    await shop.sees(lambda: "memo" in shop.reactions(root))

    await shop.people.clicks.on_message(shop.devon, shop.channel, card["ts"], "act", value=_value(card, "claim"))
    await shop.hears(shop.devon, "DEF-1 is yours now")
    shop.people.talk.say(shop.devon, shop.channel, "fixed in 2.4.0-rc33", thread_ts=root)
    await shop.hears(shop.devon, "`2.4.0-rc33` is not known")
    act = shop.people.talk.say(shop.devon, shop.channel, "Fixed in 2.4.0\u2011rc1.", thread_ts=root)
    await shop.sees(lambda: shop.reactions(act))
    await shop.card(root, "waits for verification")

    assert "somebody else verifies it" in await shop.type(shop.devon, "/verify DEF-1 pass")
    shop.people.talk.say(shop.tess, shop.channel, "failed: second decline still charges", thread_ts=root)
    await shop.card(root, "1 bounce")
    shop.people.talk.say(shop.devon, shop.channel, "fixed", thread_ts=root)
    await shop.card(root, "Can be verified when the next build of 2.4 arrives")
    assert "DEF-1" in await shop.type(shop.rhea, "/release build 2.4 2.4.0-rc2")
    card = await shop.card(root, "waits for verification")
    await shop.people.clicks.on_message(shop.tess, shop.channel, card["ts"], "act", value=_value(card, "verify_pass"))
    await shop.card(root, "verified by Tess")
    await shop.sees(lambda: {"memo", "wrench", "white_check_mark"} <= shop.reactions(root))

    assert "READY" in await shop.type(shop.rhea, "/release status")
    assert "shipped" in await shop.type(shop.rhea, "/release ship 2.4")
    await shop.card(root, "closed")
    assert sum(1 for m in shop.thread(root) if "act" in str(m.get("blocks")) and "DEF-1  " in m["text"]) == 1


def _value(message: dict[str, object], verb: str) -> str:
    for block in message["blocks"]:  # type: ignore[attr-defined]
        for element in block.get("elements", ()):
            if str(element.get("value", "")).startswith(f"{verb}:"):
                return str(element["value"])
    raise AssertionError(f"no button for {verb}")


async def test_a_public_channel_is_joined_by_filing_there(shop: Shop) -> None:
    root = shop.people.talk.say(shop.devon, "elsewhere", "The total wraps on phones")
    await shop.people.shortcuts.on_message(shop.tess, "elsewhere", root, "file_defect")
    await shop.people.forms.submit(shop.tess, {"title": "Total wraps"})
    channel = shop.space.named("elsewhere")["id"]
    await shop.sees(lambda: any("DEF-1" in m["text"] for m in shop.space.thread(channel, root)))


async def test_app_home_shows_what_waits(shop: Shop) -> None:
    await shop.type(shop.tess, "/defect new Total is wrong")
    await shop.type(shop.devon, "/defect claim DEF-1")
    shop.people.forms.open_home(shop.devon)
    home = await shop.sees(lambda: shop.people.forms.home(shop.devon))
    assert "DEF-1" in str(home["blocks"])


async def test_what_was_typed_in_the_thread_is_taken_back_by_its_button(shop: Shop) -> None:
    root = shop.people.talk.say(shop.rhea, shop.channel, "Coupon field accepts 300 %")
    await shop.people.shortcuts.on_message(shop.tess, shop.channel, root, "file_defect")
    await shop.people.forms.submit(shop.tess, {"title": "Coupon accepts 300 %"})
    await shop.card(root, "DEF-1")
    shop.people.talk.say(shop.devon, shop.channel, "claim", thread_ts=root)
    await shop.hears(shop.devon, "DEF-1 is yours now")
    undo = next(m for m in shop.space.state.ephemerals.values() if m["_user"] == shop.devon)
    await shop.people.clicks.on_message(shop.devon, shop.channel, undo["ts"], "act", value=_value(undo, "undo"))
    await shop.card(root, "no owner")


async def test_a_comment_follows_its_message(shop: Shop) -> None:
    root = shop.people.talk.say(shop.rhea, shop.channel, "Coupon field accepts 300 %")
    await shop.people.shortcuts.on_message(shop.tess, shop.channel, root, "file_defect")
    await shop.people.forms.submit(shop.tess, {"title": "Coupon accepts 300 %"})
    await shop.card(root, "DEF-1")
    said = shop.people.talk.say(shop.devon, shop.channel, "only with gift cards", thread_ts=root)
    await shop.knows("comment_added")
    shop.people.talk.edit(shop.devon, shop.channel, said, "only with gift cards and vouchers")
    await shop.knows("comment_edited")
    shop.people.talk.delete(shop.devon, shop.channel, said)
    await shop.knows("comment_erased")


async def test_a_form_that_was_sent_twice_files_once(shop: Shop) -> None:
    await shop.people.shortcuts.globally(shop.tess, "new_defect")
    sent = await shop.people.forms.submit(shop.tess, {"title": "Once"})
    assert sent.ok
    assert (await shop.people.forms.submit_again(sent.payload)).ok
    assert "*1 defect*" in await shop.type(shop.tess, "/defect list")
