"""A release is signed in Slack by those who answer for it; what changes afterwards is said, and then it ships."""

from collections.abc import Callable
from typing import Any

from bot.commandline.gate_file import read
from bot.domain.project import Policy
from bot.domain.values import Role, Surface
from bot.services import requests as ask
from bot.services.context import Context
from bot.services.gates import apply_gates
from bot.services.ports import UnitOfWork
from tests.scenarios.reading import buttons, words
from tests.scenarios.town import Town

GATES = """\
gates:
  open_s1_s2:
    stops: true
  fixes_verified:
signoffs:
  tester: 1
  release_manager: 1
"""


async def carried_out(town: Town, act: Callable[[UnitOfWork], Any]) -> None:
    context = Context(town.space.team_id, town.rana, Surface.COMMAND_LINE)
    await town.bot.units.perform(context, act)


async def asked_to_sign(town: Town) -> None:
    """2.4 has a build; Omar signs for the testers, Rana as release manager."""
    await town.types(town.rana, "/release new 2.4 ships:2027-12-18")
    await town.types(town.rana, "/release new 2.5 ships:2028-03-18")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc1")

    def agree(uow: UnitOfWork) -> None:
        project = uow.projects.default()
        roles = {Role.TESTER: frozenset({town.omar}), Role.RELEASE_MANAGER: frozenset({town.rana})}
        project.policy = Policy(roles=roles)
        uow.projects.save(project)
        apply_gates(uow, ask.ApplyGates("DEF", read(GATES)))

    await carried_out(town, agree)


async def test_a_release_is_signed_goes_stale_is_signed_again_and_ships(town: Town) -> None:
    await asked_to_sign(town)
    shown = await town.types(town.omar, "/release gates 2.4")
    assert "? tester — not signed" in words(shown)
    old = await town.hears(town.omar, "Signatures")
    await town.presses(town.omar, old, "Go")
    await town.hears(town.omar, "Go for 2.4, as tester. Still missing: release manager.")
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2")
    await town.presses(town.omar, old, "Go")
    heard = words(await town.hears(town.omar, "2.4 has changed since that button was drawn, so nothing is signed."))
    assert "Since then: 2.4.0-rc2 arrived." in heard
    status = words(await town.types(town.rana, "/release status 2.4"))
    assert "signed something else" in status
    assert "Since then: 2.4.0-rc2 arrived." in status
    assert "waits for signatures" in words(await town.types(town.rana, "/release ship 2.4 anyway: the date"))
    await town.types(town.rana, "/release go 2.4 as it stands")
    told = words(await town.types(town.omar, "/release go 2.4"))
    assert "All have signed: it can ship." in told
    await town.sees(lambda: [m for m in town.messages() if "2.4: all have signed, on 2.4.0-rc2." in words(m)])
    left = await town.files(town.tess, "Total wraps on phones sev:S3 rel:2.4")
    await town.types(town.rana, f"/defect triage {left} sev:S3 prio:P3 rel:2.4")
    shipped = words(await town.types(town.rana, "/release ship 2.4"))
    assert f"still open: {left}" in shipped
    (notice,) = await town.sees(lambda: [m for m in town.messages() if "shipped release 2.4" in words(m)])
    assert "Decision 2:" in words(notice)
    await town.presses(town.rana, notice, "Move to…")
    await town.form(town.rana, "Move what is open")
    offered = await town.people.clicks.suggestions(town.rana, "to", "2.")
    assert [option["value"] for option in offered] == ["2.5"]
    await town.submits(town.rana, to=offered[0])
    await town.hears(town.rana, f"1 defect moved from 2.4 to 2.5: {left}.")
    assert "2.4 is undecided again" in words(await town.types(town.rana, "/release unship 2.4 the store rejected it"))
    await town.sees(lambda: [m for m in town.messages() if "took the shipping of 2.4 back" in words(m)])


async def test_a_no_go_needs_its_reason_and_is_told_once(town: Town) -> None:
    await asked_to_sign(town)
    await town.types(town.omar, "/release gates 2.4")
    await town.presses(town.omar, await town.hears(town.omar, "Signatures"), "No-go…")
    await town.form(town.omar, "No-go")
    assert "note" in await town.is_refused(town.omar, note=" ")
    await town.submits(town.omar, note="refunds fail on phones")
    await town.hears(town.omar, "No-go for 2.4, as tester. It does not ship as it stands now.")
    said = await town.sees(lambda: [m for m in town.messages() if "says no-go for 2.4" in words(m)])
    assert len(said) == 1
    assert "refunds fail on phones" in words(said[0])
    assert "`sign` is for" in words(await town.types(town.devon, "/release go 2.4"))


async def test_an_edit_of_the_gates_is_signed_in_slack(town: Town) -> None:
    await asked_to_sign(town)
    edit = ask.ApplyGates("DEF", read("gates:\n  fixes_verified:\n"))
    await carried_out(town, lambda uow: apply_gates(uow, edit))
    shown = await town.types(town.omar, "/release gates 2.4")
    assert "Version 2 waits for 1 release manager and 1 tester." in words(shown)
    await town.presses(town.omar, await town.hears(town.omar, "Version 2 waits for"), "Sign the edit")
    await town.hears(town.omar, "Signed, as tester. Version 2 still waits for 1 release manager.")
    assert "Version 2 of the gates holds from now on." in words(await town.types(town.rana, "/release sign gates"))


async def test_a_digest_says_whose_signature_is_missing_and_takes_it(town: Town) -> None:
    await asked_to_sign(town)
    await town.types(town.rana, "/release digest 2.4 now")
    (digest,) = await town.sees(lambda: [m for m in town.messages() if "Signatures" in words(m)])
    assert "? tester — not signed: Omar" in words(digest)
    await town.presses(town.omar, digest, "Go")
    await town.hears(town.omar, "Go for 2.4, as tester. Still missing: release manager.")


def asked_again(town: Town, person: str) -> list[str]:
    said = town.space.state.messages.get(town.space.direct_channel(person), {}).values()
    return [words(each) for each in said if "changed after your" in words(each)]


async def test_who_signed_what_has_changed_is_asked_again_once_and_signs_there(town: Town) -> None:
    await asked_to_sign(town)
    await town.types(town.omar, "/release go 2.4")
    await town.quiet()
    assert asked_again(town, town.omar) == []
    await town.types(town.rana, "/release build 2.4 2.4.0-rc2")
    await town.quiet()
    (said,) = asked_again(town, town.omar)
    assert "Sign 2.4 again: it changed after your go as tester. Since then: 2.4.0-rc2 arrived." in said
    await town.types(town.rana, "/release build 2.4 2.4.0-rc3")
    key = await town.files(town.tess, "Card declined twice sev:S1 rel:2.4")
    await town.quiet()
    assert len(asked_again(town, town.omar)) == 1
    assert asked_again(town, town.rana) == []
    await town.types(town.rana, f"/defect resolve {key} cannot_reproduce")
    await town.types(town.omar, f"/verify {key} pass")
    await town.types(town.omar, "/release go 2.4")
    await town.quiet()
    await town.types(town.rana, f"/defect reopen {key} it came back")
    await town.quiet()
    first, second = asked_again(town, town.omar)
    assert first == said
    assert "2.4 changed after your go as tester. Since then: no open S1 or S2 went red" in second
    assert "A go is possible once each gate passes or is waived." in second
    assert buttons_of(town, town.omar) == ["Go", "No-go…", "No-go…"]


def buttons_of(town: Town, person: str) -> list[str]:
    said = town.space.state.messages.get(town.space.direct_channel(person), {}).values()
    return [label for each in said if "changed after your" in words(each) for label in buttons(each)]
