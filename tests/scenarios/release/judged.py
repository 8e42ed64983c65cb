"""The gates of a release by docs/readiness.md and docs/gates.md, judged once more over a World."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from json import dumps

from tests.scenarios.release.world import OPEN, Fields, World

CONCLUSIVE = ("passed", "failed")


@dataclass
class Gate:
    """`value` as people read it: ✓ ✗ ?; `numbers`: those that its line tells before the keys in `held`, or
    before the build, and `after` it."""

    name: str
    value: str
    held: list[Fields] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    waivers: list[Fields] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def waived(self) -> bool:
        keys = {waiver["what"] for waiver in self.waivers}
        return self.value != "✓" and bool(keys) and (self.name in keys or {d["key"] for d in self.held} <= keys)

    @property
    def stands(self) -> bool:
        return self.value == "✓" or self.waived

    @property
    def mark(self) -> str:
        return "≈" if self.waived else self.value


def gates(world: World, release: str) -> dict[str, Gate]:
    found = {name: JUDGES[name](world, release, given) for name, given in world.gates.items()}
    for gate in found.values():
        held = {d["key"] for d in gate.held} | {gate.name}
        gate.waivers = [each for each in world.waived(release) if each["what"] in held and gate.value != "✓"]
    return found


def verdict(world: World, release: str) -> str:
    left = [gate for gate in gates(world, release).values() if not gate.stands]
    ships = world.releases[release].get("ships_on")
    due = ships is not None and world.today >= date.fromisoformat(ships)
    failing = [gate for gate in left if gate.value == "✗"]
    if any(world.gates[gate.name].get("stops") for gate in failing) or (failing and due):
        return "NOT READY"
    if any(gate.value == "?" for gate in left):
        return "UNDEFINED"
    return "READY" if all(gate.value == "✓" for gate in gates(world, release).values()) else "AT RISK"


def snapshot(world: World, release: str) -> str:
    """What is signed."""
    values = {"✓": "pass", "✗": "fail", "?": "undefined"}
    builds = world.builds_of(release)
    told = {
        "candidate": builds[-1]["name"] if builds else None,
        "gates": {name: values[gate.value] for name, gate in gates(world, release).items()},
        "waivers": sorted(waiver["number"] for waiver in world.waived(release)),
        "policy": world.version,
    }
    return sha256(dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:12]


def age(now: datetime, then: datetime) -> str:
    seconds = int((now - then).total_seconds())
    days, hours = seconds // 86400, seconds // 3600
    return f"{days} day{'s' if days > 1 else ''}" if days else f"{hours} h" if hours else f"{max(seconds // 60, 1)} min"


def worst_first(defects: Iterable[Fields]) -> list[Fields]:
    return sorted(defects, key=lambda d: (d["severity"], d["since"], d["key"]))


def still_open(world: World, release: str) -> list[Fields]:
    return [d for d in world.counting(release) if d["status"] in OPEN]


def untriaged(defect: Fields) -> bool:
    return not (defect["severity_confirmed"] and defect["release_confirmed"])


def awaits_build(world: World, defect: Fields) -> bool:
    """No build of the release holds the fix yet: by its commit, else by the build that it was told of."""
    builds = world.builds_of(defect["release_id"])
    if not builds or any(commit == defect["fix_commit"] for build in builds for commit in build["commits"]):
        return bool(world.builds) and not builds
    return defect["fixed_in"] is None


def _open_s1_s2(world: World, release: str, _: Fields) -> Gate:
    found = still_open(world, release)
    grave = worst_first(d for d in found if d["severity"] in ("S1", "S2"))
    unknown = worst_first(filter(untriaged, found))
    value = "✗" if grave else "?" if unknown else "✓"
    held = grave or unknown
    return Gate("open_s1_s2", value, held, [str(len(held))])


def _fixes_verified(world: World, release: str, _: Fields) -> Gate:
    waiting = [d for d in world.counting(release) if d["status"] == "resolved" and d["resolution"] != "duplicate"]
    if not waiting:
        return Gate("fixes_verified", "?" if world.builds and not world.builds_of(release) else "✓")
    oldest = age(world.at, min(d["since"] for d in waiting))
    return Gate("fixes_verified", "✗", worst_first(waiting), [str(len(waiting)), oldest])


def _triaged(world: World, release: str, given: Fields) -> Gate:
    before = world.working_hours_ago(given["hours"])
    late = [d for d in still_open(world, release) if untriaged(d) and d["created_at"] < before]
    return Gate("triaged", "✗" if late else "✓", worst_first(late), [str(len(late))])


def _bounced_twice(world: World, release: str, _: Fields) -> Gate:
    often = [d for d in world.counting(release) if d["severity"] in ("S1", "S2") and d["bounces"] > 1]
    assert not often, "nothing bounces twice in this release"
    return Gate("bounced_twice", "✓")


def _candidate(world: World, release: str) -> str:
    builds = world.builds_of(release)
    return builds[-1]["name"] if builds else ""


def _evidence_fresh(world: World, release: str, given: Fields) -> Gate:
    last = world.tested_at.get(_candidate(world, release))
    fresh = last is not None and last >= world.working_hours_ago(given["hours"])
    return Gate("evidence_fresh", "✓" if fresh else "?")


def _tests_passed(world: World, release: str, given: Fields) -> Gate:
    told = list(world.told_of(release).values())
    passed, needed = told.count("passed"), given["rate"] * len(told)
    may = passed + told.count("skipped") + told.count("blocked")
    value = "?" if not told else "✓" if passed * 100 >= needed else "?" if may * 100 >= needed else "✗"
    return Gate("tests_passed", value, numbers=[str(passed), str(len(told))])


def _requirements_covered(world: World, release: str, given: Fields) -> Gate:
    """One that is only made of others is as tested as they are: these count."""
    counting = [key for key in world.parents if key in _shown(world) or key not in world.parents.values()]
    possible = len(counting) - len(caseless(world))
    done = len(_shown(world)) - len(untested(world, release))
    return _reached("requirements_covered", world, release, given, (done, possible, len(counting)))


def _shown(world: World) -> set[str]:
    return {key for keys in world.shows.values() for key in keys}


def caseless(world: World) -> list[str]:
    """Requirements that nothing shows, and that are not made of others."""
    return [key for key in world.parents if key not in _shown(world) and key not in world.parents.values()]


def untested(world: World, release: str) -> set[str]:
    """Requirements whose test cases said nothing yet that decides."""
    told = world.told_of(release)
    return _shown(world) - {key for case, keys in world.shows.items() if told.get(case) in CONCLUSIVE for key in keys}


def not_run(world: World, release: str) -> list[str]:
    """Planned cases of which the same holds."""
    plan, told = world.plans.get(world.releases[release]["name"], ()), world.told_of(release)
    return [case for case in plan if told.get(case) not in CONCLUSIVE]


def loose(world: World, release: str) -> list[Fields]:
    """Defects that are tied to nothing."""
    none = ("duplicate", "not_a_defect")
    return [d for d in world.counting(release) if d["id"] not in world.tied and d["resolution"] not in none]


def _plan_executed(world: World, release: str, given: Fields) -> Gate:
    plan = world.plans.get(world.releases[release]["name"], ())
    done = len(plan) - len(not_run(world, release))
    return _reached("plan_executed", world, release, given, (done, len(plan), len(plan)))


def _reached(name: str, world: World, release: str, given: Fields, counted: tuple[int, int, int]) -> Gate:
    done, possible, every = counted
    if not every or not world.builds_of(release):
        return Gate(name, "?")
    rate = given.get("rate", 100)
    value = "✓" if done * 100 >= rate * every else "?" if possible * 100 >= rate * every else "✗"
    never = [str(every - possible)] if possible < every else []
    return Gate(name, value, numbers=[str(done), str(every)], after=never)


JUDGES = {
    "open_s1_s2": _open_s1_s2,
    "fixes_verified": _fixes_verified,
    "triaged": _triaged,
    "bounced_twice": _bounced_twice,
    "evidence_fresh": _evidence_fresh,
    "tests_passed": _tests_passed,
    "requirements_covered": _requirements_covered,
    "plan_executed": _plan_executed,
}
