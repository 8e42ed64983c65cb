"""Every table, by what it is about. `team_id` comes first in every key and reference, and in every index but one."""

from storage.metadata import metadata
from storage.tables.clusters import clusters, failure_messages
from storage.tables.conversations import anchors, comments, evidence, links
from storage.tables.decisions import decision_texts, decisions, gate_signatures, shippings, signoffs
from storage.tables.defects import defect_versions, defects
from storage.tables.digests import digests, schedules, slots
from storage.tables.gates import gate_policies
from storage.tables.installations import installations
from storage.tables.judgements import judgements
from storage.tables.lists import saved_lists
from storage.tables.log import event_texts, events
from storage.tables.notes import key_notes, noting_channels
from storage.tables.outbox import outbox
from storage.tables.releases import build_commits, builds, releases
from storage.tables.results import case_counters, executions, test_cases, test_runs
from storage.tables.roads import closed_roads
from storage.tables.search import postings, search_documents, search_weights
from storage.tables.tracing import (
    case_links,
    case_versions,
    handed_cases,
    link_versions,
    planned_cases,
    requirements,
)
from storage.tables.waivers import waivers
from storage.tables.workspaces import channels, heads, people, projects, receipts, workspaces

__all__ = [
    "anchors",
    "build_commits",
    "builds",
    "case_counters",
    "case_links",
    "case_versions",
    "channels",
    "closed_roads",
    "clusters",
    "comments",
    "decision_texts",
    "decisions",
    "defect_versions",
    "defects",
    "digests",
    "event_texts",
    "events",
    "evidence",
    "executions",
    "failure_messages",
    "gate_policies",
    "gate_signatures",
    "handed_cases",
    "heads",
    "installations",
    "judgements",
    "key_notes",
    "link_versions",
    "links",
    "metadata",
    "noting_channels",
    "outbox",
    "people",
    "planned_cases",
    "postings",
    "projects",
    "receipts",
    "releases",
    "requirements",
    "saved_lists",
    "schedules",
    "search_documents",
    "search_weights",
    "shippings",
    "signoffs",
    "slots",
    "test_cases",
    "test_runs",
    "waivers",
    "workspaces",
]
