"""Components of earlier instants as queries compare them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_COMPONENTS = sa.text("SELECT DISTINCT component FROM defect_versions WHERE component IS NOT NULL")
_FOLD = sa.text("UPDATE defect_versions SET component_key = :folded WHERE component = :component")


def upgrade() -> None:
    op.add_column("defect_versions", sa.Column("component_key", sa.Text()))
    connection = op.get_bind()
    for (component,) in connection.execute(_COMPONENTS).all():
        # Neither store's lower() folds as Python does.
        connection.execute(_FOLD, {"component": component, "folded": component.casefold()})
