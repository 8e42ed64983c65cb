"""Where Slack takes nothing any more, nothing is tried; what was kept is sent when it does again."""

from storage.across_teams import unsettled
from tests.scenarios.reading import words
from tests.scenarios.town import Town


async def test_an_uninstalled_workspace_is_left_alone_until_it_has_us_back(town: Town) -> None:
    town.trouble |= {"uninstalled", "outbox_dead"}
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    await town.types(town.rana, "/release digest 2.4 at 09:00 Europe/Berlin weekdays")
    await town.quiet()
    town.people.talk.uninstall()
    await town.space.settled()
    calls = len(town.space.calls)
    await town.passes(minutes=31)
    await town.quiet()
    assert len(town.space.calls) == calls
    assert [m for m in town.messages() if "Release 2.4: " in words(m)] == []
    waiting, _ = await town.bot.store.read(unsettled)
    assert waiting == 0

    town.space.app["revoked"] = False
    await town.types(town.rana, "/defect help")
    await town.bot.desk.later.drain()
    await town.passes(minutes=1)
    await town.sees(lambda: [m for m in town.messages() if "Release 2.4: " in words(m)])
    await town.quiet()
    assert len([m for m in town.messages() if "Release 2.4: " in words(m)]) == 1


async def test_a_channel_that_comes_back_from_the_archive_shows_what_happened_meanwhile(town: Town) -> None:
    town.refusals |= {("chat.update", "is_archived"), ("chat.postMessage", "is_archived")}
    town.trouble |= {"outbox_dead"}
    town.space.add_channel("elsewhere", [town.tess, town.devon])
    key = await town.files(town.tess, "Total is wrong")
    await town.card(key)
    town.people.talk.archive(town.rana, "shop-defects")
    await town.types(town.devon, f"/defect claim {key}", channel="elsewhere")
    told = await town.sees(lambda: town.direct_messages(town.devon))
    assert "unarchive it, or choose another home channel with `/defect setup`" in words(told[0])
    await town.quiet()
    town.people.talk.archive(town.rana, "shop-defects", undo=True)
    await town.card(key, "new · Devon")
    await town.quiet()
    assert len(town.direct_messages(town.devon)) == 1


async def test_a_channel_that_was_away_for_days_gets_the_digest_of_today_alone(town: Town) -> None:
    town.refusals |= {("chat.postMessage", "is_archived"), ("files.completeUploadExternal", "is_archived")}
    town.trouble |= {"outbox_dead"}
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    await town.types(town.rana, "/release digest 2.4 at 09:00 Europe/Berlin weekdays")
    await town.quiet()
    town.people.talk.archive(town.rana, "shop-defects")
    for hours in (1, 24, 24):
        await town.passes(hours=hours)
        await town.quiet()
    town.people.talk.archive(town.rana, "shop-defects", undo=True)
    await town.sees(lambda: [m for m in town.messages() if "Release 2.4: " in words(m)])
    await town.quiet()
    (digest,) = [m for m in town.messages() if "Release 2.4: " in words(m)]
    assert "23 days left" in words(digest)


async def test_a_private_channel_that_invites_us_again_shows_what_happened_meanwhile(town: Town) -> None:
    town.space.add_channel("secret", [town.tess, town.devon], private=True, bot=False)
    town.people.talk.invite_bot("secret")
    await town.space.settled()
    town.refusals |= {("chat.update", "channel_not_found"), ("conversations.join", "channel_not_found")}
    town.refusals |= {("chat.postMessage", "channel_not_found"), ("chat.update", "not_in_channel")}
    town.trouble |= {"outbox_dead"}
    key = await town.files(town.tess, "Total is wrong", channel="secret")
    await town.card(key, channel="secret")
    town.people.talk.remove_bot("secret")
    await town.types(town.devon, f"/defect claim {key}")
    await town.quiet()
    (told,) = town.direct_messages(town.tess)
    assert "invite me there (`/invite`)" in words(told)
    town.people.talk.invite_bot("secret")
    await town.card(key, "new · Devon", channel="secret")
