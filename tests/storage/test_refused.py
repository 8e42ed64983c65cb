"""Which workspaces refuse our token, and whether anybody is left to be told anything."""

from bot.services.ports import UnitOfWork
from bot.services.roads import ALL, REMOVED, Refusal, Refusals
from storage.database import Store
from storage.refused import refusals
from tests.storage.acting import START, Workspace


def look(workspace: Workspace) -> Refusals:
    return workspace.store.read_sync(refusals)


def close(workspace: Workspace, code: str, road: str = ALL) -> None:
    def work(uow: UnitOfWork) -> None:
        uow.projects.for_channel("C1")
        uow.roads.close(road, code)

    workspace.act(work)


def test_one_of_two_that_refuses_is_named_and_both_are_everywhere(store: Store) -> None:
    one, two = Workspace(store), Workspace(store, "T2")
    two.act(lambda uow: uow.projects.for_channel("C1"))
    close(one, "is_archived", road="C1")
    assert look(one) == Refusals()
    close(one, "token_revoked")
    assert look(one) == Refusals((Refusal("T1", "token_revoked", START),))
    two.clock.forward(hours=-1)
    close(two, "invalid_auth")
    both = Refusal("T2", "invalid_auth", two.clock.now()), Refusal("T1", "token_revoked", START)
    assert look(one) == Refusals(both, everywhere=True)


def test_who_removed_us_wants_no_word_and_is_none_whom_we_may_tell(store: Store) -> None:
    one, two = Workspace(store), Workspace(store, "T2")
    close(one, REMOVED)
    assert look(one) == Refusals()
    close(two, "token_revoked")
    assert look(one) == Refusals((Refusal("T2", "token_revoked", START),), everywhere=True)
