"""The bodies that are taken, as models: what does not fit is refused with the place."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.services import requests as ask

MOST_COMMITS = 20_000
Sha = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{6,64}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
# A message is read for its trailers, which stand at its end or in lines of their own.
Message = Annotated[str, StringConstraints(max_length=65_536)]


class ReportedCommit(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sha: Sha
    message: Message = ""
    link: Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://\S+$")] | None = None

    def commit(self) -> ask.Commit:
        return ask.Commit(self.sha.lower(), self.message, self.link)


class BuildReport(BaseModel):
    """`commits`: what this build holds and the one before it did not, oldest first; hashes alone will do."""

    model_config = ConfigDict(extra="forbid")

    release: Name
    build: Name
    commits: Annotated[list[ReportedCommit | Sha], Field(max_length=MOST_COMMITS)] = []

    def request(self) -> ask.ReportBuild:
        told = (ask.Commit(each.lower()) if isinstance(each, str) else each.commit() for each in self.commits)
        return ask.ReportBuild(self.release, self.build, tuple(told))
