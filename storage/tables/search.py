"""What suggestions compare; every look-up names team and project."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, Table, Text

from storage.metadata import metadata
from storage.tables.columns import identifier, moment, team, within_team
from storage.types import Json

# A defect's title and texts as terms. `number`: of its key, in the order of filing; `place`: where the index has it.
search_documents = Table(
    "search_documents",
    metadata,
    team(),
    identifier("defect_id", key=True),
    identifier("project_id"),
    Column("number", Integer, nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("length", Float, nullable=False),
    within_team("defect_id", "defects"),
    within_team("project_id", "projects"),
)
Index(
    "ix_search_documents_place",
    search_documents.c.team_id,
    search_documents.c.project_id,
    search_documents.c.place,
    unique=True,
)
Index(
    "ix_search_documents_number",
    search_documents.c.team_id,
    search_documents.c.project_id,
    search_documents.c.number,
    unique=True,
)

# Which documents have which token. Empty on SQLite, where the full-text index SEARCH_INDEX has this place.
postings = Table(
    "postings",
    metadata,
    team(),
    Column("token", BigInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
)

# SQLite only. Its rows hold nothing but tokens, and tokens nothing but their documents: no text, no positions.
SEARCH_INDEX = """
CREATE VIRTUAL TABLE search_index USING fts5(tokens, content='', detail=none, tokenize='ascii')
"""

# How a project's suggestions are ordered, the newest version; none: as shipped (storage.search.weights).
search_weights = Table(
    "search_weights",
    metadata,
    team(),
    identifier("project_id", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("weights", Json, nullable=False),
    moment("fitted_at"),
    Column("labels", Integer, nullable=False),
    within_team("project_id", "projects"),
)
