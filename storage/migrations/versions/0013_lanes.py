"""A card that has moved keeps the order of what is said around it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("anchors", sa.Column("lane", sa.String(200)))
