"""Alembic runs this file; the connection and its transaction belong to the caller."""

from alembic import context

from tagger_core.library.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
context.run_migrations()
