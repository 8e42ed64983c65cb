"""Each line of a digest, told beforehand: every number, key, build, age and day that it holds, in their order, and some
of its words. All of it is counted from the rows of the event log (world.py, judged.py)."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.scenarios.release import judged, quality
from tests.scenarios.release.raw import Row, Sent
from tests.scenarios.release.world import BERLIN, Fields, World

# A number with what it counts, a key, a build, a day, a time; whatever has a digit in it.
TOKEN = re.compile(r"\d+ (?:h|min|days?|%|[A-Z][a-z]{2})(?!\w)|[\w#-]*\d(?:[\w.:-]*\w)?")
SENTENCES = {
    "open_s1_s2": "no open S1 or S2",
    "fixes_verified": "every fix verified",
    "triaged": "nothing untriaged over {hours} working hours",
    "bounced_twice": "no S1 or S2 bounced twice without a note",
    "evidence_fresh": "candidate tested within {hours} working hours",
    "tests_passed": "{rate} % of the tests pass on the candidate",
    "requirements_covered": "{rate} % of the requirements are tested on the candidate",
    "plan_executed": "the whole test plan is run on the candidate",
}
DOTS = {"S1": "🔴", "S2": "🟠", "S3": "🟡", "S4": "⚪"}
COUNTED = {"filed": "defect_filed", "fixed": "defect_fixed", "verified": "verification_passed"}
NOTED = {
    "results_imported": ("test report", "test reports"),
    "result_recorded": ("result by hand", "results by hand"),
    "signoff_given": ("signature", "signatures"),
}
SHOWN_NEXT = 4


@dataclass
class Line:
    """`tokens`: all that has a digit. `among`: of these more may follow, where one of several events may be named."""

    tokens: list[str] = field(default_factory=list)
    words: Sequence[str] = ()
    among: frozenset[str] = frozenset()

    def fault(self, written: str) -> str:
        """Why the line is not the one that was told; empty when it is."""
        found = TOKEN.findall(written)
        told, more = found[: len(self.tokens)], found[len(self.tokens) :]
        missing = [word for word in self.words if word not in written]
        if told != self.tokens or missing or not self.among.issuperset(more):
            return (
                f"{written}\n   counted {self.tokens}, found {found}; not said: {missing}; free: {sorted(self.among)}"
            )
        return ""


def tokens(text: str) -> list[str]:
    return TOKEN.findall(text)


@dataclass
class Recount:
    """`now` and `then`: the release at the digest and at the one before it. `names`: of people by their ids."""

    sent: Sent
    now: World
    then: World
    names: dict[str, str]

    def lines(self) -> Iterator[Line]:
        """In the order of the digest, without empty ones and titles that hold no number."""
        if self.quiet:
            yield from self._quiet()
        else:
            yield from self._headline()
            yield from self._turned()
            yield self._since()
            yield from self._gates()
            yield from self._blockers()
            yield from self._queue()
            yield from self._next()
            yield from self._quality()
            yield from self._gaps()
            yield from self._ending()
            yield from self._signatures()
        yield self._mark()

    @property
    def release(self) -> str:
        return self.sent.release

    @property
    def name(self) -> str:
        return str(self.now.releases[self.release]["name"])

    @property
    def left(self) -> str:
        days = (date.fromisoformat(self.now.releases[self.release]["ships_on"]) - self.now.today).days
        return f"{days} day{'s' if days > 1 else ''} left" if days else "ships today"

    @property
    def window(self) -> list[Row]:
        """What happened since the last digest to the release itself and to what counted in it meanwhile."""
        happened = [row for row in self.now.log if self.sent.since_seq < row.seq <= self.sent.seq]
        counted = {ids for ids, d in self.then.defects.items() if d["release_id"] == self.release}
        counted |= {row.subject for row in happened if row.changes.get("release_id") == self.release}
        return [row for row in happened if row.subject in counted | {self.release}]

    @property
    def quiet(self) -> bool:
        """Nothing counted, arrived, turned or soon ends."""
        counted = [*map(self._counted, (*COUNTED, "bounced")), [row for row in self.window if row.kind in NOTED]]
        told = [*counted, self._arrived(), self._moved(), self._near()]
        return self.sent.since_at is not None and not any(told)

    def _headline(self) -> Iterator[Line]:
        verdict = judged.verdict(self.now, self.release)
        was = judged.verdict(self.then, self.release) if self.sent.since_at else verdict
        builds = self.now.builds_of(self.release)
        candidate = [builds[-1]["name"]] if builds else []
        words = [f": {verdict}**", self.left, *([f"(was {was})"] if was != verdict else [])]
        yield Line([self.name, *tokens(self.left), *candidate], words)

    def _moved(self) -> list[judged.Gate]:
        if self.sent.since_at is None:
            return []
        then = judged.gates(self.then, self.release)
        now = judged.gates(self.now, self.release).values()
        return [g for g in now if (g.value, g.waived) != (then[g.name].value, then[g.name].waived)]

    def _turned(self) -> Iterator[Line]:
        """Which event turned it is said by the bot; here it is one of those that happened meanwhile."""
        keys = {self.now.defects[row.subject]["key"] for row in self.window if row.subject in self.now.defects}
        for gate in self._moved():
            lapsed = judged.gates(self.then, self.release)[gate.name].waived and gate.value != "✓"
            plain = {"✗": "went red", "✓": "went green", "?": "can no longer be told"}[gate.value]
            did = "is waived" if gate.waived else "is no longer waived" if lapsed else plain
            sentence = self._sentence(gate.name)
            builds = {build["name"] for build in self.now.builds_of(self.release)}
            yield Line(tokens(sentence), [f"**{sentence}** {did}"], frozenset(keys | builds))

    def _sentence(self, gate: str) -> str:
        return SENTENCES[gate].format(**self.now.gates[gate])

    def _arrived(self) -> list[str]:
        return [row.facts["name"] for row in self.window if row.kind == "build_registered"]

    def _counted(self, what: str) -> list[str]:
        """Keys, each once."""
        if what == "bounced":
            found = [row for row in self.window if row.changes.get("bounces", 0) > (row.before.get("bounces") or 0)]
        else:
            found = [row for row in self.window if row.kind == COUNTED[what]]
        return list(dict.fromkeys(self.now.defects[row.subject]["key"] for row in found))

    def _since(self) -> Line:
        at = self.sent.since_at
        told = tokens(f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}") if at else []
        words = ["Since" if at else "So far"]
        for what in (*COUNTED, "bounced"):
            if keys := self._counted(what):
                told += [str(len(keys)), *(keys[:3] if what == "bounced" else ())]
                words.append(f"{len(keys)} {what}")
        told += self._arrived()[:3]
        for kind, (one, many) in NOTED.items():
            if number := sum(row.kind == kind for row in self.window):
                told.append(str(number))
                words.append(f" · {number} {one if number == 1 else many}")
        return Line(told, words)

    def _gates(self) -> Iterator[Line]:
        found = judged.gates(self.now, self.release)
        for gate in (each for each in found.values() if each.value != "✓"):
            yield self._red(gate)
        green = [self._sentence(gate.name) for gate in found.values() if gate.value == "✓"]
        if green:
            yield Line([token for each in green for token in tokens(each)], [f"✓ {each}" for each in green])

    def _red(self, gate: judged.Gate) -> Line:
        sentence = self._sentence(gate.name)
        told = tokens(sentence)
        for waiver in gate.waivers if gate.waived else ():
            told += [f"#{waiver['number']}", *tokens(_day(waiver["until"]))]
        builds = self.now.builds_of(self.release)
        if gate.held:
            told += [*gate.numbers, *(d["key"] for d in gate.held)]
        elif not builds or (gate.name == "plan_executed" and not self.now.plans.get(self.name)):
            told.append(self.name)
        else:
            silent = builds[-1]["name"] not in self.now.results and gate.name == "tests_passed"
            told += [*([] if silent else gate.numbers), builds[-1]["name"], *gate.after]
        return Line(told, [f"- {gate.mark} {sentence} — "])

    def _blockers(self) -> Iterator[Line]:
        found = judged.gates(self.now, self.release).values()
        stopping = [d for g in found for d in g.held if _stops(g, d)]
        if stopping:
            yield Line([str(len(stopping))], ["**Blockers**"])
        for d in sorted(stopping, key=_urgency):
            owner = self.names[d["owner"]] if d["owner"] else "no owner"
            told = [d["key"], judged.age(self.now.at, d["created_at"])]
            yield Line(told, [f"- {DOTS[d['severity']]} ", d["title"], owner, d["blocked"] or ""])

    def _queue(self) -> Iterator[Line]:
        waiting = [d for d in self.now.counting(self.release) if self._act(d)[0] in ("verify", "confirm")]
        waiting.sort(key=lambda d: (d["since"], d["key"]))
        if waiting:
            oldest = judged.age(self.now.at, waiting[0]["since"])
            yield Line([str(len(waiting)), oldest], ["**To verify**", "the oldest waits"])
        names = {build["id"]: build["name"] for build in self.now.builds}
        for d in waiting:
            build = [names[d["fixed_in"]]] if d["fixed_in"] else []
            told = [d["key"], *build, judged.age(self.now.at, d["since"])]
            yield Line(told, [d["title"], self.names[self._act(d)[1]]])

    def _act(self, d: Fields) -> tuple[str, str]:
        """What happens to it next, and who does it; "" where nobody in particular."""
        if d["status"] in ("new", "triaged", "in_progress"):
            if d["asked"]:
                return "answer", d["asked"]
            if d["owner"]:
                return "fix" if d["status"] == "in_progress" else "start", d["owner"]
            return ("take" if not judged.untriaged(d) else "triage" if d["status"] == "new" else "edit"), ""
        if d["status"] != "resolved" or d["duplicate_of"]:
            return "", ""
        if d["blocked"]:
            return "unblock", d["owner"]
        if d["resolution"] == "fixed" and judged.awaits_build(self.now, d):
            return "build", ""
        person = "" if d["reporter"] in (d["resolver"], d["fix_owner"]) else d["reporter"]
        return "verify" if d["resolution"] == "fixed" else "confirm", person

    def _next(self) -> Iterator[Line]:
        people: dict[str, list[tuple[str, str]]] = defaultdict(list)
        nobody: dict[str, list[str]] = defaultdict(list)
        for d in sorted(self.now.counting(self.release), key=_urgency):
            act, person = self._act(d)
            if person:
                people[person].append((act, d["key"]))
            elif act:
                nobody[act].append(d["key"])
        for person, moves in people.items():
            first = moves[0][0]
            yield _some([key for act, key in moves if act == first], [f"- {self.names[person]}: {first}"])
        for act, keys in nobody.items():
            yield _some(keys, ["The next build: holds" if act == "build" else f"Anybody: {act}"])

    def _quality(self) -> Iterator[Line]:
        shipped = [row for row in self.now.log if row.kind == "release_shipped" and row.seq <= self.sent.seq]
        shares = [quality.share(self.now, row) for row in shipped]
        if not shares:
            return
        names = [str(self.now.releases[row.subject]["name"]) for row in shipped]
        leaked = [f"{quality.percent(each.escaped, each.all)} %" for each in shares]
        removed = [f"{quality.percent(each.removed, each.all)} %" for each in shares]
        own = quality.open_share(self.now, self.release)
        rate = f"{quality.percent(own.removed, own.all)} %" if own.all else ""
        so_far = [self.name, str(own.removed), str(own.all), rate] if own.all else []
        words = [f"leaked {' → '.join(leaked)}", f"removed {' → '.join(removed)}"]
        yield Line([*leaked, *removed, *names, *so_far], ["**Quality**", *words])

    def _gaps(self) -> Iterator[Line]:
        found = {
            "without a test case": judged.caseless(self.now),
            "not tested on the candidate": judged.untested(self.now, self.release),
            "without a result": judged.not_run(self.now, self.release),
            "tied to nothing": judged.loose(self.now, self.release),
        }
        if told := {what: str(len(each)) for what, each in found.items() if each}:
            yield Line([*told.values()], ["**Gaps**", *told])

    def _near(self) -> list[Fields]:
        found = [(date.fromisoformat(each["until"]), each) for each in self.now.waived(self.release)]
        return [each for until, each in found if (until - self.now.today).days <= 2]

    def _ending(self) -> Iterator[Line]:
        for waiver in self._near():
            day = _day(waiver["until"])
            yield Line([waiver["what"], *tokens(day)], [f"until {day}", self.names[waiver["by"]]])

    def _signatures(self) -> Iterator[Line]:
        snapshot = judged.snapshot(self.now, self.release)
        newest = {row.actor: row for row in self.now.signed if row.subject == self.release}
        yield Line([snapshot] if any(map(str.isdigit, snapshot)) else [], [f"`{snapshot}`"])
        stale = []
        for role, needed in self.now.signoffs.items():
            assert needed == 1
            own = [row for row in newest.values() if row.facts["role"] == role]
            stale += [row for row in own if row.facts["snapshot"] != snapshot]
            yield Line([], [f"{role.replace('_', ' ')} — {self._word(own, snapshot)}"])
        if stale:
            meanwhile = [row for row in self.now.log if stale[-1].seq < row.seq <= self.sent.seq]
            said = {token for gate in self.now.gates for token in tokens(self._sentence(gate))}
            said |= {row.facts["name"] for row in meanwhile if row.kind == "build_registered"}
            yield Line([], ["Since then: "], frozenset(said))

    def _word(self, own: list[Row], snapshot: str) -> str:
        for row in own:
            name = self.names[row.actor]
            fresh = row.facts["snapshot"] == snapshot
            return f"{name} signed something else" if not fresh else name if row.facts["go"] else f"{name} said no-go"
        return "not signed"

    def _quiet(self) -> Iterator[Line]:
        at = self.sent.since_at
        assert at is not None
        moves = list(self._next())
        mine = [line.tokens for line in moves[:1] if "Anybody" not in line.words[0] and "build" not in line.words[0]]
        told = [self.name, *tokens(f"{at.astimezone(BERLIN):%Y-%m-%d %H:%M}"), *(str(len(keys)) for keys in mine)]
        yield Line([*told, *tokens(self.left)], [judged.verdict(self.now, self.release), "Nothing changed"])

    def _mark(self) -> Line:
        (row,) = (row for row in self.now.log if row.seq == self.sent.seq)
        return Line([f"#{row.seq}:{row.hash[:8]}"])


def _some(keys: list[str], words: list[str]) -> Line:
    more = len(keys) - SHOWN_NEXT
    return Line([*keys[:SHOWN_NEXT], *([str(more)] if more > 0 else [])], words)


def _stops(gate: judged.Gate, d: Fields) -> bool:
    return (gate.name == "open_s1_s2" and gate.value == "✗") or (gate.name == "fixes_verified" and bool(d["blocked"]))


def _urgency(d: Fields) -> tuple[str, str, object]:
    return d["severity"], d["priority"] or "P9", d["since"]


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b}"
