"""What Slack, the network and people send more than once happens once."""

import asyncio

from bot.sandbox.faults import FaultKind
from tests.scenarios.reading import words
from tests.scenarios.town import HOME, Town


async def test_everything_delivered_three_times_happens_once(town: Town) -> None:
    for kind in ("event_callback", "slash_command", "block_actions", "view_submission", "message_action", "shortcut"):
        town.space.faults.plan(kind, FaultKind.REPEAT, times=1000, count=2)
    town.refusals |= {("views.open", "exchanged_trigger_id"), ("reactions.add", "already_reacted")}
    await town.types(town.rana, "/release new 2.4")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1")
    root = town.says(town.omar, "Coupon field accepts 300 %")
    await town.files_from_message(town.tess, root)
    await town.quiet()
    await town.presses(town.devon, await town.card("DEF-1"), "Claim")
    await town.card("DEF-1", "new · Devon")
    town.says(town.omar, "on phones too", thread=root)
    town.says(town.devon, "fixed in rc1", thread=root)
    await town.card("DEF-1", "fixed by Devon in 2.4.0-rc1")
    await town.types(town.tess, "/verify DEF-1 fail still takes 300 %")
    await town.quiet()
    assert sorted(await town.history("DEF-1")) == sorted(
        ["defect_filed", "evidence_added", "defect_assigned", "comment_added", "defect_fixed", "verification_failed"]
    )
    assert "*1 defect*" in words(await town.types(town.tess, "/defect list"))
    said = [words(message) for message in town.replies(root)]
    assert len(said) == len(set(said)) == 4, said


async def test_one_message_in_eleven_events_with_ids_of_their_own_is_one_act_and_one_comment(town: Town) -> None:
    """github.com/slackapi/node-slack-sdk/issues/2141"""
    root = town.says(town.omar, "Coupon field accepts 300 %")
    await town.files_from_message(town.tess, root)
    await town.quiet()
    for text in ("claim", "it is the rounding"):
        town.says(town.devon, text, thread=root)
        await town.space.settled()
        # The bot's own answers are delivered too, and one of them may be the newest.
        sent = (each.payload for each in reversed(town.space.delivery.log) if each.kind == "events_api")
        event = next(each for each in sent if each["event"].get("text") == text)
        copies = [{**event, "event_id": f"Ev{text[:2]}{number}"} for number in range(11)]
        acks = await asyncio.gather(*map(town.space.delivery.event, copies))
        assert all(ack.ok for ack in acks)
    await town.quiet()
    history = await town.history("DEF-1")
    assert (history.count("defect_assigned"), history.count("comment_added")) == (1, 1)
    receipts = [m for m in town.space.state.ephemerals.values() if "DEF-1 is yours now." in words(m)]
    assert len(receipts) == 1


async def test_of_people_who_act_at_once_one_wins_and_the_others_are_told_who(town: Town) -> None:
    key = await town.files(town.tess, "Total wraps")
    await town.types(town.devon, f"/defect fixed {key}")
    card = await town.card(key, "fixed by Devon")
    await town.quiet()
    people = (town.tess, town.omar, town.rana)
    await asyncio.gather(*(town.presses(person, card, "Passes") for person in people))
    await town.card(key, "verified by")
    await town.quiet()
    assert (await town.history(key)).count("verification_passed") == 1
    heard = {person: " ".join(words(m) for m in town.whispers(person)) for person in people}
    won = [person for person in people if f"{key} is verified." in heard[person]]
    assert len(won) == 1, heard
    for person in set(people) - set(won):
        assert f"{key} has changed since these buttons were drawn." in heard[person]
        assert f"<@{won[0]}>" in heard[person]


async def test_an_edit_without_a_change_an_unfurl_and_our_own_words_are_answered_by_nobody(town: Town) -> None:
    root = town.says(town.omar, "Coupon field accepts 300 %")
    await town.files_from_message(town.tess, root)
    await town.quiet()
    said = town.says(town.devon, "see https://example.com", thread=root)
    await town.records("comment_added")
    town.people.talk.edit(town.devon, HOME, said, "see https://example.com")
    town.people.talk.edit(town.omar, HOME, root, "Coupon field accepts 400 %")
    town.people.talk.react(town.omar, HOME, said, "eyes")
    await town.quiet()
    assert sorted(await town.history("DEF-1")) == ["comment_added", "defect_filed", "evidence_added"]
    assert town.lines(root) == []
