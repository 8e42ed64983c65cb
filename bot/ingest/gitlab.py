"""GitLab's webhooks (docs.gitlab.com/user/project/integrations/webhook_events): pushes and merged merge requests."""

from types import MappingProxyType

from pydantic import BaseModel

from bot.ingest.pushes import Branches, Events, Home, merged, push
from bot.services.requests import ReportCommits


class _LastCommit(BaseModel):
    id: str


class _MergeRequest(BaseModel):
    """Which commit brought it depends on how it was merged: with a merge commit, squashed, or fast-forward."""

    action: str = ""
    target_branch: str = ""
    merge_commit_sha: str | None = None
    squash_commit_sha: str | None = None
    last_commit: _LastCommit | None = None
    title: str = ""
    description: str | None = None
    url: str | None = None

    @property
    def sha(self) -> str | None:
        return self.merge_commit_sha or self.squash_commit_sha or (self.last_commit.id if self.last_commit else None)


class _MergeRequestEvent(BaseModel):
    project: Home
    object_attributes: _MergeRequest


def _merge_request(body: bytes, branches: Branches) -> ReportCommits | None:
    event = _MergeRequestEvent.model_validate_json(body)
    change = event.object_attributes
    arrived = change.action == "merge" and event.project.counts(change.target_branch, branches)
    if not arrived or not change.sha:
        return None
    return merged(change.sha, change.title, change.description, change.url)


EVENTS: Events = MappingProxyType({"Push Hook": push, "Merge Request Hook": _merge_request})
"""`X-Gitlab-Event` -> what it reports; None where that is nothing for us. Each raises pydantic's ValidationError."""
