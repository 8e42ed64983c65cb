"""Every verb that can be typed: who types what, and what that person then sees."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from handlers.commands import family_of
from handlers.parsing import UsageError
from handlers.understanding import Incomplete, NoVerb, understand
from handlers.verbs import COMMANDS, Verb
from tests.scenarios.reading import words
from tests.scenarios.town import Town


@dataclass(frozen=True, slots=True)
class Typed:
    """`form`: the title of the form that opens instead of an answer."""

    who: str
    text: str
    seen: str = ""
    form: str = ""


PLANNED = (
    Typed("rana", "/release", "No release is planned. The first one: `/release new 2.4 ships:2026-12-18`"),
    Typed("rana", "/release list", "No release is planned."),
    Typed("rana", "/release new 2.4 ships:2026-12-18", "Release 2.4 is planned, to ship 18 Dec 2026. Its first build:"),
    Typed("rana", "/release new 2.5 ships:2027-02-30", "`2027-02-30` is no day: write it as `2026-12-18`."),
    Typed("rana", "/release new 2.5 ships:2027-02-01", "Release 2.5 is planned, to ship 1 Feb 2027."),
    Typed("rana", "/release new 2.4", "`2.4` cannot be the release: DEF has it already. Nothing changed."),
    Typed("rana", "/release new", form="Plan a release"),
    Typed("rana", "/release build 2.4 2.4.0-rc1 commits:abc1234,def5678", "2.4.0-rc1 is registered in 2.4."),
    Typed("rana", "/release build 2.4", form="Register a build"),
    Typed("rana", "/release build 9.9 x1", "There is no release `9.9` here. `/release list` shows what there is."),
)
MOVED = (
    *PLANNED,
    Typed("tess", "/defect", "Nothing waits for you."),
    Typed("tess", "/defect mine", "Nothing that you filed is open."),
    Typed("tess", "/verify", "Nothing waits for verification that you could do."),
    Typed("tess", "/defect new", form="File a defect"),
    Typed("tess", "/defect Cart total is wrong", "File “Cart total is wrong” as a defect?"),
    Typed("tess", "/defect new Cart total is wrong sev:S2 comp:cart env:staging req:REQ-7", "Filed as DEF-1, in <#"),
    Typed("tess", "/defect new Payment retried sev:S1 rel:2.4 build:rc1", "Filed as DEF-2, in <#"),
    Typed("tess", "/defect new x rel:7.7", "There is no release `7.7` here."),
    Typed("tess", "/defect new x build:rc9", "Build `rc9` is not known in 2.4, so nothing changed. The nearest is"),
    Typed("tess", "/defect show DEF-1", "S2 · new · no owner"),
    Typed("tess", "/defect DEF-1", "Waits for triage: severity, priority, release."),
    Typed("tess", "/trace DEF-1", "REQ-7 unknown requirement"),
    Typed("tess", "/defect trace DEF-1", "No build holds a fix: it is new."),
    Typed("tess", "/trace matrix 2.4", "DEF has no requirements. They come from a file"),
    Typed("tess", "/trace gaps 2.4", "2 neither requirement nor test case"),
    Typed("rana", "/trace plan 2.4 TC-3", "There is no test case `TC-3` here."),
    Typed("rana", "/trace unplan 2.4", form="Test plan"),
    Typed("tess", "/verify run 2.4", "No test case is planned in 2.4."),
    Typed("tess", "/defect show", form="Which defect?"),
    Typed("tess", "/defect show DEF-99", "There is no defect `DEF-99` here. `/defect list` shows what there is."),
    Typed("tess", "/defect history DEF-1", "*DEF-1: 1 event*"),
    Typed("tess", "/defect dups total of the cart", "1 possible duplicate:\nDEF-1 Cart total is wrong"),
    Typed("tess", "/defect dups DEF-1", "Nothing like DEF-1 is on record."),
    Typed("tess", "/defect list sev:S1..S2", "*2 defects* `sev:S1..S2`"),
    Typed("tess", "/defect list status:verified", "No defect matches `status:verified`."),
    Typed("tess", "/defect list save red sev:S1..S2", "To see it: `/defect list red`"),
    Typed("tess", "/defect list sevrity:S1", "`^^^^^^^`\nI do not know `sevrity`; did you mean `severity`?"),
    Typed("rana", "/defect triage DEF-1 S1 P1 rel:2.4", "DEF-1 is triaged."),
    Typed("rana", "/defect triage DEF-2", form="Triage"),
    Typed("rana", '/defect edit DEF-1 sev:S2 title:"Total off by one"', "DEF-1 is changed: title, severity."),
    Typed("rana", "/defect edit DEF-1 sev:S2", "DEF-1 is that way already; nothing changed."),
    Typed("rana", "/defect edit DEF-1", form="Edit"),
    Typed("devon", "/defect claim DEF-1", "DEF-1 is yours now."),
    Typed("devon", "/defect claim", form="Which defect?"),
    Typed("rana", "/defect assign DEF-2 @devon", "DEF-2 is <@"),
    Typed("rana", "/defect assign DEF-2 @nobody", "I do not know `@nobody`. Who is meant?"),
    Typed("rana", "/defect assign DEF-2", form="Assign"),
    Typed("rana", "/defect unassign DEF-2", "DEF-2 has no owner now."),
    Typed("devon", "/defect start DEF-1", "DEF-1 is in progress, yours."),
    Typed("devon", "/defect start DEF-1", "(you started), so `start` cannot be done. You can: `claim DEF-1`, `fixed"),
    Typed("devon", "/defect needs info DEF-1 @tess which browser?", "to answer in its thread."),
    Typed("tess", "/defect", "asks: which browser?"),
    Typed("devon", "/defect needs info DEF-1", form="Ask somebody"),
    Typed("tess", "/defect comment DEF-1 Firefox 140", "DEF-1 has its answer."),
    Typed("tess", "/defect comment DEF-1", form="Comment"),
    Typed("devon", "/defect link DEF-1 REQ-7 TC-3", "DEF-1 is linked to TC-3."),
    Typed("devon", "/defect link DEF-1", form="Link"),
    Typed("devon", "/defect fixed DEF-1 in rc1 commit:abc1234 pr:https://example.com/1", "Fixed, in 2.4.0-rc1."),
    Typed("devon", "/defect fixed DEF-2 in rc33", "Build `rc33` is not known in 2.4, so nothing changed."),
    Typed("devon", "/defect fixed", form="Mark fixed"),
    Typed("devon", "/defect undo", "Taken back on DEF-1."),
    Typed("devon", "/defect undo", "There is nothing of yours to take back on DEF-1."),
    Typed("rana", "/defect defer DEF-1 to 2.5 needs a provider", "DEF-1 is deferred to 2.5."),
    Typed("rana", "/defect defer DEF-2", form="Defer"),
    Typed("rana", "/defect resume DEF-1", "DEF-1 is taken up again."),
    Typed("devon", "/defect resolve DEF-1 cannot_reproduce on no phone", "DEF-1: cannot reproduce. Somebody else"),
    Typed("tess", "/verify DEF-1 fail happens on mine", "DEF-1 is back with <@"),
    Typed("devon", "/defect wont fix DEF-1", "DEF-1: won't fix."),
    Typed("tess", "/verify pass DEF-1", "DEF-1 is verified."),
    Typed("tess", "/defect close DEF-1", "DEF-1 is closed."),
    Typed("tess", "/defect reopen DEF-1 it is back", "DEF-1 is open again, with <@"),
    Typed("tess", "/defect reopen DEF-1", form="Reopen"),
    Typed("devon", "/defect resolve DEF-1 duplicate of DEF-2", "DEF-1: duplicate of DEF-2; it follows that one."),
    Typed("devon", "/defect resolve DEF-2 duplicate of DEF-1", "DEF-2 cannot be a duplicate of itself, and DEF-1"),
    Typed("devon", "/defect resolve DEF-2", form="Resolve"),
    Typed("tess", "/verify DEF-1 pass", "DEF-1 is a duplicate and follows DEF-2: verify that one."),
)  # fmt: skip
VERIFIED = (
    *PLANNED,
    Typed("tess", "/defect new Payment retried sev:S1", "Filed as DEF-1"),
    Typed("devon", "/defect fixed DEF-1", "Fixed, in the next build of 2.4. Somebody else verifies DEF-1."),
    Typed("tess", "/verify DEF-1 pass", "The fix of DEF-1 comes with the next build of 2.4, which has not arrived."),
    Typed("rana", "/release build 2.4 2.4.0-rc2", "2.4.0-rc2 is registered in 2.4. It holds the fix of DEF-1."),
    Typed("tess", "/verify", "*You can verify (1)*"),
    Typed("devon", "/verify", "Nothing waits for verification that you could do."),
    Typed("devon", "/verify DEF-1 pass", "The resolution of DEF-1 is yours, so somebody else verifies it. It waits in"),
    Typed("tess", "/verify DEF-1 on rc1", "✗ 2.4.0-rc1 does not hold it"),
    Typed("tess", "/verify DEF-1 on 2.4.0-rc2", "✓ 2.4.0-rc2 holds it"),
    Typed("tess", "/verify DEF-1 on rc99", "Build `rc99` is not known in 2.4"),
    Typed("tess", "/verify DEF-1 pass on rc1", "2.4.0-rc1 does not hold the fix of DEF-1; 2.4.0-rc2 is the first that"),
    Typed("tess", "/verify DEF-1", form="Verify"),
    Typed("tess", "/verify DEF-1 blocked", form="Verify"),
    Typed("tess", "/verify DEF-1 blocked staging is down", "DEF-1 still waits for verification; what blocks it"),
    Typed("tess", "/verify blocked DEF-1 on rc2 still down", "DEF-1 still waits for verification"),
    Typed("tess", "/verify fail DEF-1 on rc2 it still charges", "DEF-1 is back (bounce 1)."),
    Typed("rana", "/defect triage DEF-1 S1 P1", "What confirms severity and release: `edit DEF-1 sev:S1 rel:2.4`"),
    Typed("devon", "/defect fix DEF-1 in rc2", "Fixed, in 2.4.0-rc2."),
    Typed("omar", "/verify DEF-1 pass env:staging looks good", "DEF-1 is verified on 2.4.0-rc2."),
    Typed("omar", "/verify DEF-1 pass", "(you verified it), so `verify pass` cannot be done. You can: `reopen DEF-1"),
    Typed("omar", "/verify DEF-99 pass", "There is no defect `DEF-99` here. `/defect list` shows what there is."),
)
SHIPPED = (
    *PLANNED,
    Typed("tess", "/defect new Payment retried sev:S1", "Filed as DEF-1"),
    Typed("rana", "/release list", "*2.4* NOT READY · 25 days left · 1 open · 0 to verify · candidate 2.4.0-rc1"),
    Typed("rana", "/release status 2.4", "✗ no open S1 or S2 — 1 open: DEF-1 (no owner)"),
    Typed("rana", "/release gates 2.4", "✗ no open S1 or S2 — 1 open: DEF-1 (no owner)"),
    Typed("rana", '/release status 2.4 as-of:"2026-11-20 18:00"', "as of"),
    Typed("rana", '/release status as-of:"2026-02-30"', "is no moment: write it as `2026-11-20 18:00`."),
    Typed("rana", "/release digest 2.4 at 09:00 Europe/Berlin weekdays", "at 09:00 (Europe/Berlin), weekdays"),
    Typed("rana", "/release digest 2.4 at 25:00", "`25:00` is no time, zone or day."),
    Typed("rana", "/release digest 2.4 at 9:00 Europe/Atlantis", "`Europe/Atlantis` cannot be the timezone"),
    Typed("rana", "/release digest 2.4", form="Daily digest"),
    Typed("rana", "/release digest now", "The digest is on its way to <#"),
    Typed("rana", "/release digest off", "No more digests of 2.4 in <#"),
    Typed("rana", "/release digest off", "had no digest."),
    Typed("rana", "/release ship 2.4", "Release 2.4 is *NOT READY*, so it does not ship.\n✗ no open S1 or S2 — DEF-1"),
    Typed("rana", "/release diff 2.4 since:today", "new here: "),
    Typed("rana", "/release quality", "*Quality of 2.4* · not shipped yet\nSo far 1 found, 0 of them removed: 0 %"),
    Typed("rana", '/release diff since:"next week"', "is no moment: write it as"),
    Typed("rana", "/release explain 2.4 open", "no open S1 or S2"),
    Typed(
        "rana",
        "/release waive 2.4 DEF-1 until:2026-12-20 the provider fixes it",
        "Asked: waive DEF-1 until 20 Dec.",
    ),
    Typed("rana", "/release approve 2.4 1", "You asked for the waiver of DEF-1"),
    Typed("rana", "/release unwaive 2.4 1 the fix has come", "Refused: DEF-1 of 2.4 is not waived."),
    Typed("rana", "/release go 2.4", "Release 2.4 is *NOT READY*, so it does not go.\n✗ no open S1 or S2 — DEF-1"),
    Typed("rana", "/release nogo 2.4 refunds fail", "No-go for 2.4. It does not ship as it stands now."),
    Typed("rana", "/release sign gates", "No edit of the gates waits for a signature."),
    Typed("rana", "/release ship", form="Ship a release"),
    Typed("rana", "/release ship 2.4 anyway: the fair opens", "2.4 shipped. 0 defects closed; still open: DEF-1"),
    Typed("rana", "/release ship 2.4", "Release 2.4 shipped <!date^"),
    Typed("rana", "/release digest 2.4 now", "Release 2.4 shipped <!date^"),
    Typed("rana", "/release move 2.4 to 2.4", "another release of DEF"),
    Typed("rana", "/release unship 2.4 the store rejected it", "2.4 is undecided again."),
    Typed("tess", "/defect setup", form="Set up this channel"),
)
ASKED = (
    Typed("tess", "/defect help", "*Six you will use*: `new` · `fixed` · `verify` · `list` · `mine` · `show`."),
    Typed("tess", "/trace", "In a defect's thread just write:"),
    Typed("tess", "/countersign", "*Six you will use*"),
    Typed("tess", "/defect help more", "`undo` takes your last change back, within a minute"),
    Typed("tess", "/release help digest", "For example `/release digest 2.4 at 09:00 Europe/Berlin weekdays`"),
    Typed("tess", "/defect histroy DEF-1", "I do not know `histroy`; did you mean `history`?"),
    Typed("tess", "/release decision 2.4", "I do not know `decision`. On the command line: `countersign decision"),
    Typed("tess", "/trace matrixx 2.4 for me", "I do not know `matrixx`; did you mean `matrix`?"),
    Typed("tess", "/verify DEF-1 looks good", "I do not know `looks`. `/verify` takes `pass KEY` · `fail KEY`"),
    Typed("tess", "/trace REQ-7", "There is no requirement `REQ-7` here."),
    Typed("tess", "/defect close button does nothing", "File “close button does nothing” as a defect?"),
    Typed("tess", "/defect list save blockers status:open sev:S1..S2", "blockers"),
    Typed("tess", "/defect list saved", "blockers"),
    Typed("tess", "/defect list forget blockers", "blockers"),
    Typed("tess", "/defect claim DEF-1 DEF-2", "`            ^^^^^`\nI do not know what `DEF-2` means here."),
)  # fmt: skip


@pytest.mark.parametrize("story", [MOVED, VERIFIED, SHIPPED, ASKED], ids=["moved", "verified", "shipped", "asked"])
async def test_what_is_typed_and_what_is_seen(town: Town, story: Sequence[Typed]) -> None:
    for typed in story:
        person = getattr(town, typed.who)
        answer = words(await town.types(person, typed.text))
        if not answer and not typed.form:
            answer = words(await town.hears(person, typed.seen))
        assert typed.seen in answer, f"{typed.text}: {answer}"
        assert bool(answer) != bool(typed.form), f"{typed.text}: {answer}"
        if typed.form:
            assert typed.form in words(await town.form(person))
            await town.people.forms.close(person)


def test_every_verb_is_typed_in_one_of_these_stories() -> None:
    typed = {verb.slug for story in (MOVED, VERIFIED, SHIPPED, ASKED) for each in story if (verb := _verb(each.text))}
    assert {row.slug for row in COMMANDS if row.listed} - typed == set()


def _verb(text: str) -> Verb | None:
    command, _, rest = text.partition(" ")
    try:
        return understand(family_of(command), rest).verb
    except Incomplete as incomplete:
        return incomplete.verb
    except (NoVerb, UsageError):
        return None
