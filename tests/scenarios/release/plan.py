"""What the product of this release must do, which test cases show it, and by which gates it is held."""

REQUIREMENTS, CASES = 40, 120
AREAS = ("Checkout", "Cart", "Accounts", "Receipts")
# Of the test cases: by whom results of the runner find them, and what is left to people.
BY_PROPERTY, BY_KEY, BY_NAME = range(1, 57), range(57, 85), range(85, 113)
BY_HAND = range(113, CASES + 1)
# Nothing shows this one until somebody sees the gap.
FORGOTTEN = f"REQ-{REQUIREMENTS}"
GATES = """\
gates:
  open_s1_s2:
    stops: true
  fixes_verified:
  triaged:
    hours: 8
  bounced_twice:
  evidence_fresh:
    hours: 16
  tests_passed:
    rate: 95
  requirements_covered:
    rate: 98
  plan_executed:
signoffs:
  tester: 1
  release_manager: 1
"""


def requirements() -> str:
    """CSV. The areas are requirements too, made of all the others."""
    lines = [f"REQ-{number},{area},{area.lower()}," for number, area in enumerate(AREAS, 1)]
    for number in range(len(AREAS) + 1, REQUIREMENTS + 1):
        parent = number % len(AREAS)
        lines.append(f"REQ-{number},{AREAS[parent]} holds what it promises,{AREAS[parent].lower()},REQ-{parent + 1}")
    return "\n".join(["key,title,component,parent", *lines, ""])


def cases() -> str:
    """CSV. Each shows one requirement; all of them are in the test plan of 2.4."""
    lines = [
        f"TC-{number},A customer of the shop tries it,{name_of(number)},{shown_by(number)},2.4"
        for number in range(1, CASES + 1)
    ]
    return "\n".join(["key,title,name,requirements,releases", *lines, ""])


def the_gap_closed() -> str:
    """CSV. The last test case shows what was forgotten, too."""
    return f"key,requirements\nTC-{CASES},{shown_by(CASES)} {FORGOTTEN}\n"


def shown_by(number: int) -> str:
    first, last = len(AREAS) + 1, REQUIREMENTS - 1
    return f"REQ-{first + (number - 1) % (last - first + 1)}"


def function_of(number: int) -> str:
    """A name without digits, as people give them."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return f"test_buys_{letters[number // 26]}{letters[number % 26]}"


def name_of(number: int) -> str:
    return f"test_shop::{function_of(number)}" if number in BY_NAME else ""
