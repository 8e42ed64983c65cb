"""The smallest commit there is: it changes nothing, and fails where any other would."""

from sqlalchemy import Connection, text

# The header's page is written anew, with the value it had.
_READ, _WRITE = text("PRAGMA user_version"), "PRAGMA user_version = {}"
# A message in the log of changes that nobody reads; its commit is flushed, and waits for a synchronous standby.
# https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
_EMIT = text("SELECT pg_logical_emit_message(true, 'countersign', '')")


def probe(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_WRITE.format(connection.scalar(_READ)))
    else:
        connection.execute(_EMIT)
