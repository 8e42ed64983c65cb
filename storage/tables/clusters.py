"""Failures of a test run that say the same, and the messages that tell of them."""

from sqlalchemy import Column, Integer, Table, Text

from storage.metadata import metadata
from storage.tables.columns import Digest, SlackId, Timestamp, Word, identifier, index, team, within_team

# `place`: in what is shown of the run. `cases` counts all; `keys` are the first of them, separated by spaces. `fate` as
# in bot.services.clusters; it and `defect_id` are None of what nobody has filed.
# `parted_from`: the defect that it was counted under until somebody said that it is not; `fate` stays as it was then.
clusters = Table(
    "clusters",
    metadata,
    team(),
    identifier("id", key=True),
    identifier("project_id"),
    identifier("run_id"),
    Column("place", Integer, nullable=False),
    Column("fingerprint", Digest, nullable=False),
    Column("said", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("keys", Text, nullable=False),
    identifier("defect_id", required=False),
    Column("fate", Word),
    identifier("parted_from", required=False),
    within_team("run_id", "test_runs"),
    within_team("defect_id", "defects"),
    index("clusters", "run_id", "place"),
    index("clusters", "project_id", "fingerprint"),
)

# Part 0 is the message whose thread the others stand in.
failure_messages = Table(
    "failure_messages",
    metadata,
    team(),
    identifier("run_id", key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("channel", SlackId, nullable=False),
    Column("ts", Timestamp, nullable=False),
    within_team("run_id", "test_runs"),
)
