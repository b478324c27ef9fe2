"""Bring a database to the newest schema, at every start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from app.db.engine import sqlalchemy_url

#: Any number will do, as long as all Lokets use the same: only one migrates at a time.
_LOCK = 5_650_538


def upgrade(database_url: str, revision: str = "head") -> None:
    """Run the migrations that are missing, all in one transaction.

    Several processes may call this at once: the first migrates, the others wait.
    """
    engine = create_engine(sqlalchemy_url(database_url))
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            # A migration that would overlook rows fails (`migrations.rights.unprotected`).
            connection.execute(text("SET LOCAL row_security = off"))
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()
