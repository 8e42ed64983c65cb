"""What is tied to what, as messages: tables of a release with their pages, and what one key touches."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from bot.domain.results import Outcome
from bot.domain.traceability import Coverage, Gap
from bot.services.traced import (
    CaseRow,
    CaseTrace,
    DefectTrace,
    Gaps,
    Matrix,
    MatrixRow,
    RequirementTrace,
    Traced,
)
from bot.services.tracing import TracedDefect
from bot.services.views import DefectView
from bot.slack import acts
from bot.slack.blocks import Json, actions, context, section, table
from bot.slack.escaping import Mrkdwn, escape
from bot.slack.ids import Act
from bot.slack.mrkdwn import render, render_plain
from bot.slack.names import Names, referenced

TRACE = "trace"
PAGE = 20
# In one cell; a file holds all of them.
SHOWN = 6
LINES = 12
WORST_FIRST = (Outcome.FAILED, Outcome.ERROR, Outcome.BLOCKED, None, Outcome.SKIPPED, Outcome.PASSED)


def matrix_message(matrix: Matrix, at: datetime | None = None) -> Json:
    """`at`: the instant that was asked for."""
    if not matrix.total:
        return _said(render(TRACE, "no_requirements", m=matrix, at=at))
    head = render(TRACE, "matrix_head", m=matrix)
    candidate = matrix.candidate.name if matrix.candidate else _word("nothing")
    columns = [_word("column_requirement"), _word("column_coverage", candidate=candidate)]
    columns += [_word("column_cases"), _word("column_defects")]
    rows = [_cells(row) for row in matrix.rows]
    name = f"{matrix.project.prefix}/{matrix.release.name}"
    foot = _foot("matrix", name, matrix.offset, len(rows), matrix.total, at)
    return {"text": _text(head, rows), "blocks": [section(head), table([columns, *rows]), *foot]}


def gaps_message(gaps: Gaps, at: datetime | None = None) -> Json:
    names = {gap: gap_word(gap) for gap in Gap}
    head = render(TRACE, "gaps_head", g=gaps, names=names)
    if not gaps.rows:
        return _said(head)
    rows = [[names[gap], each.key, each.title[:200]] for gap, each in gaps.rows]
    columns = [_word("column_gap"), _word("column_what"), _word("column_title")]
    name = f"{gaps.project.prefix}/{gaps.release.name}"
    foot = _foot("gaps", name, gaps.offset, len(rows), gaps.total, at)
    return {"text": _text(head, rows), "blocks": [section(head), table([columns, *rows]), *foot]}


def trace_message(traced: Traced, at: datetime | None = None, name: Names = referenced) -> Json:
    """One key, and everything that it touches."""
    parts = [*(part for part in _DRAWN[type(traced)](traced, name) if part)]
    small = render(TRACE, "as_of", at=at)
    blocks = [section(part) for part in parts] + ([context(small)] if small else [])
    if isinstance(traced, DefectTrace):
        defect = traced.view.defect
        blocks.append(actions(acts.act_button(Act("show", defect.key)), acts.act_button(Act("link", defect.key), 1)))
    return {"text": Mrkdwn("\n".join(parts)), "blocks": blocks}


def coverage_word(value: Coverage) -> str:
    return _word("coverage", value=value.value)


def gap_word(gap: Gap) -> str:
    return _word("gap", value=gap.value)


def outcome_word(outcome: Outcome | None, *, flaky: bool = False) -> str:
    return _word("outcome", value=outcome.value if outcome else None, flaky=flaky)


def defect_word(defect: TracedDefect) -> str:
    return _word("defect", d=defect)


def _outcome(row: CaseRow) -> str:
    return outcome_word(row.result.outcome, flaky=row.result.flaky) if row.result else outcome_word(None)


def _cells(row: MatrixRow) -> list[str]:
    requirement = f"{row.requirement.key} {row.requirement.title}"[:200]
    return [
        requirement,
        coverage_word(row.coverage),
        _by_outcome(row.cases),
        _some([defect_word(each) for each in row.defects]),
    ]


def _by_outcome(cases: Sequence[CaseRow]) -> str:
    """A line for each outcome, what went wrong first: `fails: TC-3, TC-4`."""
    keys: dict[str, list[str]] = {}
    for row in sorted(cases, key=_badness):
        keys.setdefault(_outcome(row), []).append(row.case.key)
    lines = [_word("cases", outcome=said, keys=each[:SHOWN], more=len(each) - SHOWN) for said, each in keys.items()]
    return "\n".join(lines)


def _badness(row: CaseRow) -> int:
    return WORST_FIRST.index(row.result.outcome if row.result else None)


def _some(words: Sequence[str]) -> str:
    rest = [_word("more", number=len(words) - SHOWN)] if len(words) > SHOWN else []
    return "\n".join([*words[:SHOWN], *rest])


def _foot(what: str, release: str, offset: int, shown: int, total: int, at: datetime | None) -> Iterator[Json]:
    last = offset + shown
    where = [render(TRACE, "page", first=offset + 1, last=last, total=total)] if total > shown else []
    yield context(*where, render(TRACE, "file", what=what, release=release, at=at))
    steps = [("previous_page", offset - PAGE, offset > 0), ("next_page", last, last < total)]
    extra = {"at": at.isoformat()} if at else {}
    turns = [
        acts.act_button(Act(what, release, extra={**extra, "offset": str(max(0, to))}), place, label=label)
        for place, (label, to, possible) in enumerate(steps)
        if possible
    ]
    other = "gaps" if what == "matrix" else "matrix"
    yield actions(*turns, acts.act_button(Act(other, release, extra=extra), 2, label=other))


def _of_defect(traced: DefectTrace, _: Names) -> Iterator[Mrkdwn]:
    view, candidate = traced.view, traced.candidate
    yield render(TRACE, "defect_head", d=view.defect)
    yield render(TRACE, "holds", d=view.defect, v=view, holds=traced.holds)
    lines = [
        *(
            render(TRACE, "requirement_line", r=row, coverage=coverage_word(row.coverage), candidate=candidate)
            for row in traced.rows
        ),
        *(render(TRACE, "case_line", c=row.case, outcome=_outcome(row), candidate=candidate) for row in traced.cases),
    ]
    lines += [render(TRACE, "other_line", key=key) for key in traced.others]
    yield _lines(lines) if lines else render(TRACE, "untied", d=view.defect)


def _of_requirement(traced: RequirementTrace, _: Names) -> Iterator[Mrkdwn]:
    row, candidate = traced.row, traced.candidate
    words = coverage_word(row.coverage)
    yield render(TRACE, "requirement_head", r=row.requirement, coverage=words, candidate=candidate)
    yield render(TRACE, "family", parent=traced.parent, parts=traced.parts)
    cases = (render(TRACE, "case_line", c=each.case, outcome=_outcome(each), candidate=candidate) for each in row.cases)
    yield _lines(list(cases))
    yield _defect_lines(traced.defects)


def _of_case(traced: CaseTrace, name: Names) -> Iterator[Mrkdwn]:
    yield render(TRACE, "case_head", c=traced.case)
    yield render(TRACE, "case_ties", requirements=traced.requirements, planned=traced.planned_in)
    outcomes = [outcome_word(each.outcome, flaky=each.flaky) for each in traced.results]
    yield render(TRACE, "results", results=traced.results, outcomes=outcomes, name=name)
    yield _defect_lines(traced.defects)


_DRAWN: dict[type, Callable[..., Iterator[Mrkdwn]]] = {
    DefectTrace: _of_defect,
    RequirementTrace: _of_requirement,
    CaseTrace: _of_case,
}


def _defect_lines(views: Sequence[DefectView]) -> Mrkdwn:
    return _lines([render(TRACE, "defect_line", d=view.defect) for view in views])


def _lines(lines: Sequence[Mrkdwn]) -> Mrkdwn:
    rest = [render(TRACE, "more", number=len(lines) - LINES)] if len(lines) > LINES else []
    return Mrkdwn("\n".join([*lines[:LINES], *rest]))


def _text(head: Mrkdwn, rows: Sequence[Sequence[str]]) -> Mrkdwn:
    """What the table says, for whoever has no blocks."""
    return Mrkdwn(
        "\n".join([head, *(escape(" · ".join(cell.replace("\n", ", ") for cell in row if cell)) for row in rows)])
    )


def _said(words: Mrkdwn) -> Json:
    return {"text": words, "blocks": [section(words)]}


def _word(block: str, **facts: object) -> str:
    return render_plain(TRACE, block, **facts)
