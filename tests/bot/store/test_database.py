"""Which databases Muster speaks, how it brings them into shape, and what it says when they are not there."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import make_url, text

from bot.errors import SettingsError, Unavailable
from bot.store.columns import Table
from bot.store.database import Database, read_url
from bot.store.migrations import newest
from bot.store.store import By, Store


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("sqlite:///muster.db", "sqlite+aiosqlite:///muster.db"),
        ("sqlite+aiosqlite:////tmp/x.db", "sqlite+aiosqlite:////tmp/x.db"),
        ("postgresql://me@host/muster", "postgresql+asyncpg://me@host/muster"),
        ("postgres://me@host/muster", "postgresql+asyncpg://me@host/muster"),
        ("postgresql+asyncpg://me@host/muster", "postgresql+asyncpg://me@host/muster"),
    ],
)
def test_an_address_gets_its_async_driver(given: str, read: str):
    assert str(read_url(given)) == read


@pytest.mark.parametrize("given", ["", "muster.db", "mysql://host/muster", "postgresql+psycopg2://host/muster"])
def test_another_address_is_a_wrong_setting(given: str):
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        read_url(given)


async def test_the_migrations_make_exactly_the_tables(store: Store):
    async with store.database.changing() as session:
        connection = await session.connection()
        found = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"compare_type": True}), Table.metadata)
        )
    assert found == []


async def test_several_may_start_at_once(database_url: str):
    stores = [Store(database_url, now=lambda: datetime.now(UTC)) for _ in range(4)]
    await asyncio.gather(*(store.open() for store in stores))
    async with stores[0].database.reading() as session:
        revision = (await session.exec(text("SELECT version_num FROM alembic_version"))).scalars().all()
    assert revision == [newest()]
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_database_of_a_newer_version_is_refused_in_one_line(store: Store):
    async with store.database.changing() as session:
        await session.exec(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match="newer Muster") as refused:
        await store.open()
    assert "\n" not in str(refused.value)


async def test_a_database_that_does_not_answer_is_said_to_be_unavailable():
    store = Store("postgresql://nobody@127.0.0.1:1/muster", now=lambda: datetime.now(UTC))
    with pytest.raises(Unavailable, match="does not answer"):
        await store.open()
    with pytest.raises(Unavailable):
        async with store.reading() as reading:
            await reading.open_incidents()
    with pytest.raises(Unavailable):
        async with store.changing(by=By("U0ALEX")):
            pass
    await store.close()


async def test_a_folder_that_does_not_exist_is_a_wrong_setting(tmp_path: Path):
    store = Store(f"sqlite:///{tmp_path / 'missing' / 'muster.db'}", now=lambda: datetime.now(UTC))
    with pytest.raises(SettingsError, match="unable to open database file"):
        await store.open()
    await store.close()


@pytest.mark.postgres
async def test_a_database_that_is_not_there_is_a_wrong_setting(postgres_url: str):
    database = Database(make_url(postgres_url).set(database="missing").render_as_string(hide_password=False))
    with pytest.raises(SettingsError, match="does not exist"):
        await database.migrate()
    await database.close()


async def test_sqlite_keeps_foreign_keys_and_a_write_ahead_log(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'muster.db'}")
    await database.migrate()
    async with database.reading() as session:
        assert (await session.exec(text("PRAGMA foreign_keys"))).scalar_one() == 1
        assert (await session.exec(text("PRAGMA journal_mode"))).scalar_one() == "wal"
    await database.close()


async def test_a_connection_that_was_cut_is_replaced(store: Store):
    async with store.reading() as reading:
        assert not await reading.open_incidents()
    if not store.database.is_sqlite:
        async with store.database.changing() as session:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            await session.exec(text(f"{cut} AND pid <> pg_backend_pid()"))
    async with store.reading() as reading:
        assert not await reading.open_incidents()
