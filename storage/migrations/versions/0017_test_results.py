"""Test cases, test runs and what each found out."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier
from storage.types import UtcDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    _cases()
    _runs()
    _executions()


def _team() -> sa.Column[str]:
    return sa.Column("team_id", sa.String(64), nullable=False)


def _within_team(column: str, table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["team_id", column], [f"{table}.team_id", f"{table}.id"], name=name)


def _cases() -> None:
    op.create_table(
        "test_cases",
        _team(),
        sa.Column("id", Identifier, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.String(64), nullable=False),
        sa.Column("run_id", Identifier),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_test_cases"),
        _within_team("project_id", "projects", "fk_test_cases_team_id_project_id_projects"),
        sa.UniqueConstraint("team_id", "project_id", "key", name="uq_test_cases_team_id_project_id_key"),
        sa.UniqueConstraint("team_id", "project_id", "name_key", name="uq_test_cases_team_id_project_id_name_key"),
    )
    op.create_table(
        "case_counters",
        _team(),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "project_id", name="pk_case_counters"),
        _within_team("project_id", "projects", "fk_case_counters_team_id_project_id_projects"),
    )


def _runs() -> None:
    op.create_table(
        "test_runs",
        _team(),
        sa.Column("id", Identifier, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("build_id", Identifier, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("staged_at", UtcDateTime(), nullable=False),
        sa.Column("published_at", UtcDateTime()),
        sa.Column("taken", sa.String(64)),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_test_runs"),
        _within_team("build_id", "builds", "fk_test_runs_team_id_build_id_builds"),
        sa.UniqueConstraint("team_id", "build_id", "taken", name="uq_test_runs_team_id_build_id_taken"),
    )
    op.create_index("ix_test_runs_build_id_published_at", "test_runs", ["team_id", "build_id", "published_at"])


def _executions() -> None:
    op.create_table(
        "executions",
        _team(),
        sa.Column("run_id", Identifier, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", Identifier, nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("flaky", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "run_id", "ordinal", name="pk_executions"),
        _within_team("run_id", "test_runs", "fk_executions_team_id_run_id_test_runs"),
        _within_team("case_id", "test_cases", "fk_executions_team_id_case_id_test_cases"),
    )
    op.create_index("ix_executions_case_id", "executions", ["team_id", "case_id"])
