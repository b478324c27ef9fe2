"""Bring a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from app.db.engine import sqlalchemy_url
from app.db.login import let_in

#: Any number will do, as long as all Lokets use the same: only one migrates at a time.
_LOCK = 5_650_538


def upgrade(owner_url: str, revision: str = "head", *, application_url: str | None = None) -> None:
    """Run the migrations that are missing, all in one transaction.

    Several processes may call this at once: the first migrates, the others wait.

    Args:
        owner_url: of the login that owns the tables, or will.
        revision: the schema to end at.
        application_url: of the login of web and worker, which is then let in as well; None:
            they have the owner's.

    Raises:
        NotLetIn: the owner cannot let the application in.
    """
    engine = create_engine(sqlalchemy_url(owner_url))
    try:
        with engine.begin() as connection:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            # A migration that would overlook rows fails (`migrations.rights.unprotected`).
            connection.execute(text("SET LOCAL row_security = off"))
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            if application_url:
                let_in(connection, application_url)
    finally:
        engine.dispose()
