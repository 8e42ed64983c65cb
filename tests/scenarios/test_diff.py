"""What changed in a release since an instant, as its manager asks for it."""

from tests.scenarios.reading import words
from tests.scenarios.town import Town


async def test_it_says_what_turned_and_how_each_defect_moved_since_yesterday(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    await town.types(town.rana, "/release new 2.5 ships:2027-02-18")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1")
    await town.files(town.tess, "Total wraps sev:S1 prio:P1 rel:2.4")
    await town.files(town.tess, "Logo is blurred sev:S4 prio:P4 rel:2.4")
    await town.files(town.tess, "Coupon field accepts 300 % sev:S3 prio:P3 rel:2.4")
    await town.quiet()
    await town.passes(days=1)
    await town.types(town.devon, "/defect claim DEF-1")
    await town.types(town.devon, "/defect fixed DEF-1 in rc1")
    await town.types(town.tess, "/verify DEF-1 pass on rc1")
    await town.types(town.rana, "/defect edit DEF-2 sev:S3")
    await town.types(town.rana, "/defect defer DEF-3 to 2.5 it is rare")
    await town.files(town.omar, "Search is slow sev:S2 rel:2.4")
    told = words(await town.types(town.rana, "/release diff 2.4 since:today"))
    assert "Release 2.4: NOT READY" in told
    assert "1 filed · 1 fixed · 1 verified" in told
    assert "bounced" not in told
    assert "DEF-1 Total wraps — new → verified, now <@" in told
    assert "DEF-2 Logo is blurred — S4 → S3" in told
    assert "DEF-3 Coupon field accepts 300 % — new → deferred" in told
    assert "DEF-4 Search is slow — new here: S2, new" in told
    assert "went red" not in told


async def test_a_day_without_changes_is_one_line_and_an_order_of_instants_is_asked_for(town: Town) -> None:
    await town.types(town.rana, "/release new 2.4 ships:2026-12-18")
    await town.files(town.tess, "Total wraps sev:S1 prio:P1 rel:2.4")
    await town.quiet()
    await town.passes(days=2)
    told = words(await town.types(town.rana, "/release diff"))
    assert "Nothing changed since" in told
    assert "Moved" not in told
    refused = words(await town.types(town.rana, "/release diff 2.4 since:2027-01-01"))
    assert "`2027-01-01T00:00:00` cannot be the since" in refused
