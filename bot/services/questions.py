"""What readers ask of the store: `storage/questions/` implements it."""

from collections.abc import Collection
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from bot.domain.decisions import Decision
from bot.domain.events import Event, Logged
from bot.domain.gates import GateSignature, PolicyVersion
from bot.domain.leakage import Cell
from bot.domain.project import Project, Suggesting
from bot.domain.query import Query
from bot.domain.query.names import Stranger
from bot.domain.release import Release
from bot.domain.results import Tally
from bot.domain.signoffs import Signoff
from bot.domain.waivers import Waiver
from bot.services.clusters import ReadClusters
from bot.services.records import DigestPlan, DigestRecord, SavedList
from bot.services.roads import ClosedRoad
from bot.services.tracing import Traces
from bot.services.views import BurnDay, DefectView, Page, ReleaseView, Similar, Standing


class Questions(Protocol):
    """The read side: one snapshot of one workspace. `at` None is now, else any instant (from versions)."""

    @property
    def now(self) -> datetime: ...

    def project_for(self, channel: str | None) -> Project: ...

    def projects(self) -> list[Project]: ...

    def defect(self, key: str) -> DefectView:
        """Raises NotFound with the nearest key."""
        ...

    def defect_by_id(self, defect_id: str) -> DefectView: ...

    def in_thread(self, channel: str, thread_ts: str) -> list[DefectView]: ...

    def card_under_way(self, channel: str) -> bool:
        """A card is on its way to that channel, and where it will stand is not known yet."""
        ...

    def waits_for(self, person: str) -> list[DefectView]:
        """Owned and open, asked of them, or theirs to verify; the longest wait first."""
        ...

    def verifiable_by(self, person: str) -> list[DefectView]:
        """Resolved, not by them, on a build that contains the fix; severity, then bounces, then age."""
        ...

    def filed_by(self, person: str) -> list[DefectView]:
        """Not closed; the newest first."""
        ...

    def matching(
        self,
        query: Query,
        me: str | None,
        project: Project | None = None,
        offset: int = 0,
        limit: int = 20,
        *,
        at: datetime | None = None,
        zone: tzinfo = UTC,
    ) -> Page:
        """What bot.domain.query.matches says yes to, of one project or of all; sorted as the query says, else the most
        severe first, of those the oldest. Days begin in `zone`. Of an instant `at` that was, defects are shown as they
        stood then, and the query asks only what is known of it (query.answerable). Raises UnresolvedPerson."""
        ...

    def strangers(self, query: Query, fields: Collection[str]) -> list[Stranger]:
        """The names that the query says in these fields and nothing bears, each with the nearest that something does.
        Asking for the free ones (names.FREE) reads the whole workspace."""
        ...

    def history(self, key: str) -> list[Logged]: ...

    def similar(
        self, project_id: str, title: str, body: str = "", limit: int = 3, *, component: str | None = None
    ) -> list[Similar]:
        """What a text reminds of, the best first; a duplicate stands for its original.

        Those who did not ask are shown only what is `worth_showing`.
        """
        ...

    def similar_to(self, defect_id: str, limit: int = 3) -> list[Similar]:
        """The same for a filed defect, by all its words: without itself and without what somebody judged not the
        same. Raises NotFound."""
        ...

    def releases(self, project: Project | None) -> list[Release]: ...

    def release(self, name: str | None, project: Project) -> ReleaseView:
        """None: the current one. Raises NotFound with the nearest name."""
        ...

    def release_by_id(self, release_id: str) -> ReleaseView: ...

    def counting(self, release: Release, at: datetime | None = None) -> list[Standing]:
        """The defects that count in this release at that instant and are not closed, plus its closed ones' count."""
        ...

    def settled_count(self, release: Release, at: datetime | None = None) -> int: ...

    def events_since(self, release: Release, seq: int, until: int | None = None) -> list[Logged]:
        """Oldest first: the release's own events, and those of every defect that counts in it now or counted in it
        at any time since `seq`; with `until` no event after it. They are without texts."""
        ...

    def life(self, release: Release, until: int | None = None) -> list[Event]:
        """All of them, for who only counts: without their place in the log, and filings without what they said."""
        ...

    def tally(self, build_id: str, at: datetime | None = None) -> Tally:
        """What the test cases found out on that build: the newest published execution of each counts."""
        ...

    def tested_at(self, build_id: str, at: datetime | None = None) -> datetime | None:
        """When results of that build came in last."""
        ...

    def explained(self, defect_ids: Collection[str], at: datetime | None = None) -> frozenset[str]:
        """Those that somebody commented on since they last bounced."""
        ...

    def gate_policies(self, project_id: str) -> list[PolicyVersion]:
        """The oldest first."""
        ...

    @property
    def traces(self) -> Traces: ...

    @property
    def clusters(self) -> ReadClusters: ...

    def found_before(self, release_id: str, at: datetime) -> list[Cell]:
        """Of what was found in that release and is a defect of its own: all that had not escaped, as it stood then."""
        ...

    def found_after(self, release_id: str, at: datetime) -> list[Cell]:
        """What had escaped it by then."""
        ...

    def last_shipped(
        self, project_id: str, at: datetime, most: int, before: datetime | None = None
    ) -> list[tuple[str, datetime]]:
        """Ids of the releases that were shipped at that instant, and since when; the newest first. `before`: of those
        only what had shipped before that one."""
        ...

    def waivers(self, release_id: str) -> list[Waiver]:
        """In the order of their numbers."""
        ...

    def signoffs(self, release_id: str) -> list[Signoff]:
        """The oldest first."""
        ...

    def gate_signatures(self, project_id: str, version: int) -> list[GateSignature]: ...

    def decisions(self, release_id: str) -> list[Decision]:
        """In order."""
        ...

    def keys_of(self, defect_ids: Collection[str]) -> dict[str, str]:
        """Id -> key."""
        ...

    def digest(self, digest_id: str) -> DigestRecord: ...

    def last_digest(self, release_id: str, channel: str | None) -> DigestRecord | None:
        """`channel` None: the last one in any channel."""
        ...

    def digest_plans(self, release_id: str | None, channel: str | None) -> list[DigestPlan]: ...

    def saved_list(self, person: str, channel: str, name: str) -> SavedList | None:
        """Under that name in any case."""
        ...

    def saved_lists(self, person: str, channel: str) -> list[SavedList]:
        """The oldest first."""
        ...

    def closed_roads(self) -> list[ClosedRoad]: ...

    def suggestions(self) -> Suggesting:
        """When this workspace shows possible duplicates to who did not ask."""
        ...

    def notes_keys(self, channel: str) -> bool:
        """Whether keys in that channel's messages are told about."""
        ...

    def burn_up(self, release: Release, zone: str) -> list[BurnDay]: ...

    def seq_at(self, at: datetime) -> int:
        """Of the newest event of that instant or before; 0 where there is none."""
        ...

    def head(self) -> tuple[int, str]:
        """`seq` and hash of the newest event; (0, "") of an empty log."""
        ...
