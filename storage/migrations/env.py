"""Run by Alembic; the connection comes from `storage.migrations`."""

from alembic import context

from storage.tables import metadata

# SQLite alters a table by copying it.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
