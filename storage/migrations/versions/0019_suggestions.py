"""When possible duplicates are shown is a choice of the workspace: what its default project had chosen."""

import sqlalchemy as sa
from alembic import op

from storage.types import Json

revision = "0019"
down_revision = "0018"

_PROJECTS = sa.table("projects", sa.column("team_id"), sa.column("is_default"), sa.column("policy", Json()))
_CHOSEN = sa.text("UPDATE workspaces SET suggestions = :chosen WHERE team_id = :team")


def upgrade() -> None:
    op.add_column("workspaces", sa.Column("suggestions", sa.String(10), nullable=False, server_default="typing"))
    connection = op.get_bind()
    defaults = sa.select(_PROJECTS.c.team_id, _PROJECTS.c.policy).where(_PROJECTS.c.is_default)
    for team, policy in connection.execute(defaults).all():
        if "suggestions" in policy:
            connection.execute(_CHOSEN, {"team": team, "chosen": policy["suggestions"]})
