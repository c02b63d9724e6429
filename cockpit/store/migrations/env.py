"""Alembic runs this: it migrates on the connection that `migrate` holds, in that transaction."""

from alembic import context

from cockpit.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
