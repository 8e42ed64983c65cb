"""What the code hosts' webhooks have in common: commits that were pushed, a change that was merged, and which branches
count."""

from collections.abc import Callable, Collection, Mapping

from pydantic import AliasChoices, BaseModel, Field

from bot.services.requests import Commit, ReportCommits

Branches = Collection[str]
Reading = Callable[[bytes, Branches], ReportCommits | None]
Events = Mapping[str, Reading]


class PushedCommit(BaseModel):
    id: str
    message: str = ""
    url: str | None = None


class Home(BaseModel):
    """The repository, as the host calls it."""

    default_branch: str = "main"

    def counts(self, ref: str, branches: Branches) -> bool:
        """`branches`: those that builds are made of; none named means the default one."""
        return ref.removeprefix("refs/heads/") in (branches or (self.default_branch,))


class _Push(BaseModel):
    """GitLab's has a `repository` beside its `project`, which does not say what its default branch is."""

    ref: str
    home: Home = Field(validation_alias=AliasChoices("project", "repository"))
    commits: list[PushedCommit] = []


def push(body: bytes, branches: Branches) -> ReportCommits | None:
    """None on a branch that does not count. Raises pydantic's ValidationError."""
    told = _Push.model_validate_json(body)
    if not told.home.counts(told.ref, branches):
        return None
    return ReportCommits(tuple(Commit(each.id.lower(), each.message, each.url) for each in told.commits))


def merged(sha: str, title: str, text: str | None, link: str | None) -> ReportCommits:
    return ReportCommits((Commit(sha.lower(), f"{title}\n\n{text or ''}", link),))
