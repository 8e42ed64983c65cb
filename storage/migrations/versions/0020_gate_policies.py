"""Gates as policy, version by version."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier
from storage.types import UtcDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "gate_policies",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("signoffs", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(64), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("since", UtcDateTime()),
        sa.PrimaryKeyConstraint("team_id", "project_id", "version", name="pk_gate_policies"),
        sa.ForeignKeyConstraint(
            ["team_id", "project_id"],
            ["projects.team_id", "projects.id"],
            name="fk_gate_policies_team_id_project_id_projects",
        ),
    )
