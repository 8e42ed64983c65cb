"""The read side: what a reader may ask of one snapshot of one workspace."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from sqlalchemy import Row

from bot.domain.decisions import Decision
from bot.domain.errors import NotFound
from bot.domain.events import Event, Logged
from bot.domain.gates import GateSignature, PolicyVersion
from bot.domain.leakage import Cell
from bot.domain.project import Project, Suggesting
from bot.domain.query import Asker, Query
from bot.domain.query.names import Stranger
from bot.domain.release import Release
from bot.domain.results import Tally
from bot.domain.signoffs import Signoff
from bot.domain.standing import Standing
from bot.domain.waivers import Waiver
from bot.services.records import DigestPlan, DigestRecord, SavedList
from bot.services.roads import ClosedRoad
from bot.services.views import BurnDay, DefectView, Page, ReleaseView, Similar
from storage import event_log
from storage.clusters import SqlClusters
from storage.defect_rows import BY_ID, BY_KEY, CARD_UNDER_WAY, IN_THREAD, defect_from
from storage.digests import DigestReader
from storage.gates import policies_of
from storage.key_notes import KeyNoteReader
from storage.lists import ListReader
from storage.nearest_key import nearest_key
from storage.projects import ProjectReader
from storage.questions import bounces, burn_up, escapes, gates, history, matching, names, queues, similar, views
from storage.questions.traces import SqlTraces
from storage.releases import ReleaseReader
from storage.results import tally_of, tested_at
from storage.roads import RoadReader
from storage.signoffs import decided, gate_signatures_of, signed, spans
from storage.tenant import Tenant
from storage.waivers import waivers_of


class SqlQuestions:
    """Raises UnknownWorkspace where only the default project could answer and nothing was ever written."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._projects = ProjectReader(tenant)
        self._releases = ReleaseReader(tenant)
        self._digests = DigestReader(tenant)
        self.traces = SqlTraces(tenant)
        self.clusters = SqlClusters(tenant)

    @property
    def now(self) -> datetime:
        return self._tenant.now

    def project_for(self, channel: str | None) -> Project:
        return self._projects.for_channel(channel)

    def projects(self) -> list[Project]:
        return self._projects.all()

    def defect(self, key: str) -> DefectView:
        wanted = key.strip().upper()
        row = self._tenant.first(BY_KEY, key_=wanted)
        if row is None:
            raise NotFound("defect", wanted, nearest_key(self._tenant, wanted))
        return self._whole(row)

    def defect_by_id(self, defect_id: str) -> DefectView:
        row = self._tenant.first(BY_ID, id_=defect_id)
        if row is None:
            raise NotFound("defect", defect_id)
        return self._whole(row)

    def _whole(self, row: Row[Any]) -> DefectView:
        view = views.views(self._tenant, [row])[0]
        told = event_log.filing_texts(self._tenant, view.defect.id)
        return replace(view, told=told, escaped=escapes.escaped_from(self._tenant, view.defect.id))

    def in_thread(self, channel: str, thread_ts: str) -> list[DefectView]:
        return views.views(self._tenant, self._tenant.all(IN_THREAD, channel=channel, root=thread_ts))

    def card_under_way(self, channel: str) -> bool:
        return self._tenant.first(CARD_UNDER_WAY, channel=channel) is not None

    def waits_for(self, person: str) -> list[DefectView]:
        return queues.waits_for(self._tenant, person)

    def verifiable_by(self, person: str) -> list[DefectView]:
        return queues.verifiable_by(self._tenant, person)

    def filed_by(self, person: str) -> list[DefectView]:
        return queues.filed_by(self._tenant, person)

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
        asker = Asker(me, at or self.now, zone)
        page = matching.matching if at is None else matching.matching_at
        return page(self._tenant, query, asker, project, offset, limit)

    def strangers(self, query: Query, fields: Collection[str]) -> list[Stranger]:
        return names.strangers(self._tenant, query, fields)

    def history(self, key: str) -> list[Logged]:
        return event_log.of_subject(self._tenant, self.defect(key).defect.id)

    def similar(
        self, project_id: str, title: str, body: str = "", limit: int = 3, *, component: str | None = None
    ) -> list[Similar]:
        return similar.similar(self._tenant, project_id, title, body, limit, component)

    def similar_to(self, defect_id: str, limit: int = 3) -> list[Similar]:
        row = self._tenant.first(BY_ID, id_=defect_id)
        if row is None:
            raise NotFound("defect", defect_id)
        return similar.similar_to(self._tenant, defect_from(row), limit)

    def releases(self, project: Project | None) -> list[Release]:
        return self._releases.of_project(project.id) if project else self._releases.all()

    def release(self, name: str | None, project: Project) -> ReleaseView:
        found = self._releases.find(name, project) if name is not None else self._releases.current(project.id)
        if found is None:
            raise NotFound("release", "")
        return self._release_view(found)

    def release_by_id(self, release_id: str) -> ReleaseView:
        return self._release_view(self._releases.by_id(release_id))

    def counting(self, release: Release, at: datetime | None = None) -> list[Standing]:
        return gates.counting(self._tenant, release, at)

    def settled_count(self, release: Release, at: datetime | None = None) -> int:
        return gates.settled_count(self._tenant, release, at)

    def events_since(self, release: Release, seq: int, until: int | None = None) -> list[Logged]:
        return history.events_since(self._tenant, release, seq, until)

    def life(self, release: Release, until: int | None = None) -> list[Event]:
        return history.life(self._tenant, release, until)

    def tally(self, build_id: str, at: datetime | None = None) -> Tally:
        return tally_of(self._tenant, build_id, at or self.now)

    def tested_at(self, build_id: str, at: datetime | None = None) -> datetime | None:
        return tested_at(self._tenant, build_id, at or self.now)

    def explained(self, defect_ids: Collection[str], at: datetime | None = None) -> frozenset[str]:
        return bounces.explained(self._tenant, defect_ids, at or self.now)

    def gate_policies(self, project_id: str) -> list[PolicyVersion]:
        return policies_of(self._tenant, project_id)

    def found_before(self, release_id: str, at: datetime) -> list[Cell]:
        return escapes.found_before(self._tenant, release_id, at)

    def found_after(self, release_id: str, at: datetime) -> list[Cell]:
        return escapes.found_after(self._tenant, release_id, at)

    def last_shipped(
        self, project_id: str, at: datetime, most: int, before: datetime | None = None
    ) -> list[tuple[str, datetime]]:
        return escapes.last_shipped(self._tenant, project_id, at, most, before)

    def waivers(self, release_id: str) -> list[Waiver]:
        return waivers_of(self._tenant, release_id)

    def signoffs(self, release_id: str) -> list[Signoff]:
        return signed(self._tenant, release_id)

    def gate_signatures(self, project_id: str, version: int) -> list[GateSignature]:
        return gate_signatures_of(self._tenant, project_id, version)

    def decisions(self, release_id: str) -> list[Decision]:
        return decided(self._tenant, release_id)

    def keys_of(self, defect_ids: Collection[str]) -> dict[str, str]:
        return views.keys_of(self._tenant, defect_ids)

    def digest(self, digest_id: str) -> DigestRecord:
        return self._digests.by_id(digest_id)

    def last_digest(self, release_id: str, channel: str | None) -> DigestRecord | None:
        return self._digests.last(release_id, channel)

    def digest_plans(self, release_id: str | None, channel: str | None) -> list[DigestPlan]:
        return self._digests.planned(release_id, channel)

    def saved_list(self, person: str, channel: str, name: str) -> SavedList | None:
        return ListReader(self._tenant).named(person, channel, name)

    def saved_lists(self, person: str, channel: str) -> list[SavedList]:
        return ListReader(self._tenant).of(person, channel)

    def closed_roads(self) -> list[ClosedRoad]:
        return RoadReader(self._tenant).closed()

    def suggestions(self) -> Suggesting:
        return self._projects.suggestions()

    def notes_keys(self, channel: str) -> bool:
        return KeyNoteReader(self._tenant).on(channel)

    def burn_up(self, release: Release, zone: str) -> list[BurnDay]:
        return burn_up.burn_up(self._tenant, release, zone)

    def seq_at(self, at: datetime) -> int:
        return history.seq_at(self._tenant, at)

    def head(self) -> tuple[int, str]:
        return event_log.head(self._tenant)

    def _release_view(self, release: Release) -> ReleaseView:
        return ReleaseView(
            release,
            self._projects.by_id(release.project_id),
            tuple(self._releases.builds(release.id)),
            self._releases.first_build_at(release.project_id),
            spans(self._tenant, release.id),
        )
