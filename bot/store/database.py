"""The connections: SQLite that begins with `BEGIN IMMEDIATE`, or PostgreSQL; their errors end here."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiosqlite
import structlog
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.errors import SettingsError, Unavailable
from bot.store.migrations import upgrade

log = structlog.get_logger(__name__)

PATIENCE = 10.0
"""Seconds that a change waits for another one's lock, and a connection for its answer."""
_AGAIN = 0.05

MISTAKES = (
    "unable to open database file",
    "readonly database",
    "not a database",
    "authentication failed",
    "does not exist",
)
"""Parts of what SQLite and PostgreSQL say when the address, not the moment, is wrong."""

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


class Database:
    """An engine; on SQLite, which has one writer, changes of this process queue in order instead of polling."""

    def __init__(self, url: str) -> None:
        self.url = read_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self._reader = self._engine.execution_options(reading=True)
        self._turn = asyncio.Lock()
        self.ready = False

    async def migrate(self) -> None:
        """Bring the schema to this version, once, whoever else starts now."""
        with _translated():
            try:
                async with self._my_turn(), self._engine.begin() as connection:
                    await connection.run_sync(upgrade)
            except DBAPIError as error:
                raise self._wrong_setting(error) or error from None
        self.ready = True

    def _wrong_setting(self, error: DBAPIError) -> SettingsError | None:
        """Tell what waiting does not mend: a wrong path, password or name."""
        brief = _brief(error)
        if any(words in brief for words in MISTAKES):
            return SettingsError(f"DATABASE_URL does not work: {brief}")
        return None

    async def close(self) -> None:
        """Let go of every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that takes no lock."""
        self._must_be_ready()
        with _translated():
            async with AsyncSession(self._reader, expire_on_commit=False, autoflush=False) as session:
                yield session

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[AsyncSession]:
        """A session in a transaction that is committed at the end."""
        self._must_be_ready()
        with _translated():
            async with self._my_turn(), AsyncSession(self._engine, expire_on_commit=False) as session:
                await session.connection()
                try:
                    yield session
                except BaseException:
                    await _to_its_end(session.rollback())
                    raise
                await _to_its_end(session.commit())

    def _must_be_ready(self) -> None:
        if not self.ready:
            raise Unavailable

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        if not self.is_sqlite:
            yield
            return
        async with asyncio.timeout(PATIENCE):
            await self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()


def read_url(text: str) -> URL:
    """Read DATABASE_URL; `sqlite://` and `postgresql://` get their async drivers."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError("DATABASE_URL is not a database's address; try sqlite+aiosqlite:///muster.db") from None
    driver = DRIVERS.get(url.get_backend_name())
    if driver is None or url.drivername not in {driver, url.get_backend_name()}:
        raise SettingsError(
            f"DATABASE_URL names {url.drivername}; Muster speaks sqlite+aiosqlite:///… and postgresql+asyncpg://…"
        )
    return url.set(drivername=driver)


def _sqlite(url: URL) -> AsyncEngine:
    settings = {"isolation_level": None, "timeout": PATIENCE, "async_creator_fn": _open_file}
    engine = create_async_engine(url, connect_args=settings)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={PATIENCE * 1000:.0f}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """End a transaction whole, whoever cancels meanwhile: a connection given back half-way is lost, loudly."""
    task, cancelled = asyncio.create_task(work), None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    await task
    if cancelled is not None:
        raise cancelled


class _Ended(sqlite3.Connection):
    """Ends its transaction before it closes: a cursor that outlives it (a cancelled statement's) would keep the lock.

    Source: sqlite.org/c3ref/close.html, "zombie": close_v2 waits for the last statement, and so does its rollback.
    """

    def close(self) -> None:
        try:
            self.rollback()
        finally:
            super().close()


async def _open_file(*where: Any, **how: Any) -> aiosqlite.Connection:
    """Open the file, or leave nothing open: cancelled half-way, the driver would leave its thread behind."""
    connection = aiosqlite.connect(*where, factory=_Ended, **how)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does where it opens: an exit waits for no thread
    opening = asyncio.ensure_future(_awaited(connection))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        await asyncio.wait({opening})
        if not _failed(opening):
            await connection.close()
        raise
    finally:
        if _failed(opening):  # its thread ends by itself, and prints a traceback if the event loop has ended before
            await asyncio.to_thread(connection._thread.join)  # noqa: SLF001 - as above


def _failed(opening: "asyncio.Future[aiosqlite.Connection]") -> bool:
    return opening.done() and (opening.cancelled() or opening.exception() is not None)


async def _awaited(connection: aiosqlite.Connection) -> aiosqlite.Connection:
    opened = await connection
    try:
        async with asyncio.timeout(PATIENCE):
            while not await _shared(opened):  # noqa: ASYNC110 - no lock tells when it goes
                await asyncio.sleep(_AGAIN)
    except BaseException:
        await opened.close()
        raise
    return opened


async def _shared(connection: aiosqlite.Connection) -> bool:
    """Let readers and a writer use the file at once. SQLite itself does not wait for others who begin that just now."""
    try:
        async with connection.execute("PRAGMA journal_mode=WAL"):
            return True
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False


def _postgresql(url: URL) -> AsyncEngine:
    settings = {"lock_timeout": f"{PATIENCE * 1000:.0f}", "application_name": "muster"}
    return create_async_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=PATIENCE,
        connect_args={"timeout": PATIENCE / 2, "command_timeout": 3 * PATIENCE, "server_settings": settings},
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Turn a database that does not answer into our own error; a rule that the database refused stays what it is."""
    try:
        yield
    except (OSError, TimeoutError, OperationalError, InterfaceError) as error:
        log.warning("the database does not answer", error=_brief(error))
        raise Unavailable from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        log.warning("the database went away", error=_brief(error))
        raise Unavailable from error


def _brief(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return (str(cause).splitlines() or [type(cause).__name__])[0][:300]
