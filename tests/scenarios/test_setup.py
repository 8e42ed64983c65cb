"""The form that binds a channel: also whether its people are told daily how the release stands."""

from bot.services.records import DigestPlan
from tests.scenarios.reading import fields, words
from tests.scenarios.town import Town

WEEKDAYS = ["1", "2", "3", "4", "5"]


async def planned(town: Town) -> list[DigestPlan]:
    here = town.id_of("shop-defects")
    return await town.bot.units.ask(town.space.team_id, lambda questions: questions.digest_plans(None, here))


async def test_a_digest_is_switched_on_changed_and_off_where_the_channel_is_set_up(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    await town.types(town.rana, "/defect setup")
    form = await town.form(town.rana, "Set up this channel")
    assert fields(form)["digest"].get("initial_options", []) == []
    await town.submits(town.rana, timezone="Europe/Berlin", digest=["on"], at="09:00")
    told = words(await town.hears(town.rana, "belongs to DEF"))
    assert "2.4: a digest in <#" in told
    assert "at 09:00 (Europe/Berlin), weekdays. The first comes" in told
    await town.passes(minutes=31)
    await town.sees(lambda: [m for m in town.messages() if "Release 2.4: " in words(m)])

    await town.types(town.rana, "/defect setup")
    form = await town.form(town.rana, "Set up this channel")
    known = fields(form)
    assert [option["value"] for option in known["digest"]["initial_options"]] == ["on"]
    assert (known["at"]["initial_time"], len(known["days"]["initial_options"])) == ("09:00", 5)
    await town.submits(town.rana, at="07:15", days=["1", "4"])
    await town.hears(town.rana, "at 07:15 (Europe/Berlin), Mon, Thu.")
    (plan,) = await planned(town)
    assert (plan.at, plan.days) == ("07:15", frozenset({1, 4}))

    await town.types(town.rana, "/defect setup")
    await town.form(town.rana, "Set up this channel")
    await town.submits(town.rana, digest=[])
    await town.hears(town.rana, "No more digests of 2.4")
    assert await planned(town) == []


async def test_what_nobody_touched_about_the_digest_stays(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4")
    await town.types(town.rana, "/release digest 2.4 at 10:30 America/New_York daily")
    before = await planned(town)
    await town.types(town.rana, "/defect setup")
    await town.form(town.rana, "Set up this channel")
    await town.submits(town.rana, project="Web shop")
    told = words(await town.hears(town.rana, "belongs to DEF (Web shop)"))
    assert "digest" not in told
    assert await planned(town) == before


async def test_without_a_planned_release_there_is_nothing_to_tell_daily(town: Town) -> None:
    await town.types(town.rana, "/defect setup")
    await town.form(town.rana, "Set up this channel")
    errors = await town.is_refused(town.rana, digest=["on"])
    assert errors == {"digest": "Needed: a planned release to send digests of; there is none yet."}
    await town.submits(town.rana, digest=[])
    await town.hears(town.rana, "belongs to DEF")


async def test_possible_duplicates_are_shown_while_typing_at_a_press_or_only_when_asked(town: Town) -> None:
    known = await town.files(town.tess, "Coupon field accepts 300 %")
    await _suggestions(town, "typing", "button")
    root = town.says(town.omar, "Coupon field accepts 300 %")
    form = await town.uses(town.omar, "file_defect", root)
    assert not any(block.get("dispatch_action") for block in form["blocks"])
    await town.quiet()
    assert "Same as" not in words(town.people.forms.shown(town.omar))
    await town.people.clicks.in_view(town.omar, "look")
    await town.form(town.omar, f"Same as {known}")
    town.people.forms.fill(town.omar, {"title": "Invoice printed upside down"})
    await town.people.clicks.in_view(town.omar, "look")
    await town.form(town.omar, "Nothing like it is on record.")
    await town.people.forms.close(town.omar)

    await _suggestions(town, "button", "off")
    form = await town.uses(town.omar, "file_defect", root)
    assert "Possible duplicates" not in words(form)
    await town.people.forms.close(town.omar)
    key = await town.files(town.omar, "Coupon field accepts 300 % too")
    await town.card(key)
    await town.quiet()
    assert not [message for message in town.whispers(town.omar) if "Possible" in words(message)]
    assert "Possible duplicate" not in words(await town.card(key))
    assert known in words(await town.types(town.omar, f"/defect dups {key}"))


async def test_it_is_a_choice_of_the_workspace_that_one_line_makes_too(town: Town) -> None:
    await town.types(town.rana, "/defect setup")
    await town.form(town.rana, "Set up this channel")
    await town.submits(town.rana, prefix="SHOP", suggestions="button")
    await town.hears(town.rana, "belongs to SHOP")
    assert await _chosen(town) == "button"
    said = await town.types(town.omar, "/defect setup suggestions:OFF")
    assert "are shown only when asked for with `/defect dups`, in every project." in words(said)
    assert await _chosen(town) == "off"
    refused = words(await town.types(town.omar, "/defect setup suggestions:tiping"))
    assert "it takes `typing, button, off`" in refused
    assert await _chosen(town) == "off"


async def test_who_may_not_set_up_the_default_project_decides_for_no_other(town: Town) -> None:
    await town.types(town.rana, "/defect setup")
    await town.form(town.rana, "Set up this channel")
    await town.submits(town.rana, admins=[town.rana])
    await town.hears(town.rana, "belongs to DEF")
    refused = words(await town.types(town.omar, "/defect setup suggestions:off"))
    assert f"<@{town.rana}>" in refused
    assert await _chosen(town) == "typing"


async def _chosen(town: Town) -> str:
    return await town.bot.units.ask(town.space.team_id, lambda questions: questions.suggestions())


async def _suggestions(town: Town, before: str, after: str) -> None:
    await town.types(town.rana, "/defect setup")
    form = await town.form(town.rana, "Set up this channel")
    assert fields(form)["suggestions"]["initial_option"]["value"] == before
    await town.submits(town.rana, suggestions=after)
    await town.hears(town.rana, "belongs to DEF")
