"""Defects: the row is the projection of the events, a version is what readiness read at some instant."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from storage.metadata import metadata
from storage.tables.columns import Identifier, Plain, SlackId, Word, identifier, index, moment, team, where, within_team

# `counts_in`: the release, or the project of a defect that has none: such a one counts in every undecided release.
# `versioned_at`: when the live version began. `…_key`: in small letters, as queries compare it.
defects = Table(
    "defects",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("project_id"),
    Column("key", Plain, nullable=False),
    Column("title", Text, nullable=False),
    Column("reporter", SlackId, nullable=False),
    moment("created_at"),
    moment("since"),
    Column("status", Word, nullable=False),
    Column("resolution", Word),
    Column("severity", Word, nullable=False),
    Column("priority", Word),
    Column("component", Text),
    Column("environment", Text),
    Column("labels", Text),
    identifier("release_id", required=False),
    identifier("found_build_id", required=False),
    identifier("found_release_id", required=False),
    Column("owner", SlackId),
    Column("resolver", SlackId),
    Column("fix_owner", SlackId),
    identifier("fixed_in", required=False),
    Column("fix_commit", Text),
    Column("fix_link", Text),
    Column("verifier", SlackId),
    identifier("verified_on", required=False),
    Column("bounces", Integer, nullable=False),
    Column("severity_confirmed", Boolean, nullable=False),
    Column("release_confirmed", Boolean, nullable=False),
    identifier("duplicate_of", required=False),
    Column("asked", SlackId),
    Column("asked_by", SlackId),
    Column("question", Text),
    Column("blocked", Text),
    Column("occurrences", Integer, nullable=False),
    Column("affected", Text),
    Column("version", Integer, nullable=False),
    Column("counts_in", Identifier, nullable=False),
    moment("versioned_at"),
    Column("title_key", Text, nullable=False),
    Column("component_key", Text),
    Column("environment_key", Text),
    within_team("project_id", "projects"),
    within_team("release_id", "releases"),
    UniqueConstraint("team_id", "key"),
    index("defects", "counts_in", "status"),
    index("defects", "project_id", "status"),
    index("defects", "status", "severity"),
    index("defects", "reporter", "status"),
)


# Most defects are nobody's, ask nobody and follow none; and no index of all rows is to lure a question of another kind.
for _column in ("owner", "asked", "duplicate_of", "found_release_id"):
    _set = defects.c[_column].isnot(None)
    Index(f"ix_defects_{_column}", defects.c.team_id, defects.c[_column], **where(_set))

# The live version's `valid_to_seq` and `valid_to` are storage.versions.FOREVER_SEQ and FOREVER.
defect_versions = Table(
    "defect_versions",
    metadata,
    team(),
    identifier("defect_id", key=True),
    Column("valid_from_seq", BigInteger, primary_key=True),
    Column("valid_to_seq", BigInteger, nullable=False),
    moment("valid_from"),
    moment("valid_to"),
    identifier("project_id"),
    Column("counts_in", Identifier, nullable=False),
    Column("status", Word, nullable=False),
    Column("resolution", Word),
    Column("severity", Word, nullable=False),
    Column("priority", Word),
    Column("component", Text),
    Column("component_key", Text),
    Column("labels", Text),
    Column("owner", SlackId),
    identifier("release_id", required=False),
    identifier("found_release_id", required=False),
    identifier("fixed_in", required=False),
    Column("fix_commit", Text),
    identifier("verified_on", required=False),
    Column("triaged", Boolean, nullable=False),
    moment("since"),
    Column("resolver", SlackId),
    Column("fix_owner", SlackId),
    identifier("duplicate_of", required=False),
    Column("bounces", Integer, nullable=False),
    within_team("defect_id", "defects"),
    index("defect_versions", "counts_in", "valid_to", "valid_from"),
)
_found = defect_versions.c.found_release_id.isnot(None)
Index(
    "ix_defect_versions_found_release_id",
    *(defect_versions.c[name] for name in ("team_id", "found_release_id", "valid_to")),
    **where(_found),
)
