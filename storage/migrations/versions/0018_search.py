"""What suggestions compare: documents, an inverted index, weights. `storage.search.catching_up` fills them."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier
from storage.tables.search import SEARCH_INDEX
from storage.types import Json, UtcDateTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.drop_index("ix_postings_defect_id", table_name="postings")
    op.drop_table("postings")
    _postings()
    _documents()
    _weights()


def _postings() -> None:
    op.create_table(
        "postings",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("place", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("team_id", "token", "place", name="pk_postings"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SEARCH_INDEX)


def _documents() -> None:
    op.create_table(
        "search_documents",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("defect_id", Identifier, nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("length", sa.Float(), nullable=False),
        _within_team("search_documents", "defect_id", "defects"),
        _within_team("search_documents", "project_id", "projects"),
        sa.PrimaryKeyConstraint("team_id", "defect_id", name="pk_search_documents"),
    )
    for column in ("place", "number"):
        name = f"ix_search_documents_{column}"
        op.create_index(name, "search_documents", ["team_id", "project_id", column], unique=True)


def _weights() -> None:
    op.create_table(
        "search_weights",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("project_id", Identifier, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("weights", Json(), nullable=False),
        sa.Column("fitted_at", UtcDateTime(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        _within_team("search_weights", "project_id", "projects"),
        sa.PrimaryKeyConstraint("team_id", "project_id", "version", name="pk_search_weights"),
    )


def _within_team(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_team_id_{column}_{other}"
    return sa.ForeignKeyConstraint(["team_id", column], [f"{other}.team_id", f"{other}.id"], name=name)
