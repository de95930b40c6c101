"""PostgreSQL's own protocol, version 3: as much of it as asyncpg and psql speak when they look."""

import asyncio
import contextlib
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.database.answers import Answer, Complaint, Session
from sandbox.database.asking import ask, copied
from sandbox.database.dialect import statements
from sandbox.database.messages import complaint, described, literal, message, notice, row, text, words
from sandbox.database.state import Database

SSL, GSS, CANCEL, VERSION_3 = 80877103, 80877104, 80877102, 196608
LARGEST = 2**20
SAYS = {
    "server_version": "16.4", "server_encoding": "UTF8", "client_encoding": "UTF8", "DateStyle": "ISO, MDY",
    "TimeZone": "UTC", "integer_datetimes": "on", "standard_conforming_strings": "on", "is_superuser": "off",
}  # fmt: skip
UNREADABLE = Complaint("08P01", "the pretend database cannot read this message")
PARAMETER = re.compile(r"\$(\d{1,5})(\s*\)|)")


@dataclass(frozen=True)
class Place:
    """What stands behind a connection string: a database by its name, and why it cannot be asked now, if so."""

    database: Callable[[], Database | None]
    trouble: Callable[[], str]
    password: str


class Ended(Exception):
    """The client has gone."""


@dataclass
class Talk:
    """One connection: what was prepared, and whether a transaction is open."""

    read: asyncio.StreamReader
    write: asyncio.StreamWriter
    place: Place
    now: Callable[[], float]
    prepared: dict[str, str] = field(default_factory=dict)
    portals: dict[str, str] = field(default_factory=dict)
    state: bytes = b"I"
    read_only: bool = False
    skips: bool = False

    async def hold(self) -> None:
        """Answer until the client goes."""
        while True:
            kind = await self.read.readexactly(1)
            body = await self._body()
            if kind == b"X":
                raise Ended
            if self.skips and kind != b"S":
                continue
            try:
                ANSWERS.get(kind, Talk.unknown)(self, body)
            except (Complaint, struct.error, LookupError) as problem:
                self.write.write(complaint(problem if isinstance(problem, Complaint) else UNREADABLE))
                self.state, self.skips = (b"E" if self.state == b"T" else self.state), kind != b"Q"
            if kind in b"QS":
                self.write.write(message(b"Z", self.state))
            await self.write.drain()

    async def _body(self) -> bytes:
        (size,) = struct.unpack("!I", await self.read.readexactly(4))
        if not 4 <= size <= LARGEST:
            raise Ended
        return await self.read.readexactly(size - 4)

    def simple(self, body: bytes) -> None:
        """Run what stands in one Query."""
        every = list(statements(words(body)[0]))
        if not every:
            self.write.write(message(b"I"))
        for _, statement in every:
            self._run(statement, describes=True)

    def parse(self, body: bytes) -> None:
        name, statement = words(body)[:2]
        self.prepared[name] = statement
        self.write.write(message(b"1"))

    def describe(self, body: bytes) -> None:
        """Tell the parameters and columns of what was prepared, without doing it."""
        statement = (self.prepared if body[:1] == b"S" else self.portals)[words(body[1:])[0]]
        kinds = [16 if last else 25 for _, last in sorted(set(PARAMETER.findall(statement)))]
        if body[:1] == b"S":
            self.write.write(message(b"t", struct.pack(f"!h{len(kinds)}I", len(kinds), *kinds)))
        plain = PARAMETER.sub(lambda found: f"'off'{found[2]}", statement)
        self.write.write(described(ask(plain, self._session(acts=False)) if plain.strip() else Answer("")))

    def bind(self, body: bytes) -> None:
        """Put the parameters into the words; text is sent alike in both formats, a truth as one byte."""
        portal, name = words(body)[:2]
        rest = body[len(text(portal, name)) :]
        (formats,) = struct.unpack_from("!h", rest)
        (count,), at, values = struct.unpack_from("!h", rest, 2 + 2 * formats), 4 + 2 * formats, []
        for _ in range(count):
            (size,) = struct.unpack_from("!i", rest, at)
            values.append(rest[at + 4 : at + 4 + max(size, 0)] if size >= 0 else None)
            at += 4 + max(size, 0)
        self.portals[portal] = PARAMETER.sub(
            lambda found: f"{literal(values[int(found[1]) - 1])}{found[2]}", self.prepared[name]
        )
        self.write.write(message(b"2"))

    def execute(self, body: bytes) -> None:
        self._run(self.portals[words(body)[0]], describes=False)

    def close(self, _body: bytes) -> None:
        self.write.write(message(b"3"))

    def sync(self, _body: bytes) -> None:
        self.skips = False

    def flush(self, _body: bytes) -> None:
        """Everything is written at once."""

    def unknown(self, _body: bytes) -> None:
        raise Complaint("08P01", "the pretend database does not know this message")

    def _session(self, *, acts: bool = True) -> Session:
        database = self.place.database()
        if database is None or self.place.trouble():
            raise Complaint("57P01", "terminating connection due to administrator command")
        return Session(database, self.now(), self.read_only, acts)

    def _run(self, statement: str, *, describes: bool) -> None:
        """Run one statement, and follow the transactions that it begins and ends."""
        if not statement.strip():
            self.write.write(message(b"I"))
            return
        ends = re.match(r"\s*(?:commit|end|rollback|abort)\b", statement, re.IGNORECASE)
        if self.state == b"E" and not ends:
            raise Complaint("25P02", "current transaction is aborted, commands ignored until end of transaction block")
        session = self._session()
        sent = copied(statement, session)
        answer = sent[1] if sent else ask(statement, session)
        self.write.write(b"".join(map(notice, answer.notices)))
        if sent:
            self._copy(sent[0], len(answer.columns))
        elif answer.columns:
            self.write.write((described(answer) if describes else b"") + b"".join(map(row, answer.rows)))
        tag = "ROLLBACK" if self.state == b"E" else answer.tag
        self.write.write(message(b"C", text(tag)))
        if answer.tag in {"BEGIN", "START TRANSACTION"} and self.state == b"I":
            self.state, self.read_only = b"T", re.search(r"read\s+only", statement, re.IGNORECASE) is not None
        elif ends:
            self.state, self.read_only = b"I", False

    def _copy(self, sent: str, columns: int) -> None:
        self.write.write(message(b"H", struct.pack(f"!bh{columns}h", 0, columns, *[0] * columns)))
        lines = sent.splitlines(keepends=True)
        self.write.write(b"".join(message(b"d", line.encode()) for line in lines) + message(b"c"))


ANSWERS: dict[bytes, Callable[[Talk, bytes], None]] = {
    b"Q": Talk.simple, b"P": Talk.parse, b"D": Talk.describe, b"B": Talk.bind, b"E": Talk.execute,
    b"C": Talk.close, b"S": Talk.sync, b"H": Talk.flush,
}  # fmt: skip


class Wire:
    """Serves each database to who names it and knows its password."""

    def __init__(self, places: dict[str, Place], now: Callable[[], float]) -> None:
        self._places, self._now = places, now
        self._talks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str) -> int:
        """Listen on a free port, and give it."""
        self._server = await asyncio.start_server(self._served, host, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening, and end every connection."""
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        if self._talks:
            await asyncio.wait(self._talks)

    async def _served(self, read: asyncio.StreamReader, write: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            with contextlib.suppress(Ended, asyncio.IncompleteReadError, ConnectionError):
                place = await self._greeted(read, write)
                await Talk(read, write, place, self._now).hold()
        except Complaint as refused:
            with contextlib.suppress(ConnectionError):
                write.write(complaint(refused, "FATAL"))
                await write.drain()
        finally:
            self._talks.discard(task)
            write.close()

    async def _greeted(self, read: asyncio.StreamReader, write: asyncio.StreamWriter) -> Place:
        """Go through the start of a connection: no TLS, a password in plain words. Raises Complaint, Ended."""
        while True:
            size, version = struct.unpack("!II", await read.readexactly(8))
            if version == CANCEL or not 8 <= size <= LARGEST:
                raise Ended
            body = await read.readexactly(size - 8)
            if version not in {SSL, GSS}:
                break
            write.write(b"N")
        if version != VERSION_3:
            raise Complaint("0A000", "the pretend database speaks version 3 of the protocol")
        found = words(body)
        given = dict(zip(found[::2], found[1::2], strict=False))
        place = self._places.get(given.get("database", given.get("user", "")))
        if place is None:
            raise Complaint("3D000", f'database "{given.get("database", "")}" does not exist')
        write.write(message(b"R", struct.pack("!I", 3)))
        kind, size = struct.unpack("!cI", await read.readexactly(5))
        password = words(await read.readexactly(min(max(size, 4), LARGEST) - 4))[0]
        if kind != b"p" or password != place.password:
            raise Complaint("28P01", f'password authentication failed for user "{given.get("user", "")}"')
        if trouble := place.trouble():
            raise Complaint("57P03", trouble)
        write.write(message(b"R", struct.pack("!I", 0)))
        write.write(b"".join(message(b"S", text(name, value)) for name, value in SAYS.items()))
        write.write(message(b"K", struct.pack("!II", 4242, 4242)) + message(b"Z", b"I"))
        return place
