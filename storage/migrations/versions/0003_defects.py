"""Defects, their versions and the words of their titles."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0003"
down_revision = "0002"

ID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")


def upgrade() -> None:
    _defects()
    _defect_indexes()
    _defect_versions()
    _postings()


def _defects() -> None:
    op.create_table(
        "defects",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("key", sa.String(32).with_variant(sa.String(length=32, collation="C"), "postgresql"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reporter", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("resolution", sa.String(32)),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("priority", sa.String(32)),
        sa.Column("component", sa.Text()),
        sa.Column("environment", sa.Text()),
        sa.Column("release_id", ID),
        sa.Column("found_build_id", ID),
        sa.Column("owner", sa.String(64)),
        *_resolution(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("counts_in", ID, nullable=False),
        sa.Column("versioned_at", UtcDateTime(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("component_key", sa.Text()),
        sa.Column("environment_key", sa.Text()),
        sa.ForeignKeyConstraint(
            ["team_id", "project_id"],
            ["projects.team_id", "projects.id"],
            name="fk_defects_team_id_project_id_projects",
        ),
        sa.ForeignKeyConstraint(
            ["team_id", "release_id"],
            ["releases.team_id", "releases.id"],
            name="fk_defects_team_id_release_id_releases",
        ),
        sa.PrimaryKeyConstraint("team_id", "id", name="pk_defects"),
        sa.UniqueConstraint("team_id", "key", name="uq_defects_team_id_key"),
    )


def _resolution() -> list[sa.Column[Any]]:
    """Who ended the work on it, in which build, and what became of that."""
    return [
        sa.Column("resolver", sa.String(64)),
        sa.Column("fix_owner", sa.String(64)),
        sa.Column("fixed_in", ID),
        sa.Column("fix_commit", sa.Text()),
        sa.Column("fix_link", sa.Text()),
        sa.Column("verifier", sa.String(64)),
        sa.Column("verified_on", ID),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("severity_confirmed", sa.Boolean(), nullable=False),
        sa.Column("release_confirmed", sa.Boolean(), nullable=False),
        sa.Column("duplicate_of", ID),
        sa.Column("asked", sa.String(64)),
        sa.Column("asked_by", sa.String(64)),
        sa.Column("question", sa.Text()),
        sa.Column("blocked", sa.Text()),
    ]


def _defect_indexes() -> None:
    op.create_index(
        "ix_defects_asked",
        "defects",
        ["team_id", "asked"],
        sqlite_where=sa.text("asked IS NOT NULL"),
        postgresql_where=sa.text("asked IS NOT NULL"),
    )
    op.create_index("ix_defects_counts_in_status", "defects", ["team_id", "counts_in", "status"])
    op.create_index(
        "ix_defects_duplicate_of",
        "defects",
        ["team_id", "duplicate_of"],
        sqlite_where=sa.text("duplicate_of IS NOT NULL"),
        postgresql_where=sa.text("duplicate_of IS NOT NULL"),
    )
    op.create_index(
        "ix_defects_owner",
        "defects",
        ["team_id", "owner"],
        sqlite_where=sa.text("owner IS NOT NULL"),
        postgresql_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index("ix_defects_project_id_status", "defects", ["team_id", "project_id", "status"])
    op.create_index("ix_defects_reporter_status", "defects", ["team_id", "reporter", "status"])
    op.create_index("ix_defects_status_severity", "defects", ["team_id", "status", "severity"])


def _defect_versions() -> None:
    op.create_table(
        "defect_versions",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("defect_id", ID, nullable=False),
        sa.Column("valid_from_seq", sa.BigInteger(), nullable=False),
        sa.Column("valid_to_seq", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("valid_to", UtcDateTime(), nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("counts_in", ID, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("resolution", sa.String(32)),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("priority", sa.String(32)),
        sa.Column("component", sa.Text()),
        sa.Column("owner", sa.String(64)),
        sa.Column("release_id", ID),
        sa.Column("fixed_in", ID),
        sa.Column("fix_commit", sa.Text()),
        sa.Column("verified_on", ID),
        sa.Column("triaged", sa.Boolean(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("resolver", sa.String(64)),
        sa.Column("fix_owner", sa.String(64)),
        sa.Column("duplicate_of", ID),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "defect_id"],
            ["defects.team_id", "defects.id"],
            name="fk_defect_versions_team_id_defect_id_defects",
        ),
        sa.PrimaryKeyConstraint("team_id", "defect_id", "valid_from_seq", name="pk_defect_versions"),
    )
    op.create_index(
        "ix_defect_versions_counts_in_valid_to_valid_from",
        "defect_versions",
        ["team_id", "counts_in", "valid_to", "valid_from"],
    )


def _postings() -> None:
    op.create_table(
        "postings",
        sa.Column("team_id", sa.String(64), nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("term", sa.String(64), nullable=False),
        sa.Column("defect_id", ID, nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["team_id", "defect_id"], ["defects.team_id", "defects.id"], name="fk_postings_team_id_defect_id_defects"
        ),
        sa.PrimaryKeyConstraint("team_id", "project_id", "term", "defect_id", name="pk_postings"),
    )
    op.create_index("ix_postings_defect_id", "postings", ["team_id", "defect_id"])
