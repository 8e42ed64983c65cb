"""Forms and App Home: triggers, stacks, hashes, what is typed."""

from __future__ import annotations

from bot.sandbox import modals
from bot.sandbox.clock import ManualClock
from bot.sandbox.people.people import People
from tests.sandbox.api import Api, Json, ask, modal, section, typed

TITLE = ask(typed(), "Title", block_id="title")


def pull(api: Api, user: str) -> str:
    return modals.trigger(api.space, user)


async def opened(api: Api, user: str, view: Json | None = None) -> Json:
    answer = await api("views.open", trigger_id=pull(api, user), view=view or modal(TITLE))
    assert answer["ok"], answer
    shown: Json = answer["view"]
    return shown


async def test_a_trigger_lives_three_seconds(api: Api, tess: str) -> None:
    clock = api.space.clock
    assert isinstance(clock, ManualClock)
    in_time, late = pull(api, tess), pull(api, tess)
    clock.advance(3.0)
    assert (await api("views.open", trigger_id=in_time, view=modal(TITLE)))["ok"]
    clock.advance(0.1)
    assert (await api("views.open", trigger_id=late, view=modal(TITLE)))["error"] == "expired_trigger_id"


async def test_a_trigger_is_used_once_and_not_invented(api: Api, tess: str) -> None:
    trigger = pull(api, tess)
    assert (await api("views.open", trigger_id=trigger, view=modal(TITLE)))["ok"]
    assert (await api("views.open", trigger_id=trigger, view=modal(TITLE)))["error"] == "exchanged_trigger_id"
    assert (await api("views.open", trigger_id="1.2.x", view=modal(TITLE)))["error"] == "invalid_trigger_id"


async def test_an_invalid_form_costs_no_trigger_and_says_where_it_is_wrong(api: Api, tess: str) -> None:
    trigger = pull(api, tess)
    answer = await api("views.open", trigger_id=trigger, view=modal(title={"type": "plain_text", "text": "x" * 25}))
    assert answer["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in answer["response_metadata"]["messages"][0]
    assert (await api("views.open", trigger_id=trigger, view=modal(TITLE)))["ok"]


async def test_three_forms_lie_on_top_of_each_other_and_no_fourth(api: Api, tess: str) -> None:
    root = await opened(api, tess)
    for depth in (2, 3):
        answer = await api("views.push", trigger_id=pull(api, tess), view=modal(TITLE))
        assert answer["view"]["root_view_id"] == root["id"], depth
    answer = await api("views.push", trigger_id=pull(api, tess), view=modal(TITLE))
    assert answer["error"] == "push_limit_reached"


async def test_a_stale_hash_loses(api: Api, tess: str) -> None:
    view = await opened(api, tess)
    first = await api("views.update", view_id=view["id"], hash=view["hash"], view=modal(TITLE, section("1")))
    assert first["view"]["hash"] != view["hash"]
    second = await api("views.update", view_id=view["id"], hash=view["hash"], view=modal(TITLE, section("2")))
    assert second["error"] == "hash_conflict"
    assert (await api("views.update", view_id=view["id"], view=modal(TITLE)))["ok"]


async def test_a_form_is_found_by_its_external_id_which_is_unique(api: Api, tess: str) -> None:
    await opened(api, tess, modal(TITLE, external_id="file-1"))
    assert (await api("views.update", external_id="file-1", view=modal(TITLE, external_id="file-1")))["ok"]
    again = await api("views.push", trigger_id=pull(api, tess), view=modal(TITLE, external_id="file-1"))
    assert again["error"] == "duplicate_external_id"
    assert (await api("views.update", external_id="other", view=modal(TITLE)))["error"] == "not_found"
    assert (await api("views.update", view=modal(TITLE)))["error"] == "not_found"


async def test_what_is_typed_stays_where_block_and_action_stay(api: Api, tess: str) -> None:
    people = People(api.space)
    view = await opened(api, tess, modal(TITLE, ask(typed(), "Steps", block_id="steps")))
    people.forms.fill(tess, {"title": "Cart", "steps": "1. open"})
    renamed = ask(typed(), "Steps", block_id="other")
    answer = await api("views.update", view_id=view["id"], view=modal(TITLE, renamed))
    assert answer["view"]["state"]["values"] == {
        "title": {"value": {"type": "plain_text_input", "value": "Cart"}},
    }


async def test_a_first_value_that_comes_later_changes_no_field_that_stays(api: Api, tess: str) -> None:
    people = People(api.space)
    first = ask(typed(initial_value="Cart"), "Title", block_id="title")
    view = await opened(api, tess, modal(first))
    later = ask(typed(initial_value="Coupon"), "Title", block_id="title")
    renamed = ask(typed(initial_value="Coupon"), "Title", block_id="other")
    await api("views.update", view_id=view["id"], view=modal(later, renamed))
    state = people.forms.fill(tess, {})["state"]["values"]
    assert [state[block]["value"]["value"] for block in ("title", "other")] == ["Cart", "Coupon"]


async def test_what_an_update_does_not_say_the_form_no_longer_has(api: Api, tess: str) -> None:
    view = await opened(api, tess, modal(TITLE, private_metadata="memo", close={"type": "plain_text", "text": "No"}))
    bare = {"type": "modal", "title": {"type": "plain_text", "text": "Done"}, "blocks": [section("It is done.")]}
    now = (await api("views.update", view_id=view["id"], view=bare))["view"]
    assert (now["submit"], now["close"], now["private_metadata"], now["id"]) == (None, None, "", view["id"])


async def test_home_is_published_for_one_person_under_its_hash(api: Api, tess: str) -> None:
    home = {"type": "home", "blocks": [section("queue")]}
    first = await api("views.publish", user_id=tess, view=home)
    stale = first["view"]["hash"]
    assert (await api("views.publish", user_id=tess, view=home, hash=stale))["ok"]
    assert (await api("views.publish", user_id=tess, view=home, hash=stale))["error"] == "hash_conflict"
    assert (await api("views.publish", user_id="U0NOBODY", view=home))["error"] == "user_not_found"
    assert (await api("views.publish", user_id=tess, view=modal(TITLE)))["error"] == "invalid_arguments"


async def test_home_that_is_switched_off_is_not_enabled(api: Api, tess: str) -> None:
    manifest = api.space.app["manifest"]
    api.space.app["manifest"] = {**manifest, "features": {**manifest["features"], "app_home": {}}}
    home = {"type": "home", "blocks": []}
    assert (await api("views.publish", user_id=tess, view=home))["error"] == "not_enabled"


async def test_opening_a_form_replaces_the_whole_stack(api: Api, tess: str) -> None:
    old = await opened(api, tess)
    await opened(api, tess)
    assert (await api("views.update", view_id=old["id"], view=modal(TITLE)))["error"] == "not_found"


async def test_triggers_do_not_pile_up_for_ever(api: Api, tess: str) -> None:
    for _ in range(modals.KEPT + 10):
        pull(api, tess)
    assert len(api.space.state.triggers) == modals.KEPT


async def test_a_form_has_a_quarter_of_a_million_characters_at_most(api: Api, tess: str) -> None:
    large = modal(*[section("x" * 3000)] * 90)
    refused = await api("views.open", trigger_id=pull(api, tess), view=large)
    assert refused["error"] == "view_too_large"
    assert api.space.state.modals == {}
