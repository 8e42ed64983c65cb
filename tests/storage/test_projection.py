"""Events are the truth: rows and versions can be rebuilt from them alone."""

from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection, Table, select

from bot.domain.events import Kind, Subject
from storage import chain, event_log, projection, versions
from storage.database import Store
from storage.tables import defect_versions, defects, events, evidence, links
from storage.tenant import Tenant
from tests.looking import look
from tests.storage.acting import START, Workspace
from tests.storage.lives import LIFE, Deed, live


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LIFE)
def test_rows_and_versions_are_what_the_events_say(store: Store, life: list[Deed]) -> None:
    workspace = Workspace(store, f"T{uuid4().hex}")
    assert live(workspace, life) >= 2
    assert stored(workspace) == rebuilt(workspace)
    assert kept_around(workspace) == said_around(workspace)
    assert verdict(workspace).broken is None


def stored(workspace: Workspace) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows = look(workspace.store, workspace.team, select(defects).order_by(defects.c.id))
    order = (defect_versions.c.defect_id, defect_versions.c.valid_from_seq)
    lives = look(workspace.store, workspace.team, select(defect_versions).order_by(*order))
    return (
        [{name: row._mapping[name] for name in projection.FIELDS if name != "version"} for row in rows],
        [dict(row._mapping) for row in lives],
    )


def rebuilt(workspace: Workspace) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    log = whole_log(workspace)
    states = projection.rebuild(log)
    rows = [{k: v for k, v in states[id_].items() if k != "version"} for id_ in sorted(states)]
    lives = [
        {"team_id": workspace.team, **versions.version_row(version)}
        for id_ in sorted(states)
        for version in versions.unfold(None, None, [entry for entry in log if entry.event.subject_id == id_])
    ]
    return rows, lives


def kept_around(workspace: Workspace) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Every piece of evidence and every link, with its defect."""

    def pairs(table: Table, name: str) -> set[tuple[str, str]]:
        rows = look(workspace.store, workspace.team, select(table.c.defect_id, table.c[name]))
        return {(row.defect_id, getattr(row, name)) for row in rows}

    return pairs(evidence, "id"), pairs(links, "target")


def said_around(workspace: Workspace) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The same from the events alone."""
    pieces: set[tuple[str, str]] = set()
    targets: set[tuple[str, str]] = set()
    for event in (entry.event for entry in whole_log(workspace)):
        if "evidence_id" in event.facts:
            piece = {(event.subject_id, event.facts["evidence_id"])}
            pieces = pieces - piece if event.kind is Kind.EVIDENCE_REMOVED else pieces | piece
        added = event.facts.get("links" if event.kind is Kind.DEFECT_FILED else "targets", "")
        gone = added if event.kind is Kind.DEFECT_UNLINKED else event.facts.get("gone", "")
        targets |= {(event.subject_id, each) for each in str(added or "").split() if event.subject is Subject.DEFECT}
        targets -= {(event.subject_id, each) for each in str(gone or "").split()}
    return pieces, targets


def whole_log(workspace: Workspace) -> list[Any]:
    def read(connection: Connection) -> list[Any]:
        tenant = Tenant(connection, workspace.team, START)
        return event_log.with_texts(tenant, tenant.all(event_log.OWN.order_by(events.c.seq)))

    return workspace.store.read_sync(read)


def verdict(workspace: Workspace) -> chain.Verdict:
    return workspace.store.read_sync(lambda c: chain.verify(Tenant(c, workspace.team, START)))
