"""The migrations make the tables that the code knows, from nothing and at any time."""

import asyncio
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlmodel import SQLModel

from app.db import migrate, tables
from app.db.engine import sqlalchemy_url
from app.db.migrate import upgrade
from app.embedded import Stack
from app.settings import Settings

_QUEUE = "procrastinate"


def _differences(connection: Connection) -> list[object]:
    def is_ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or not (name or "").startswith(_QUEUE)

    options = {"compare_type": True, "compare_server_default": True, "include_object": is_ours}
    context = MigrationContext.configure(connection, opts=options)
    return compare_metadata(context, SQLModel.metadata)


async def test_the_migrations_make_the_tables_that_the_code_knows(settings: Settings):
    assert tables
    assert settings.database_owner_url
    engine = create_engine(sqlalchemy_url(settings.database_owner_url))
    with engine.connect() as connection:
        assert _differences(connection) == []
    engine.dispose()


async def test_migrating_again_changes_nothing(settings: Settings):
    assert settings.database_owner_url
    before = _schema(settings.database_owner_url)
    await asyncio.to_thread(upgrade, settings.database_owner_url)
    assert _schema(settings.database_owner_url) == before


async def test_an_empty_database_is_migrated_once_by_many_who_start_together(tmp_path: Path):
    async with Stack(tmp_path / "servers") as settings:
        url = settings.database_owner_url
        assert url
        await asyncio.gather(*(asyncio.to_thread(upgrade, url) for _ in range(4)))
        engine = create_engine(sqlalchemy_url(url))
        with engine.connect() as connection:
            assert _differences(connection) == []
            versions = connection.execute(text("SELECT version_num FROM alembic_version")).all()
            assert len(versions) == 1
            assert f"{_QUEUE}_jobs" in inspect(connection).get_table_names()
        engine.dispose()


def test_the_migrations_stand_in_one_line():
    folder = Path(migrate.__file__).parent / "migrations"
    script = ScriptDirectory(str(folder))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


def _schema(owner_url: str) -> dict[str, list[str]]:
    engine = create_engine(sqlalchemy_url(owner_url))
    with engine.connect() as connection:
        looked = inspect(connection)
        found = {
            table: [str(column) for column in looked.get_columns(table)]
            for table in looked.get_table_names()
        }
    engine.dispose()
    return found
