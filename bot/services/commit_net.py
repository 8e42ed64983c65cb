"""What several commits say together: a later one before an earlier one, and a revert of a revert puts back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.builds import same_commit
from bot.domain.trailers import read_trailers
from bot.services.requests import Commit

# What was taken back, and the commit that did.
Reverted = tuple[str, str]


@dataclass(slots=True)
class Net:
    """`fixes` and `reverts` by key; `reverted` and `restored` by hash: taken back, and put back by the revert of a
    revert. `pairs`: every revert that is known of, the earlier builds' before these commits' own."""

    pairs: list[Reverted] = field(default_factory=list)
    fixes: dict[str, Commit] = field(default_factory=dict)
    reverts: dict[str, Commit] = field(default_factory=dict)
    reverted: dict[str, Commit] = field(default_factory=dict)
    restored: dict[str, Commit] = field(default_factory=dict)
    _dropped: dict[str, Commit] = field(default_factory=dict)

    def take_back(self, sha: str, by: Commit) -> None:
        self._turn(sha, by, frozenset(), back=False)
        self.pairs.append((sha, by.sha))

    def _turn(self, sha: str, by: Commit, seen: frozenset[str], *, back: bool) -> None:
        """`back`: the commit is in again; then what it had taken back is out again, and the other way round."""
        now, before = (self.restored, self.reverted) if back else (self.reverted, self.restored)
        for known in [known for known in before if same_commit(known, sha)]:
            del before[known]
        now[sha] = by
        kept, out = (self._dropped, self.fixes) if back else (self.fixes, self._dropped)
        for key in [key for key, fix in kept.items() if same_commit(fix.sha, sha)]:
            out[key] = kept.pop(key)
        for old in [old for old, own in self.pairs if same_commit(own, sha) and old not in seen]:
            self._turn(old, by, seen | {sha}, back=not back)


def net_of(commits: Iterable[Commit], earlier: Iterable[Reverted] = ()) -> Net:
    """`earlier`: reverts that builds told of before."""
    net = Net(list(earlier))
    for commit in commits:
        said = read_trailers(commit.text)
        for sha in said.reverted:
            net.take_back(sha, commit)
        for key in said.reverts:
            net.fixes.pop(key, None)
            net.reverts[key] = commit
        for key in said.fixes:
            net.reverts.pop(key, None)
            net.fixes[key] = commit
    return net
