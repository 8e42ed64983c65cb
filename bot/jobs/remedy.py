"""A road is closed, and one person hears what would mend it."""

from dataclasses import dataclass

from bot.domain.events import Kind, Scalar
from bot.domain.values import Role
from bot.services.delivery import Claimed
from bot.services.outgoing import Body, Outgoing, Sort
from bot.services.ports import UnitOfWork
from bot.services.roads import ALL

# Who looks after a channel in which nobody in particular spoke.
IN_CHARGE = frozenset({Role.RELEASE_MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Closing:
    """Runs in the transaction that ends the row: of all who find the road closed, one tells."""

    row: Claimed
    road: str
    code: str
    detail: str = ""

    def __call__(self, uow: UnitOfWork) -> None:
        new = uow.roads.close(self.road, self.code)
        # Nothing leaves a workspace that is closed, and a direct message has no other way than itself.
        if not new or self.road == ALL or self.row.sort is Sort.DIRECT:
            return
        person = self._person(uow)
        if person is None:
            return
        method = self.road if "." in self.road else None
        facts: dict[str, Scalar] = {"channel": None if method else self.road, "method": method, "code": self.code}
        body: Body = {
            "user": person,
            "template": "route_paused",
            "facts": {**facts, "detail": self.detail or None, "key": self._key(uow)},
        }
        uow.outbox.put(Outgoing(Sort.DIRECT, f"direct:{person}", body))

    def _key(self, uow: UnitOfWork) -> str | None:
        defect_id = self.row.body.get("defect_id")
        return uow.defects.by_id(defect_id).key if isinstance(defect_id, str) else None

    def _person(self, uow: UnitOfWork) -> str | None:
        """Who did it, else who reported the defect, else whoever the row is for, else who is in charge."""
        known = self.row.body.get("facts")
        if isinstance(known, dict) and isinstance(actor := known.get("actor"), str):
            return actor
        for field, whose in (("defect_id", _reporter), ("digest_id", _whose_digest)):
            if isinstance(it := self.row.body.get(field), str):
                return whose(uow, it)
        user = self.row.body.get("user")
        return user if isinstance(user, str) else _in_charge(uow, uow.projects.for_channel(self.road).id)


def _reporter(uow: UnitOfWork, defect_id: str) -> str | None:
    return uow.defects.by_id(defect_id).reporter


def _whose_digest(uow: UnitOfWork, digest_id: str) -> str | None:
    """Who is in charge, else whoever scheduled it."""
    release = uow.releases.by_id(uow.digests.by_id(digest_id).release_id)
    if person := _in_charge(uow, release.project_id):
        return person
    planned = [entry for entry in uow.log.of_subject(release.id) if entry.event.kind is Kind.DIGEST_SCHEDULED]
    return planned[-1].actor if planned else None


def _in_charge(uow: UnitOfWork, project_id: str) -> str | None:
    return next(iter(uow.projects.by_id(project_id).policy.holders(IN_CHARGE)), None)
