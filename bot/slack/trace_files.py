"""A whole matrix, or all gaps, as CSV that no spreadsheet runs and as one HTML page that needs nothing else."""

from collections.abc import Iterator, Sequence

from bot.services.traced import CaseRow, Gaps, Matrix, MatrixRow
from bot.slack.mrkdwn import render
from bot.slack.spreadsheet import csv_line, harmless
from bot.slack.traces import coverage_word, defect_word, gap_word, outcome_word

REPORT = "trace_report"
MATRIX = ("requirement", "title", "component", "coverage", "case", "case_title", "result", "flaky", "build", "defects")
GAPS = ("gap", "key", "title")


def matrix_csv(pages: Sequence[Matrix]) -> Iterator[str]:
    """A line for each requirement and case; a requirement without a case has one."""
    yield csv_line(MATRIX)
    for page in pages:
        build = page.candidate.name if page.candidate else ""
        for row in page.rows:
            for case in row.cases or (None,):
                yield csv_line(_cells(row, case, build))


def _cells(row: MatrixRow, case: CaseRow | None, build: str) -> Iterator[str]:
    needed, result = row.requirement, case.result if case else None
    yield from (needed.key, harmless(needed.title), harmless(needed.component or ""), row.coverage.value)
    yield from (case.case.key, harmless(case.case.called)) if case else ("", "")
    yield from (result.outcome.value, "yes" if result.flaky else "no") if result else ("", "")
    yield from (harmless(build), " ".join(defect.key for defect in row.defects))


def gaps_csv(pages: Sequence[Gaps]) -> Iterator[str]:
    yield csv_line(GAPS)
    for page in pages:
        for gap, each in page.rows:
            yield csv_line((gap.value, each.key, harmless(each.title)))


def matrix_html(pages: Sequence[Matrix]) -> Iterator[str]:
    first = pages[0]
    rows = [(row, coverage_word(row.coverage), _cases(row), _defects(row)) for page in pages for row in page.rows]
    yield from _page("matrix", release=first.release, candidate=first.candidate, at=first.at, total=first.total)
    yield from (render(REPORT, "matrix_row", r=r, covered=covered, cases=c, defects=d) for r, covered, c, d in rows)
    yield from render(REPORT, "foot")


def gaps_html(pages: Sequence[Gaps]) -> Iterator[str]:
    first = pages[0]
    yield from _page("gaps", release=first.release, candidate=first.candidate, at=first.at, total=first.total)
    for page in pages:
        yield from (render(REPORT, "gap_row", gap=gap_word(gap), each=each) for gap, each in page.rows)
    yield from render(REPORT, "foot")


def _page(what: str, **facts: object) -> Iterator[str]:
    yield render(REPORT, "head", what=what, **facts)
    yield render(REPORT, f"{what}_columns", **facts)


def _cases(row: MatrixRow) -> list[tuple[CaseRow, str]]:
    return [
        (each, outcome_word(each.result.outcome, flaky=each.result.flaky) if each.result else outcome_word(None))
        for each in row.cases
    ]


def _defects(row: MatrixRow) -> list[str]:
    return [defect_word(each) for each in row.defects]
