"""What happens in the release 2.4, hour by hour in Berlin. At nine on each working day a digest comes between.

Whoever reads a golden digest finds here why it says what it says. Lines are read by tests/scenarios/release/acts.py.
"""

from collections.abc import Mapping

from tests.scenarios.release.plan import BY_HAND

LAST_MORNING = "2026-12-09"

# Name of the test run -> what did not pass in it.
SHORT, TWICE, BANK = "failed: The total is a cent short", "failed: The card is charged twice", "broken: No answer came"
RUNS: Mapping[str, Mapping[str, str]] = {
    "first": {
        "TC-1": TWICE,
        "TC-2": TWICE,
        "TC-57": SHORT,
        "TC-58": SHORT,
        "TC-90": BANK,
        "TC-100": "skipped: no till",
    },
    "second": {"TC-1": TWICE, "TC-90": BANK, "TC-100": "skipped: no till"},
    "third": {"TC-57": SHORT, "TC-10": "failed: The page took too long", "TC-100": "skipped: no till"},
    "third again": {"TC-57": SHORT, "TC-100": "skipped: no till"},
    "fourth": {"TC-30": "failed: The search finds nothing", "TC-100": "skipped: no till"},
    "fifth": {"TC-30": "failed: The search finds nothing", "TC-100": "skipped: no till"},
    "sixth": {"TC-100": "skipped: no till"},
}


def by_hand(build: str, who: str = "tess") -> list[str]:
    return [f"{who}: /verify TC-{number} pass on {build}" for number in (100, *BY_HAND)]


HOURS: Mapping[str, tuple[str, ...]] = {
    "2026-11-23 08:35": (
        "rana sets up the channel",
        "rana: /release new 2.4 ships:2026-12-04",
        "rana: /release new 2.5 ships:2027-01-29",
        "the command line: import requirements requirements.csv; import cases cases.csv; "
        "gates apply gates.yaml --as-operator",
        "rana: /release digest 2.4 at 09:00 Europe/Berlin weekdays",
    ),
    "2026-11-23 10:05": (
        "CI builds 2.4.0-rc1: Begin the release",
        "tess: /defect new Card declined twice on retry sev:S1 comp:checkout rel:2.4",
        "omar: /defect new Cart total is wrong after a coupon sev:S2 comp:cart rel:2.4",
        "tess files “Total wraps on phones” with severity=S3",
        "tess: /defect new Receipt comes twice comp:receipts",
        "omar: /defect new Login forgets the cart sev:S2 comp:accounts rel:2.4",
        "tess: /defect new Coupon field accepts anything sev:S3 comp:cart",
        "omar: /defect new Logo is blurred sev:S4",
        "rana: /defect triage DEF-1 sev:S1 prio:P1 rel:2.4",
        "rana: /defect triage DEF-2 sev:S2 prio:P2 rel:2.4",
        "rana: /defect triage DEF-3 sev:S3 prio:P3 rel:2.4",
        "rana: /defect triage DEF-5 sev:S2 prio:P2 rel:2.4",
        "devon presses Claim on DEF-1",
        "devon on DEF-1: start",
        "devon: /defect start DEF-2",
    ),
    "2026-11-23 15:05": (
        "CI tests rc1: first",
        "tess files the kind “The total is a cent short” with severity=S2",
        "omar files the kind “No answer came” with severity=S3",
        "devon on DEF-1: fixed",
        "tess: /verify TC-113 pass on rc1",
        "tess: /verify TC-114 blocked on rc1 the till is locked",
        "rana: /defect triage DEF-4 sev:S3 prio:P3 rel:2.4",
    ),
    # The first fixes come, and one of them does not hold.
    "2026-11-24 10:05": (
        "CI builds 2.4.0-rc2: Fixes: DEF-2; Fixes: DEF-8",
        "tess presses Fails… on DEF-1 with note=It_still_charges",
        "tess presses Passes on DEF-2",
        "omar: /verify DEF-8 pass on rc2",
        "omar: /defect new Card is declined two times sev:S2 comp:checkout rel:2.4",
        "rana on DEF-10: dup of DEF-1",
        "tess: /defect new Address is not kept sev:S3 comp:accounts rel:2.4",
        "tess: /defect new Search ignores accents sev:S4 comp:cart rel:2.4",
        "omar: /defect new Gift note is cut sev:S3 comp:checkout rel:2.4",
        "tess: /defect new Prices flicker sev:S3 comp:cart rel:2.4",
        "rana: /defect triage DEF-6 sev:S3 prio:P2 rel:2.4",
        "rana: /defect triage DEF-7 sev:S4 prio:P4 rel:2.4",
        "rana: /defect triage DEF-9 sev:S3 prio:P2 rel:2.4",
    ),
    "2026-11-24 15:05": (
        "CI tests rc2: second",
        "devon: /defect claim DEF-5",
        "devon on DEF-5: needs info @omar: after which login?",
        "omar on DEF-5: after the second one",
        "devon: /defect resolve DEF-7 wont_fix the new logo comes in spring",
        "devon on DEF-14: cannot reproduce",
        "devon: /defect start DEF-9",
        "devon: /defect fixed DEF-9",
        "rana: /defect triage DEF-11 sev:S3 prio:P3 rel:2.4",
        "rana: /defect triage DEF-12 sev:S4 prio:P4 rel:2.4",
        "rana: /defect triage DEF-13 sev:S3 prio:P3 rel:2.4",
    ),
    # Nothing happens on Wednesday: Thursday's digest is one line.
    "2026-11-26 10:05": (
        "the command line: import cases gap.csv",
        "devon: /defect start DEF-6",
        "devon: /defect fixed DEF-6",
        "devon: /defect fixed DEF-1",
        "devon: /defect start DEF-3",
        "devon: /defect fixed DEF-3",
        "CI builds 2.4.0-rc3: Fixes: DEF-4; Tidy up",
        "omar presses Passes on DEF-1",
        "tess presses Passes on DEF-9",
        "omar presses Passes on DEF-6",
        "tess: /verify DEF-3 fail on rc3 it wraps on tablets now",
        "tess: /verify DEF-7 pass",
        "omar: /verify DEF-14 fail it flickers on my screen",
    ),
    "2026-11-26 15:05": (
        "CI tests rc3: third",
        "CI tests rc3: third again",
        "tess: /defect new Totals differ in mail and page sev:S2 comp:receipts rel:2.4",
        "omar: /defect new Voucher expires too early sev:S3 comp:cart rel:2.4",
        "tess: /defect new Footer hides a button sev:S4 rel:2.4",
        "tess: /defect new Password field shows too much sev:S2 comp:accounts rel:2.4",
        "rana: /defect triage DEF-15 sev:S2 prio:P1 rel:2.4",
        "rana: /defect triage DEF-16 sev:S3 prio:P3 rel:2.4",
        "rana: /defect triage DEF-17 sev:S4 prio:P4 rel:2.4",
        "rana: /defect triage DEF-18 sev:S2 prio:P1 rel:2.4",
        "rana: /defect edit DEF-14 sev:S3 prio:P3 rel:2.4",
    ),
    # What cannot be mended in time is waived until Monday, or put off.
    "2026-11-27 10:05": (
        "tess: /release waive 2.4 DEF-5 until:2026-11-30 the provider answers on Monday",
        "rana: /release approve 2.4 1",
        "rana: /defect defer DEF-12 to 2.5 nobody writes accents at Christmas",
        "devon: /defect start DEF-15",
        "devon: /defect fixed DEF-15",
        "devon: /defect start DEF-18",
        "devon: /defect fixed DEF-18",
        "devon on DEF-8: claim",
        "devon: /defect start DEF-8",
        "devon: /defect fixed DEF-8",
        "devon: /defect fixed DEF-3",
        "devon: /defect start DEF-11",
        "devon: /defect fixed DEF-11",
        "omar: /defect new Help page is empty sev:S4 rel:2.4",
        "omar: /defect new Zoom breaks the menu sev:S3 rel:2.4",
        "tess: /defect new Refund shows a minus twice sev:S2 comp:receipts rel:2.4",
    ),
    "2026-11-27 15:05": (
        "rana: /defect triage DEF-19 sev:S4 prio:P4 rel:2.4",
        "rana: /defect triage DEF-20 sev:S3 prio:P3 rel:2.4",
        "rana: /defect triage DEF-21 sev:S2 prio:P1 rel:2.4",
        "devon: /defect resolve DEF-19 not_a_defect it has no help page",
        "devon: /defect start DEF-21",
        "devon: /defect fixed DEF-21",
    ),
    # A build takes a fix back.
    "2026-11-30 10:05": (
        "CI builds 2.4.0-rc4: Reverts: DEF-2; Fixes: DEF-16; Fixes: DEF-17",
        "tess: /verify DEF-18 pass on rc4",
        "omar: /verify DEF-8 pass on rc4",
        "omar: /verify DEF-3 pass on rc4",
        "tess: /verify DEF-11 blocked on rc4 the address service is down",
        "omar: /verify DEF-21 pass on rc4",
        "omar: /verify DEF-19 pass",
        "tess: /defect new Cart shows yesterday's price sev:S3 comp:cart rel:2.4",
        "omar: /defect new Till prints no date sev:S3 comp:receipts rel:2.4",
        "tess: /defect new Filter forgets its colour sev:S4 rel:2.4",
    ),
    "2026-11-30 15:05": (
        "CI tests rc4: fourth",
        "omar files the kind “The search finds nothing” with severity=S3",
        "devon: /defect fixed DEF-2 in rc4",
        "devon: /defect resolve DEF-13 cannot_reproduce the note is whole here",
        "rana: /defect triage DEF-22 sev:S3 prio:P2 rel:2.4",
        "rana: /defect triage DEF-23 sev:S3 prio:P2 rel:2.4",
        "rana: /defect triage DEF-24 sev:S4 prio:P4 rel:2.4",
        "rana: /defect triage DEF-25 sev:S3 prio:P2 rel:2.4",
        *by_hand("rc4"),
    ),
    # The waiver has ended by itself.
    "2026-12-01 10:05": (
        "devon: /defect start DEF-5",
        "devon: /defect fixed DEF-5 in rc4",
        "tess: /verify DEF-2 pass on rc4",
        "tess: /verify DEF-11 pass on rc4",
        "tess: /verify DEF-4 pass on rc4",
        "omar: /verify DEF-15 pass on rc4",
        "tess: /verify DEF-16 pass on rc4",
        "omar: /verify DEF-17 pass on rc4",
        "omar: /verify DEF-13 pass",
        "rana: /defect defer DEF-14 to 2.5 the new screens come then",
        "rana: /defect defer DEF-20 to 2.5 the menu is rebuilt then",
        "devon: /defect start DEF-22",
        "devon: /defect fixed DEF-22 in rc4",
        "devon: /defect start DEF-23",
        "devon: /defect fixed DEF-23 in rc4",
        "omar: /defect new Wish list is empty on tablets sev:S4 rel:2.4",
        "tess: /defect new Sorting jumps sev:S4 rel:2.4",
    ),
    "2026-12-01 15:05": (
        "CI tests rc4: fifth",
        "omar: /verify TC-100 pass on rc4",
        "omar: /verify DEF-5 pass on rc4",
        "tess: /verify DEF-22 pass on rc4",
        "omar: /verify DEF-23 pass on rc4",
        "rana: /defect triage DEF-26 sev:S4 prio:P4 rel:2.4",
        "rana: /defect triage DEF-27 sev:S4 prio:P4 rel:2.4",
    ),
    # One signs, one says no.
    "2026-12-02 10:05": (
        "omar signs with Go",
        "rana: /release nogo 2.4 the search must find something",
        "tess: /defect new Receipt names the wrong shop sev:S4 comp:receipts rel:2.4",
        "rana: /defect triage DEF-28 sev:S4 prio:P2 rel:2.4",
        "devon: /defect start DEF-25",
    ),
    # The build that both wait for makes what was signed stale.
    "2026-12-03 10:05": (
        "omar: /defect new Old orders load slowly sev:S2 rel:2.4",
        "rana: /defect triage DEF-29 sev:S2 prio:P1 rel:2.4",
        "devon: /defect start DEF-29",
        "devon: /defect fixed DEF-29",
        "devon: /defect fixed DEF-25",
        "CI builds 2.4.0-rc5: Fixes: DEF-28",
        "tess: /defect new Hint covers the price sev:S4 rel:2.4",
        "rana: /defect triage DEF-30 sev:S4 prio:P4 rel:2.4",
    ),
    "2026-12-03 15:05": (
        "CI tests rc5: sixth",
        "tess: /verify DEF-25 pass on rc5",
        "omar: /verify DEF-28 pass on rc5",
        "tess: /verify DEF-29 pass on rc5",
        *by_hand("rc5", "omar"),
    ),
    "2026-12-04 10:05": (
        "omar signs with Go",
        "rana: /release go 2.4 as it stands",
        "rana: /release ship 2.4",
        "rana: /release digest 2.5 at 09:00 Europe/Berlin weekdays",
    ),
    # What customers find.
    "2026-12-07 10:05": (
        "CI builds 2.5.0-rc1: Begin again",
        "tess: /defect new Refund is charged instead sev:S1 comp:checkout build:2.4.0-rc5 env:production",
        "rana: /defect triage DEF-31 sev:S1 prio:P1 rel:2.5",
    ),
    "2026-12-08 10:05": (
        "omar: /defect new Invoice lacks the tax sev:S2 comp:receipts build:2.4.0-rc5 env:production",
        "devon: /defect start DEF-31",
        "devon: /defect fixed DEF-31",
    ),
}
