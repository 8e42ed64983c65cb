"""Words that people put on a defect, now and at any instant."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    for table in ("defects", "defect_versions"):
        op.add_column(table, sa.Column("labels", sa.Text()))
