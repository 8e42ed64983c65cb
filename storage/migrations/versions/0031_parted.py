"""Failures of which somebody said that they are not the defect under which they were counted."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("clusters", sa.Column("parted_from", Identifier))
