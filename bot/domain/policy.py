"""Who may: the one question asked before every change."""

from bot.domain.defect import Defect
from bot.domain.errors import NotAllowed
from bot.domain.project import Project
from bot.domain.values import Role

CLOSERS = frozenset({Role.RELEASE_MANAGER})

# A guest of another company may read the card and talk in its thread.
GUEST_VERBS = frozenset({"show", "comment"})


def authorize(project: Project, verb: str, person: str, *, guest_team: str | None = None) -> None:
    """`guest_team` is the actor's own workspace when it is another company's. Raises NotAllowed."""
    admit(project, verb, guest_team)
    policy = project.policy
    needed = policy.needed(verb)
    if not policy.held_by(person, needed):
        raise NotAllowed(verb, needed, policy.holders(needed))


def admit(project: Project, verb: str, guest_team: str | None) -> None:
    """For what only shows or offers, whoever's it is within the company. Raises NotAllowed."""
    if guest_team is not None and guest_team not in project.policy.partner_teams and verb not in GUEST_VERBS:
        raise NotAllowed(verb, frozenset(), ())


def may_close(project: Project, defect: Defect, person: str) -> bool:
    """By hand: its reporter or a release manager."""
    return person == defect.reporter or project.policy.held_by(person, CLOSERS)
