"""SQLite is for one Muster: who serves from a file holds a lock beside it, and loses it however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import URL

from bot.errors import SettingsError

log = structlog.get_logger(__name__)


@contextmanager
def alone(url: URL) -> Iterator[None]:
    """Be the only one who serves from this database file; another database may have many."""
    path = _file(url)
    lock = None if path is None else _locked(path)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _file(url: URL) -> Path | None:
    named = url.get_backend_name() == "sqlite" and url.database
    if not named or named == ":memory:" or named.startswith("file:"):
        return None
    return Path(named).resolve()


def _locked(path: Path) -> int | None:
    """Return the open lock; where there can be none (no such folder, say), the database itself tells what is wrong."""
    try:
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock, 20).decode("ascii", "replace").strip()
        os.close(lock)
        raise SettingsError(
            f"DATABASE_URL: another Muster{f' (process {holder})' if holder else ''} already serves from {path}; "
            "stop that one, or use PostgreSQL for more than one"
        ) from None
    except OSError as error:
        log.warning("this file system has no locks; start only one Muster on it", problem=error.strerror)
        return lock
    os.truncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())
    return lock
