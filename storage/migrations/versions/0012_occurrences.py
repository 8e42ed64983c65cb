"""How often a defect was reported, and by whom besides its reporter."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    # What was filed before was reported once.
    op.add_column("defects", sa.Column("occurrences", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("defects", sa.Column("affected", sa.Text()))
