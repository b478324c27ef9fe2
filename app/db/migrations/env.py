"""Alembic's entry: runs on the connection that `app.db.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

from app.db import tables

__all__ = ["tables"]  # imported so that the tables are registered
connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata)
context.run_migrations()
