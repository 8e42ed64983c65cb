"""GitHub's webhooks (docs.github.com/en/webhooks/webhook-events-and-payloads): pushes and merged pull requests."""

from types import MappingProxyType

from pydantic import BaseModel

from bot.ingest.pushes import Branches, Events, Home, merged, push
from bot.services.requests import ReportCommits


class _Base(BaseModel):
    ref: str


class _PullRequest(BaseModel):
    merged: bool = False
    merge_commit_sha: str | None = None
    title: str = ""
    body: str | None = None
    html_url: str | None = None
    base: _Base


class _PullRequestEvent(BaseModel):
    action: str
    repository: Home
    pull_request: _PullRequest


def _pull_request(body: bytes, branches: Branches) -> ReportCommits | None:
    event = _PullRequestEvent.model_validate_json(body)
    change = event.pull_request
    arrived = event.action == "closed" and change.merged and event.repository.counts(change.base.ref, branches)
    if not arrived or not change.merge_commit_sha:
        return None
    return merged(change.merge_commit_sha, change.title, change.body, change.html_url)


EVENTS: Events = MappingProxyType({"push": push, "pull_request": _pull_request})
"""`X-GitHub-Event` -> what it reports; None where that is nothing for us. Each raises pydantic's ValidationError."""
