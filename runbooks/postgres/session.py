"""A session with a PostgreSQL: statements run as psql's `-c` runs them, and what it would print of them."""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # it comes without types

from runbooks.outputs import Printed
from runbooks.postgres.psql_complaint import complaint
from runbooks.postgres.psql_text import Look, Row, printed
from runbooks.postgres.statements import to_stdout
from runbooks.postgres.tokens import Statement, statements

ROWS = 5000
KEPT = 8 * 1024 * 1024
_COPIED = {"select", "with", "values", "table", "insert", "update", "delete", "merge"}
_COPY, _SOME = "COPY (", "SELECT * FROM ("
_BEGINS = {"begin", "start"}
_FAILED, _LOST = 1, 2
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)")
_FIELDS = (
    "severity", "message", "detail", "hint", "position", "internal_position", "internal_query", "context",
)  # fmt: skip


class Session:
    """Runs scripts one after the other, and gathers what they print; `reading` lets the server refuse every change."""

    def __init__(self, connection: Any, look: Look, *, reading: bool, timeout: float) -> None:
        self._connection = connection
        self._look = look
        self._reading = reading
        self._limit = str(int(timeout * 1000))
        self._ours = False
        self._sql = ""
        self._at = 0
        self._out: list[str] = []
        self._errors: list[str] = []
        self._notes: list[str] = []

    async def run(self, scripts: Sequence[str], *, stops: bool, lost: str) -> Printed:
        """Run scripts; the exit code is the last one's. One that fails ends it if `stops`; a `lost` connection does."""
        self._connection.add_log_listener(self._notice)
        exit_code = 0
        for script in scripts:
            exit_code = await self._script(script)
            if self._connection.is_closed():
                self._errors.append(f"{lost}\n")
                exit_code = _LOST
            if exit_code == _LOST or (exit_code and stops):
                break
        self._connection.remove_log_listener(self._notice)
        return Printed("".join(self._out), "".join(self._errors), exit_code, tuple(dict.fromkeys(self._notes)))

    async def _script(self, sql: str) -> int:
        """Run one string as psql sends it: several statements are one transaction, one alone commits by itself."""
        self._sql, self._at = sql, 0
        try:
            every = statements(sql)
            for one in every:
                self._at = one.at
                await self._begin(together=len(every) > 1 and one.verb not in _BEGINS)
                self._out.append(await self._statement(one))
                self._ours = self._ours and one.verb not in _BEGINS
            await self._end("COMMIT")
            # A notice that came with the last answer is told in the loop's next turn.
            await asyncio.sleep(0)
        except asyncpg.PostgresConnectionError:
            await self._gone()
        except asyncpg.PostgresError as error:
            self._errors.append(complaint(_fields(error, shift=self._at), sql))
            await self._failed()
        except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
            if not self._connection.is_closed():
                self._errors.append(f"ERROR:  {error}\n")
            await self._failed()
        else:
            return 0
        return _FAILED

    async def _failed(self) -> None:
        """Take back what was begun; where that fails, nobody is there any more."""
        try:
            await self._end("ROLLBACK")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await self._gone()

    async def _gone(self) -> None:
        self._connection.terminate()

    async def _begin(self, *, together: bool) -> None:
        """Begin, unless something is begun; the first query of a READ ONLY transaction makes that final."""
        if self._connection.is_in_transaction():
            return
        self._ours = inside = self._reading or together
        if inside:
            await self._connection.execute("BEGIN READ ONLY" if self._reading else "BEGIN")
        await self._connection.execute("SELECT set_config('statement_timeout', $1, $2)", self._limit, inside)
        await self._connection.execute("SELECT set_config('standard_conforming_strings', 'on', $1)", inside)

    async def _end(self, how: str) -> None:
        """End what was begun here; what the line itself began, it ends itself, or nobody does."""
        if self._ours and not self._connection.is_closed() and self._connection.is_in_transaction():
            await self._connection.execute(how)

    async def _statement(self, one: Statement) -> str:
        if one.verb == "copy" and to_stdout(one):
            return await self._copy(one)
        try:
            prepared = await self._connection.prepare(one.text)
        except asyncpg.InternalClientError:
            return await self._untyped(one)
        columns = prepared.get_attributes()
        if not columns:
            tag = await self._connection.execute(one.text)
            return "" if self._look.quiet else f"{tag}\n"
        names, types = [column.name for column in columns], [column.type.name for column in columns]
        if one.verb not in _COPIED:
            rows: list[Row] = [[None if cell is None else str(cell) for cell in row] for row in await prepared.fetch()]
            return printed(names, types, rows, self._look)
        rows, tag = await self._rows(one)
        quiet = self._look.quiet or self._look.tuples_only
        return printed(names, types, rows, self._look) + ("" if quiet else _tag(one.verb, tag))

    async def _untyped(self, one: Statement) -> str:
        """Print rows of types that asyncpg cannot tell, as pg_stats' anyarray: their names come as the first row."""
        rows, _ = await self._rows(one, header=True)
        names = [cell or "" for cell in rows[0]]
        return printed(names, ["anyarray"] * len(names), rows[1:], self._look)

    async def _rows(self, one: Statement, *, header: bool | None = None) -> tuple[list[Row], str]:
        """Read the rows in the server's own text form; of a query that only reads, no more than are kept."""
        before, after = (_SOME, f") AS every LIMIT {ROWS + 1}") if self._reading else ("", "")
        self._at = one.at - len(_COPY + before)
        taking = _Rows()
        tag = await self._taken(
            taking, self._connection.copy_from_query(f"{before}{one.text}{after}", output=taking, header=header)
        )
        if taking.more:
            self._notes.append(f"Only the first {len(taking.rows):,} rows were kept. Add LIMIT, or narrow the WHERE.")
        return taking.rows, tag

    async def _copy(self, one: Statement) -> str:
        """Print what a `COPY … TO STDOUT` gives, in whatever format it asks for."""
        taking = _Bytes()
        # copy_from_query would write the statement anew, and knows fewer options than the server.
        await self._taken(taking, self._connection._copy_out(one.text, taking, None))  # noqa: SLF001  # see above
        if taking.more:
            self._notes.append(f"Only the first {KEPT >> 20} MiB were kept. Narrow the WHERE.")
        return taking.text

    async def _taken(self, taking: "_Rows | _Bytes", copying: Awaitable[str]) -> str:
        """Take all that comes. Where enough had come before time was over, the script goes on in a new transaction.

        Nothing is stopped from here: asyncpg waits for ever when what it stops has just ended.
        """
        try:
            return await copying
        except asyncpg.QueryCanceledError:
            if not (taking.more and self._reading):
                raise
        await self._end("ROLLBACK")
        await self._begin(together=True)
        return ""

    def _notice(self, _connection: object, message: Any) -> None:
        self._errors.append(complaint(_fields(message), self._sql))


def _tag(verb: str, tag: str) -> str:
    if verb not in {"insert", "update", "delete", "merge"}:
        return ""
    number = tag.rpartition(" ")[2]
    return f"INSERT 0 {number}\n" if verb == "insert" else f"{verb.upper()} {number}\n"


class _Rows:
    """Takes the chunks of a COPY in its text format, as many as are kept."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.more = False
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


class _Bytes:
    """Takes the chunks of a COPY as they come, up to the row with which enough has come."""

    def __init__(self) -> None:
        self.more = False
        self._parts: list[bytes] = []
        self._size = 0

    async def __call__(self, data: bytes) -> None:
        if self.more:
            return
        self._size += len(data)
        if self._size > KEPT:
            self.more = True
            data = data[: data.rfind(b"\n", 0, len(data) - self._size + KEPT) + 1]
        self._parts.append(data)

    @property
    def text(self) -> str:
        return b"".join(self._parts).decode("utf-8", "replace")


def _cell(text: str) -> str | None:
    if text == "\\N":
        return None
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text) if "\\" in text else text


def _fields(error: Any, *, shift: int = 0) -> dict[str, str]:
    """The parts of a server's message; a position counts from the beginning of the whole string."""
    said = {name: str(value) for name in _FIELDS if (value := getattr(error, name, None)) is not None}
    said.setdefault("message", str(error))
    if "position" in said:
        said["position"] = str(int(said["position"]) + shift)
    return said


__all__ = ["ROWS", "Session"]
