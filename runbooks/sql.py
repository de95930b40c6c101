"""Ask a PostgreSQL by its name in muster.yaml: read-only for diagnostics, with a time limit that the server keeps."""

import asyncio
import re
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it comes without types

from runbooks.outputs import Printed
from runbooks.postgres.psql_line import Psql
from runbooks.postgres.session import Session
from runbooks.postgres.statements import must_read

AT_ONCE = 4
_CLOSING = 2.0
_REFUSALS = {
    "53300": "Its connections are used up: end idle ones as its superuser, or restart a client that holds many.",
    "57P03": "It starts, stops or recovers: wait, and look at its log.",
    "28": "Look at the user and password in its DSN file, and at the server's pg_hba.conf.",
    "3D": "Look at the database in its DSN file.",
}
"""What to do about a refused login, by the beginning of its SQLSTATE (PostgreSQL's Appendix A)."""


class DatabaseFailed(Exception):
    """A database cannot be asked at all: one sentence, and what to do. It never holds the address."""


class Database:
    """A named connection; each script has a session of its own, and a few at once."""

    def __init__(self, name: str, dsn_file: Path) -> None:
        self.name = name
        self._file = dsn_file
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self, asked: Psql, *, reading: bool, timeout: float) -> Printed:
        """Run each script as `psql -c` does; `reading` lets the server refuse every change. Raises DatabaseFailed."""
        if reading:
            for script in asked.scripts:
                must_read(script)
        lost = f"The connection to the database `{self.name}` was lost; what came before is shown. Is it up?"
        async with self._room:
            connection = await self._connected(timeout)
            try:
                session = Session(connection, asked.look, reading=reading, timeout=timeout)
                return await session.run(asked.scripts, stops=asked.stops, lost=lost)
            finally:
                await _closed(connection)

    async def _connected(self, timeout: float) -> Any:
        dsn = self._dsn()
        try:
            return await asyncpg.connect(
                dsn, timeout=timeout, statement_cache_size=0, server_settings={"application_name": "muster"}
            )
        except asyncpg.PostgresError as error:
            code = str(error.sqlstate or "")
            instead = next((said for known, said in _REFUSALS.items() if code.startswith(known)), "Look at its log.")
            why = str(error.args[0] if error.args else "no reason given").rstrip(".")
            raise DatabaseFailed(f"The database `{self.name}` refused Muster: {why}. {instead}") from None
        except (OSError, TimeoutError) as error:
            if isinstance(error, FileNotFoundError) and "sslrootcert" in dsn:
                raise self._untrusted() from None
            why = (error.strerror if isinstance(error, OSError) else "") or "it did not answer in time"
            raise DatabaseFailed(
                f"The database `{self.name}` cannot be reached: {why}. Is it up, and may Muster's machine reach it?"
            ) from None
        except (ValueError, asyncpg.InterfaceError) as error:
            if str(error).startswith("root certificate file"):
                raise self._untrusted() from None
            raise self._unreadable("holds no PostgreSQL address") from None

    def _dsn(self) -> str:
        try:
            text = self._file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise self._unreadable("cannot be read") from None
        text = re.sub(r"^(postgres(?:ql)?)\+\w+://", r"\1://", text)
        if not re.match(r"postgres(?:ql)?://\S+$", text):
            raise self._unreadable("holds no PostgreSQL address")
        return text

    def _unreadable(self, why: str) -> DatabaseFailed:
        return DatabaseFailed(
            f"The DSN file of connection `{self.name}` {why}."
            " Write one line into it: postgresql://user:password@host:5432/database."
        )

    def _untrusted(self) -> DatabaseFailed:
        return DatabaseFailed(
            f"The CA certificate that connection `{self.name}` wants cannot be read."
            " Name a file that is there in its DSN file: …/database?sslmode=verify-full&sslrootcert=/path/ca.crt."
        )


async def _closed(connection: Any) -> None:
    """Close a session; one that was cut off is told to the server first, then dropped."""
    try:
        await connection.close(timeout=_CLOSING)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


__all__ = ["Database", "DatabaseFailed"]
