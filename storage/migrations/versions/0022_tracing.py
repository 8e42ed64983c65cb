"""Requirements, what is written about test cases, which case shows which requirement, test plans; each dated."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.ids import new_id
from storage.tables.columns import Identifier, Plain
from storage.types import UtcDateTime

revision = "0022"
down_revision = "0021"

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
# The fact of an event that names the links it made, or took away.
_TIED = {"defect_filed": "links", "defect_linked": "targets", "links_carried": "targets"}
_UNTIED = {"defect_unlinked": "targets", "links_carried": "gone"}


def upgrade() -> None:
    _results()
    _requirements()
    _cases()
    _links()
    _hands()
    op.bulk_insert(_LINK_VERSIONS, list(_linked()))


def _results() -> None:
    op.add_column("test_cases", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE test_cases SET number = CAST(substr(key, 4) AS INTEGER)")
    op.create_index("ix_test_cases_project_id_number", "test_cases", ["team_id", "project_id", "number"])
    op.add_column("test_runs", sa.Column("by", sa.String(64)))
    op.add_column("executions", sa.Column("build_id", Identifier, nullable=False, server_default=""))
    run = "SELECT build_id FROM test_runs r WHERE r.team_id = executions.team_id AND r.id = executions.run_id"
    op.execute(f"UPDATE executions SET build_id = ({run})")
    op.drop_index("ix_executions_case_id", "executions")
    op.create_index("ix_executions_case_id_build_id", "executions", ["team_id", "case_id", "build_id"])


def _requirements() -> None:
    _dated(
        "requirements",
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", Plain, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("component", sa.Text()),
        sa.Column("parent", Plain),
        _within_team("requirements", "project_id", "projects"),
        unique=("project_id", "number"),
    )
    op.create_index("ix_requirements_project_id_parent", "requirements", ["team_id", "project_id", "parent"])


def _cases() -> None:
    _dated(
        "case_versions",
        sa.Column("case_id", Identifier, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text()),
        sa.Column("expected", sa.Text()),
        _within_team("case_versions", "case_id", "test_cases"),
        unique=("case_id",),
    )
    _dated(
        "case_links",
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("requirement", Plain, nullable=False),
        sa.Column("case_id", Identifier, nullable=False),
        _within_team("case_links", "case_id", "test_cases"),
        unique=("case_id", "requirement"),
    )
    op.create_index("ix_case_links_project_id_requirement", "case_links", ["team_id", "project_id", "requirement"])
    _dated(
        "planned_cases",
        sa.Column("release_id", Identifier, nullable=False),
        sa.Column("case_id", Identifier, nullable=False),
        _within_team("planned_cases", "release_id", "releases"),
        _within_team("planned_cases", "case_id", "test_cases"),
        unique=("release_id", "case_id"),
    )


def _links() -> None:
    _dated(
        "link_versions",
        sa.Column("defect_id", Identifier, nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        _within_team("link_versions", "defect_id", "defects"),
        unique=("defect_id", "target"),
    )
    op.create_index("ix_link_versions_target", "link_versions", ["team_id", "target"])


def _hands() -> None:
    op.create_table(
        "handed_cases",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("build_id", Identifier, nullable=False),
        sa.Column("case_id", Identifier, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "build_id", "case_id", name="pk_handed_cases"),
        _within_team("handed_cases", "build_id", "builds"),
        _within_team("handed_cases", "case_id", "test_cases"),
    )


def _dated(name: str, *columns: Any, unique: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", Identifier, nullable=False),
        *columns,
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("valid_to", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name=f"pk_{name}"),
        sa.UniqueConstraint("team_id", *unique, "valid_to", name=f"uq_{name}_team_id_{'_'.join(unique)}_valid_to"),
    )


def _within_team(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_team_id_{column}_{other}"
    return sa.ForeignKeyConstraint(["team_id", column], [f"{other}.team_id", f"{other}.id"], name=name)


_LINK_VERSIONS = sa.table(
    "link_versions",
    *(sa.column(name) for name in ("team_id", "id", "defect_id", "target")),
    *(sa.column(name, UtcDateTime()) for name in ("valid_from", "valid_to")),
)
_EVENTS = sa.table(
    "events",
    *(sa.column(name) for name in ("team_id", "seq", "kind", "subject_id", "body")),
    sa.column("at", UtcDateTime()),
)


def _linked() -> Iterator[dict[str, Any]]:
    """From what the log tells of links."""
    kinds = sorted(_TIED.keys() | _UNTIED.keys())
    told = sa.select(_EVENTS).where(_EVENTS.c.kind.in_(kinds)).order_by(_EVENTS.c.team_id, _EVENTS.c.seq)
    live: dict[tuple[str, str, str], datetime] = {}
    for row in op.get_bind().execute(told):
        facts = json.loads(row.body)["facts"]
        for target in str(facts.get(_UNTIED.get(row.kind, "")) or "").split():
            began = live.pop((row.team_id, row.subject_id, target), row.at)
            if began < row.at:
                yield _version((row.team_id, row.subject_id, target), began, row.at)
        for target in str(facts.get(_TIED.get(row.kind, "")) or "").split():
            live.setdefault((row.team_id, row.subject_id, target), row.at)
    for place, began in live.items():
        yield _version(place, began, FOREVER)


def _version(place: tuple[str, str, str], began: datetime, ended: datetime) -> dict[str, Any]:
    team, defect, target = place
    span = {"valid_from": began, "valid_to": ended}
    return {"team_id": team, "id": new_id(), "defect_id": defect, "target": target, **span}
