"""Which commit takes another one back, so that its own revert puts that back."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("build_commits", sa.Column("by", sa.String(64)))
