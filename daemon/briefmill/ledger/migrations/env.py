"""Alembic runs this file for every command: it hands over the connection that `migrate` holds."""

from alembic import context

from briefmill.ledger import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables.metadata)
context.run_migrations()
