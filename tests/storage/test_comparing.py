"""What a release is said to have become between two instants is the difference of what was shown at them."""

from datetime import datetime
from itertools import combinations

from bot.domain.standing import Standing
from bot.services.comparing import Comparison, compare
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from tests.storage.acting import Workspace
from tests.storage.lives import live, many_deeds

Shown = dict[str, tuple[object, ...]]
LOOKS = 12


def shown(standings: tuple[Standing, ...]) -> Shown:
    return {s.key: (s.status, s.resolution, s.severity, s.priority, s.owner) for s in standings}


def look(workspace: Workspace, name: str) -> tuple[datetime, ReleaseStatus]:
    """How it stands now, told now."""
    found = workspace.ask(lambda questions: status(questions, questions.release(name, questions.project_for("C1"))))
    at = workspace.clock.at
    workspace.clock.forward(seconds=1)
    return at, found


def applied(before: Shown, found: Comparison) -> Shown:
    after = dict(before)
    for moved in found.moved:
        assert shown((moved.before,) if moved.before else ()) == {
            key: value for key, value in before.items() if key == moved.known.key
        }
        after.pop(moved.known.key, None)
        after |= shown((moved.after,) if moved.after else ())
    return after


def test_for_any_two_instants_it_is_what_was_shown_at_each(workspace: Workspace) -> None:
    life = many_deeds(300)
    size = len(life) // LOOKS
    looks = []
    for start in range(0, len(life), size):
        live(workspace, life[start : start + size])
        looks.append(look(workspace, "2.4"))
    moves = 0
    for (since, then), (until, now) in combinations(looks, 2):

        def between(questions: Questions, since: datetime = since, until: datetime = until) -> Comparison:
            return compare(questions, questions.release("2.4", questions.project_for("C1")), since, until)

        found = workspace.ask(between)
        assert applied(shown(then.standings), found) == shown(now.standings)
        assert found.since.verdict is then.readiness.verdict
        assert found.verdict is now.readiness.verdict
        moves += len(found.moved)
    assert moves > 60
