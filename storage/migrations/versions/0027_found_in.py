"""The release that a defect was found in, now and at any instant."""

import sqlalchemy as sa
from alembic import op

from storage.tables.columns import Identifier

revision = "0027"
down_revision = "0026"

# Its build's; of one without a build, the one it was filed for. A build that was corrected before counts as it is now.
_FOUND = """
UPDATE defects SET found_release_id = coalesce(
  (SELECT release_id FROM builds WHERE builds.team_id = defects.team_id AND builds.id = defects.found_build_id),
  (SELECT release_id FROM defect_versions WHERE defect_versions.team_id = defects.team_id
   AND defect_versions.defect_id = defects.id ORDER BY valid_from_seq LIMIT 1))
"""
_STOOD = """
UPDATE defect_versions SET found_release_id = (
  SELECT found_release_id FROM defects
  WHERE defects.team_id = defect_versions.team_id AND defects.id = defect_versions.defect_id)
"""


def upgrade() -> None:
    for table in ("defects", "defect_versions"):
        op.add_column(table, sa.Column("found_release_id", Identifier))
    op.execute(_FOUND)
    op.execute(_STOOD)
    known = sa.text("found_release_id IS NOT NULL")
    for table, more in (("defects", []), ("defect_versions", ["valid_to"])):
        columns = ["team_id", "found_release_id", *more]
        op.create_index(f"ix_{table}_found_release_id", table, columns, sqlite_where=known, postgresql_where=known)
