"""Ask a PostgreSQL, and print what psql would: read-only for diagnostics, with a time limit that the server keeps."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it comes without types

from runbooks.psql_text import Look, Row, complaint, printed
from runbooks.statements import Statement, must_read, statements

ROWS = 5000
KEPT = 8 * 1024 * 1024
AT_ONCE = 4
_COPIED = {"select", "with", "values", "table", "insert", "update", "delete", "merge"}
_COPY = "COPY ("
_CLOSING = 2.0
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)")
_FIELDS = (
    "severity", "message", "detail", "hint", "position", "internal_position", "internal_query", "context",
)  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """What psql would have printed."""

    stdout: str
    stderr: str = ""
    exit_code: int = 0
    notes: tuple[str, ...] = ()


class DatabaseFailed(Exception):
    """A database cannot be asked at all: one sentence, and what to do. It never holds the address."""


class _Enough(Exception):
    """More came than is kept."""


@dataclass
class _Said:
    """What has been printed so far."""

    sql: str
    out: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def notice(self, _connection: object, message: Any) -> None:
        self.errors.append(complaint(_fields(message), self.sql))


class Database:
    """A named connection; each script has a session of its own, and a few at once."""

    def __init__(self, name: str, dsn_file: Path) -> None:
        self.name = name
        self._file = dsn_file
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self, scripts: Sequence[str], *, reading: bool, timeout: float, look: Look | None = None) -> Printed:
        """Run each script as `psql -c` does; `reading` lets the server refuse every change. Raises DatabaseFailed."""
        if reading:
            for script in scripts:
                must_read(script)
        async with self._room:
            connection = await self._connected(timeout)
            try:
                ended = [await _script(connection, one, reading, timeout, look or Look()) for one in scripts]
            finally:
                await _closed(connection)
        notes = dict.fromkeys(note for one in ended for note in one.notes)
        return Printed(
            "".join(one.stdout for one in ended), "".join(one.stderr for one in ended), ended[-1].exit_code, (*notes,)
        )

    async def _connected(self, timeout: float) -> Any:
        dsn = self._dsn()
        try:
            return await asyncpg.connect(
                dsn, timeout=timeout, statement_cache_size=0, server_settings={"application_name": "muster"}
            )
        except asyncpg.PostgresError as error:
            raise DatabaseFailed(
                f"The database `{self.name}` refused Muster: {error.args[0] if error.args else 'no reason given'}."
                " Look at the user, password and database in its DSN file."
            ) from None
        except (OSError, TimeoutError) as error:
            why = (error.strerror if isinstance(error, OSError) else "") or "it did not answer in time"
            raise DatabaseFailed(
                f"The database `{self.name}` cannot be reached: {why}. Is it up, and may Muster's machine reach it?"
            ) from None
        except (ValueError, asyncpg.InterfaceError):
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


async def _closed(connection: Any) -> None:
    """Close a session; one that was cut off is told to the server first, then dropped."""
    try:
        await connection.close(timeout=_CLOSING)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


async def _script(connection: Any, sql: str, reading: bool, timeout: float, look: Look) -> Printed:
    """Run one string as psql sends it: several statements are one transaction, one alone commits by itself."""
    said, at = _Said(sql), 0
    connection.add_log_listener(said.notice)
    try:
        every = statements(sql)
        await _begin(connection, timeout, reading=reading, together=_together(every))
        for one in every:
            at = one.at
            said.out.append(await _statement(connection, one, said, look, reading=reading))
        await _end(connection)
    except asyncpg.PostgresError as error:
        said.errors.append(complaint(_fields(error, shift=at), sql))
        await _end(connection, failed=True)
        return Printed("".join(said.out), "".join(said.errors), 1, tuple(said.notes))
    finally:
        connection.remove_log_listener(said.notice)
    await asyncio.sleep(0)
    return Printed("".join(said.out), "".join(said.errors), 0, tuple(said.notes))


def _together(every: Sequence[Statement]) -> bool:
    """Several statements are one transaction, unless they begin one themselves."""
    return len(every) > 1 and not any(one.verb in {"begin", "start"} for one in every)


async def _begin(connection: Any, timeout: float, *, reading: bool, together: bool) -> None:
    """Begin; the first query of a READ ONLY transaction makes that final."""
    inside = reading or together
    if inside:
        await connection.execute("BEGIN READ ONLY" if reading else "BEGIN")
    limit = str(int(timeout * 1000))
    await connection.execute("SELECT set_config('statement_timeout', $1, $2)", limit, inside)
    await connection.execute("SELECT set_config('standard_conforming_strings', 'on', $1)", inside)


async def _end(connection: Any, *, failed: bool = False) -> None:
    if connection.is_closed() or not connection.is_in_transaction():
        return
    await connection.execute("ROLLBACK" if failed else "COMMIT")


async def _statement(connection: Any, one: Statement, said: _Said, look: Look, *, reading: bool) -> str:
    if one.verb == "copy":
        return await _copy(connection, one)
    try:
        prepared = await connection.prepare(one.text)
    except asyncpg.InternalClientError:
        return await _untyped(connection, one, said, look, reading=reading)
    columns = prepared.get_attributes()
    if not columns:
        tag = await connection.execute(one.text)
        return "" if look.quiet else f"{tag}\n"
    names, types = [column.name for column in columns], [column.type.name for column in columns]
    if one.verb not in _COPIED:
        rows: list[Row] = [[None if cell is None else str(cell) for cell in row] for row in await prepared.fetch()]
        return printed(names, types, rows, look)
    rows, tag = await _rows(connection, one, said, reading=reading)
    return printed(names, types, rows, look) + ("" if look.quiet or look.tuples_only else _tag(one.verb, tag))


async def _untyped(connection: Any, one: Statement, said: _Said, look: Look, *, reading: bool) -> str:
    """Print rows of types that asyncpg cannot tell, such as pg_stats' anyarray: their names come as the first row."""
    rows, _ = await _rows(connection, one, said, reading=reading, header=True)
    names = [cell or "" for cell in rows[0]]
    return printed(names, ["anyarray"] * len(names), rows[1:], look)


def _tag(verb: str, tag: str) -> str:
    if verb not in {"insert", "update", "delete", "merge"}:
        return ""
    number = tag.rpartition(" ")[2]
    return f"INSERT 0 {number}\n" if verb == "insert" else f"{verb.upper()} {number}\n"


async def _rows(
    connection: Any, one: Statement, said: _Said, *, reading: bool, header: bool | None = None
) -> tuple[list[Row], str]:
    """Read the rows in the server's own text form. A query that only reads is stopped where enough has come."""
    taking = _Taking(stop=reading)
    try:
        tag = await connection.copy_from_query(one.text, output=taking, header=header)
    except _Enough:
        tag = ""
    if taking.more:
        said.notes.append(f"Only the first {len(taking.rows):,} rows were kept. Add LIMIT, or narrow the WHERE.")
    return taking.rows, tag


class _Taking:
    """Takes the chunks of a COPY in its text format."""

    def __init__(self, *, stop: bool) -> None:
        self.rows: list[Row] = []
        self.more = False
        self._stop = stop
        self._rest = b""
        self._size = 0

    async def __call__(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if len(self.rows) >= ROWS or self._size > KEPT:
                self.more = True
                break
            self._size += len(line)
            self.rows.append([_cell(cell) for cell in line.decode("utf-8", "replace").split("\t")])
        if self.more and self._stop:
            raise _Enough


def _cell(text: str) -> str | None:
    if text == "\\N":
        return None
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


async def _copy(connection: Any, one: Statement) -> str:
    """`COPY (query) TO STDOUT`, in the format that it asks for."""
    found = re.fullmatch(r"copy\s*\((.*)\)\s*to\s+stdout\b(.*)", one.text, re.IGNORECASE | re.DOTALL)
    table = re.fullmatch(r"copy\s+([\w.\"]+)\s+to\s+stdout\b(.*)", one.text, re.IGNORECASE | re.DOTALL)
    query = found[1] if found else f"TABLE {table[1]}" if table else ""
    rest = (found or table)[2].lower() if found or table else ""  # type: ignore[index]  # one of them was found
    parts: list[bytes] = []

    async def taking(data: bytes) -> None:
        if sum(map(len, parts)) <= KEPT:
            parts.append(data)

    csv = re.search(r"\bcsv\b", rest) is not None
    header = re.search(r"\bheader\b(?!\s+(?:false|off|0))", rest) is not None
    await connection.copy_from_query(query, output=taking, format="csv" if csv else "text", header=header or None)
    return b"".join(parts).decode("utf-8", "replace")


def _fields(error: Any, *, shift: int = 0) -> dict[str, str]:
    """The parts of a server's message; a position counts from the beginning of the whole string."""
    said = {name: str(value) for name in _FIELDS if (value := getattr(error, name, None)) is not None}
    said.setdefault("message", str(error))
    if "position" in said:
        wrapped = len(_COPY) if str(getattr(error, "query", "") or "").startswith(_COPY) else 0
        said["position"] = str(int(said["position"]) + shift - wrapped)
    return said


__all__ = ["Database", "DatabaseFailed", "Printed"]
