"""What a project must do and which test cases show it, each dated: one question answers for now and for any instant.

A row holds from `valid_from` until `valid_to`, which is storage.versions.FOREVER for what still holds.
"""

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from storage.metadata import metadata
from storage.tables.columns import Plain, SlackId, identifier, index, moment, team, within_team

# `key` is "REQ-" and `number`; `title_key` in small letters, as pickers compare it; `parent`: the key of the
# requirement that this one is a part of.
requirements = Table(
    "requirements",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("project_id"),
    Column("number", Integer, nullable=False),
    Column("key", Plain, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),
    Column("component", Text),
    Column("parent", Plain),
    moment("valid_from"),
    moment("valid_to"),
    within_team("project_id", "projects"),
    UniqueConstraint("team_id", "project_id", "number", "valid_to"),
    index("requirements", "project_id", "parent"),
)

# What people wrote about a test case; one that only a test run brought has none and goes by its name.
case_versions = Table(
    "case_versions",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("case_id"),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),
    Column("steps", Text),
    Column("expected", Text),
    moment("valid_from"),
    moment("valid_to"),
    within_team("case_id", "test_cases"),
    UniqueConstraint("team_id", "case_id", "valid_to"),
)

# The case shows that the requirement, of the same project, is met.
case_links = Table(
    "case_links",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("project_id"),
    Column("requirement", Plain, nullable=False),
    identifier("case_id"),
    moment("valid_from"),
    moment("valid_to"),
    within_team("case_id", "test_cases"),
    UniqueConstraint("team_id", "case_id", "requirement", "valid_to"),
    index("case_links", "project_id", "requirement"),
)

# The test plan of a release: cases that must run on its candidate.
planned_cases = Table(
    "planned_cases",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("release_id"),
    identifier("case_id"),
    moment("valid_from"),
    moment("valid_to"),
    within_team("release_id", "releases"),
    within_team("case_id", "test_cases"),
    UniqueConstraint("team_id", "release_id", "case_id", "valid_to"),
)

# What `links` says, with the time that it was so.
link_versions = Table(
    "link_versions",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("defect_id"),
    Column("target", Text, nullable=False),
    moment("valid_from"),
    moment("valid_to"),
    within_team("defect_id", "defects"),
    UniqueConstraint("team_id", "defect_id", "target", "valid_to"),
    index("link_versions", "target"),
)

# Who has the case in hand on that build; nobody else is given it before `until`.
handed_cases = Table(
    "handed_cases",
    metadata,
    team(),
    identifier("build_id", key=True),
    identifier("case_id", key=True),
    Column("person", SlackId, nullable=False),
    moment("until"),
    within_team("build_id", "builds"),
    within_team("case_id", "test_cases"),
)
