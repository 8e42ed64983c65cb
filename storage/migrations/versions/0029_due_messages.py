"""Which messages are due, leased or expired is told by an index, however many wait."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

_UNSETTLED = sa.text("settled_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["bulk", "due_at", "after_seq", "id"],
        sqlite_where=_UNSETTLED,
        postgresql_where=_UNSETTLED,
    )
    for instant in ("lease_until", "expires_at"):
        where = sa.text(f"settled_at IS NULL AND {instant} IS NOT NULL")
        op.create_index(f"ix_outbox_{instant}", "outbox", [instant], sqlite_where=where, postgresql_where=where)
