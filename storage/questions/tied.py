"""What a defect is tied to, now or at the instant `:at`: by a link of its own, or through a test case."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Exists, exists

from storage import dated
from storage.tables import case_links, defects, link_versions, links, test_cases
from storage.tenant import TEAM

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Tied:
    """`links`: a table of defect and target, of which `linked` holds; `shows`: which rows of `case_links` hold."""

    links: Any
    linked: Condition
    shows: Condition

    def directly(self, target: str | None = None, begins: str = "") -> Condition:
        """To that one, or to any whose key begins so."""
        found = self._links()
        if target is not None:
            found = found.where(self.links.c.target == target)
        if begins:
            found = found.where(self.links.c.target.startswith(begins, autoescape=True))
        return found.correlate(defects)

    def by_a_case(self, requirement: str | None = None) -> Condition:
        """Of the defect's own project: keys of cases are counted there."""
        found = self._links().where(
            test_cases.c.team_id == TEAM,
            test_cases.c.project_id == defects.c.project_id,
            test_cases.c.key == self.links.c.target,
            self.shows,
            case_links.c.case_id == test_cases.c.id,
        )
        if requirement is not None:
            found = found.where(case_links.c.requirement == requirement)
        return found.correlate(defects)

    def _links(self) -> Exists:
        return exists().where(self.linked, self.links.c.defect_id == defects.c.id)


NOW = Tied(links, links.c.team_id == TEAM, dated.live(case_links))
THEN = Tied(link_versions, dated.holds(link_versions), dated.holds(case_links))
