"""Test cases, the runs that report on them, and what each run found out."""

from sqlalchemy import Boolean, Column, Float, Integer, String, Table, Text, UniqueConstraint

from storage.metadata import metadata
from storage.tables.columns import Digest, SlackId, Word, identifier, index, moment, team, within_team

# `key` is "TC-" and `number`. `name_key`: the SHA-256 of the whole name, by which results find their case.
# `run_id`: the run that brought it; nobody sees it before that is published.
test_cases = Table(
    "test_cases",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("project_id"),
    Column("key", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Digest, nullable=False),
    identifier("run_id", required=False),
    moment("created_at"),
    within_team("project_id", "projects"),
    UniqueConstraint("team_id", "project_id", "key"),
    UniqueConstraint("team_id", "project_id", "name_key"),
    index("test_cases", "project_id", "number"),
)

# The last number that a project gave to a test case.
case_counters = Table(
    "case_counters",
    metadata,
    team(),
    identifier("project_id", key=True),
    Column("counter", Integer, nullable=False),
    within_team("project_id", "projects"),
)

# `published_at` None: it is still coming in, and counts nowhere. `by`: who recorded a result by hand, the only one of
# its run.
test_runs = Table(
    "test_runs",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("project_id"),
    identifier("build_id"),
    Column("name", String(200), nullable=False),
    Column("checksum", Digest, nullable=False),
    moment("staged_at"),
    moment("published_at", required=False),
    # The checksum once more, when published: one report counts once on a build.
    Column("taken", Digest),
    Column("by", SlackId),
    within_team("build_id", "builds"),
    UniqueConstraint("team_id", "build_id", "taken"),
    index("test_runs", "build_id", "published_at"),
)

# `build_id` is its run's, so that what a case did on a build is found at once.
executions = Table(
    "executions",
    metadata,
    team(),
    identifier("run_id", key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    identifier("case_id"),
    identifier("build_id"),
    Column("outcome", Word, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("flaky", Boolean, nullable=False),
    Column("message", Text, nullable=False),
    within_team("run_id", "test_runs"),
    within_team("case_id", "test_cases"),
    index("executions", "case_id", "build_id"),
)
