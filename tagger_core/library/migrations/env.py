"""Alembic runs this file; the connection and its transaction belong to the caller."""

from alembic import context

from tagger_core.library.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
