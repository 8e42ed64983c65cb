"""Whoever signed what has changed since is asked again, once for each word that they gave."""

from collections.abc import Iterator, Sequence

from bot.domain.signoffs import Signoff
from bot.services.outgoing import Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.questions import Questions
from bot.services.readiness import ReleaseStatus, status
from bot.services.signing import signed_now


def looked_after(uow: UnitOfWork) -> Iterator[Outgoing]:
    """Of each release that somebody signed: whether it still stands is looked at when nobody waits for an answer."""
    for release_id in uow.signoffs.unchanged():
        body = {"release_id": release_id}
        yield Outgoing(Sort.SIGNERS, f"signers:{release_id}", body, fold=f"signers:{release_id}", bulk=True)


def outdated(questions: Questions, release_id: str) -> tuple[Signoff, ...]:
    """Signatures on another snapshot than what stands now. None of a release that shipped."""
    view = questions.release_by_id(release_id)
    return () if view.release.shipped_at else signed_now(questions, status(questions, view)).stale


def ask_again(uow: UnitOfWork, stale: Sequence[Signoff]) -> None:
    for each in stale:
        if uow.signoffs.told(each.id):
            body = {"user": each.person, "release_id": each.release_id, "signoff_id": each.id}
            uow.outbox.put(Outgoing(Sort.SIGN_AGAIN, f"direct:{each.person}", body))


def signoff_of(questions: Questions, stands: ReleaseStatus, signoff_id: str) -> Signoff | None:
    """None where it holds again, or a newer word took its place."""
    return next((each for each in signed_now(questions, stands).stale if each.id == signoff_id), None)
