"""Who may see which rows, set after every migration: nobody who adds a table can forget it.

PostgreSQL only lets the role that serves see rows of the workspace that its transaction named
(https://www.postgresql.org/docs/current/ddl-rowsecurity.html). The role that migrates owns the tables and is not bound.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from storage.tables import metadata
from storage.tables.across import VIEWS

# Raises instead of answering nothing: whoever forgot to name a workspace shall hear of it. After a transaction that
# named one the setting is empty, not missing.
_FUNCTION = """
CREATE OR REPLACE FUNCTION own_team() RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE team text := pg_catalog.current_setting('app.team', true);
BEGIN
  IF team IS NULL OR team = '' THEN
    RAISE EXCEPTION 'no workspace is set in this transaction' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN team;
END $$
"""
# In a subquery it is called once per statement instead of once per row.
_OWN = "team_id = (SELECT own_team())"
_POLICY = f"CREATE POLICY own_team ON {{table}} USING ({_OWN}) WITH CHECK ({_OWN})"

_ALL = "SELECT, INSERT, UPDATE, DELETE"
# The log can be written and read; the text beside an event can also be erased. A decision goes with its workspace only.
_RIGHTS: Mapping[str, str] = {
    "events": "SELECT, INSERT",
    "event_texts": "SELECT, INSERT, DELETE",
    "decisions": "SELECT, INSERT, DELETE",
    "decision_texts": "SELECT, INSERT, DELETE",
}


def withdraw(connection: Connection) -> None:
    """Before a migration: what a view shows cannot be altered under it."""
    for view in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {view}"))


def protect(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        _bind_rows(connection)
    for statement in VIEWS.values():
        connection.execute(text(statement))


def _bind_rows(connection: Connection) -> None:
    connection.execute(text(_FUNCTION))
    for table in metadata.tables:
        connection.execute(text(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"))
        connection.execute(text(f"DROP POLICY IF EXISTS own_team ON {table}"))
        connection.execute(text(_POLICY.format(table=table)))


def grant(connection: Connection, role: str) -> None:
    """To the role that serves: what it needs and nothing else."""
    name = connection.dialect.identifier_preparer.quote_identifier(role)
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {name}"))
    for table in metadata.tables:
        connection.execute(text(f"GRANT {_RIGHTS.get(table, _ALL)} ON {table} TO {name}"))
    for table in ("alembic_version", *VIEWS):
        connection.execute(text(f"GRANT SELECT ON {table} TO {name}"))


_UNBOUND = text("""
SELECT rolsuper OR rolbypassrls OR EXISTS (
  SELECT FROM pg_class WHERE oid = to_regclass('events') AND pg_has_role(current_user, relowner, 'USAGE')
) FROM pg_roles WHERE rolname = current_user
""")


def bypassed(connection: Connection) -> bool:
    """Whether row-level security does not bind whoever asks: an owner, a superuser, a role with BYPASSRLS."""
    return connection.dialect.name == "postgresql" and bool(connection.scalar(_UNBOUND))
