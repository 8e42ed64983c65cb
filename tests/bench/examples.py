"""A file of reports replayed through the shipped store: at each report's time what is near it, and what is right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.questions import SqlQuestions
from storage.search.analysis import analysed
from storage.search.candidates import Search, size_of
from storage.search.comparing import Asked, Candidate, compared
from storage.search.fitting import Example
from storage.tenant import Tenant
from tests.bench import reports as of_reports
from tests.bench.reports import Report
from tests.bench.suggester import Suggester, filed


@dataclass(frozen=True)
class Replay:
    """One of `sample` reports that are no duplicates is asked about, and stands for all of them."""

    suggester: Suggester
    reports: Sequence[Report]
    start: float = 0.0
    sample: int = 8

    def examples(self) -> Iterator[tuple[Report, Example]]:
        bucket, links = of_reports.buckets(self.reports), list(of_reports.links(self.reports))
        seen: dict[object, list[object]] = {}
        new = 0
        for report in self.reports:
            earlier = seen.setdefault(bucket[report["id"]], [])
            new += not earlier
            while links and links[0][0] <= report["opened"]:
                self.suggester.mark_duplicate(*links.pop(0)[1:])
            if report["opened"] >= self.start and (earlier or new % self.sample == 0):
                yield report, self._example(report, earlier)
            earlier.append(report["id"])
            self.suggester.add(report)

    def _example(self, report: Report, earlier: Sequence[object]) -> Example:
        candidates = self._near(report)
        ids = self.suggester.ids
        right = frozenset(ids[each] for each in earlier if each in ids)
        return Example(candidates, right, 1.0 if earlier else float(self.sample))

    def _near(self, report: Report) -> list[Candidate]:
        return self.suggester.look(report, _near)


def _near(tenant: Tenant, report: Mapping[str, Any]) -> list[Candidate]:
    said, project = filed(report), SqlQuestions(tenant).project_for(None).id
    search = Search(project, analysed(said.title, said.actual), size_of(tenant, project))
    return compared(tenant, Asked(search, said.title, said.component, tenant.now))
