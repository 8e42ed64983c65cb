"""What people said of suggestions."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier
from storage.types import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", Identifier, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("suggested_id", Identifier, nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("defect_id", Identifier),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("component", sa.Text()),
        *(_within_team(*reference) for reference in _REFERENCES),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_judgements"),
    )
    for column, _ in _REFERENCES:
        op.create_index(f"ix_judgements_{column}", "judgements", ["team_id", column])


_REFERENCES = (("project_id", "projects"), ("suggested_id", "defects"), ("defect_id", "defects"))


def _within_team(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_judgements_team_id_{column}_{table}"
    return sa.ForeignKeyConstraint(["team_id", column], [f"{table}.team_id", f"{table}.id"], name=name)
