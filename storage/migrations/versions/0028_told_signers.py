"""Who signed is told once that what they signed has changed."""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.add_column("signoffs", sa.Column("told_at", UtcDateTime()))
    untold = sa.text("told_at IS NULL")
    op.create_index(
        "ix_signoffs_told_at", "signoffs", ["team_id", "release_id"], sqlite_where=untold, postgresql_where=untold
    )
