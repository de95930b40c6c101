"""The functions of PostgreSQL that responders use, taught to SQLite."""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

import re2

from sandbox.database import contents, dialect
from sandbox.database.answers import Session
from sandbox.database.state import Database

VERSION = "PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit"
MOST_SECONDS, LOOK_EVERY, LONGEST = 1.0, 1_000, 1_000_000
READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
PLANS = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_TRANSACTION}
ANY_CASE = re2.Options()
ANY_CASE.case_sensitive = ANY_CASE.log_errors = False
TRUTHS = {"pg_terminate_backend", "pg_cancel_backend", "pg_is_in_recovery", "pg_reload_conf"}


def taught(made: sqlite3.Connection, session: Session) -> None:
    """Teach SQLite the functions that responders use, and to stop what works too long or does more than read."""
    database = session.database
    behind = {one.pid: [] if one.behind is None else [one.behind] for one in database.backends}
    settings = contents.SETTINGS | {"max_connections": str(database.limit)}
    known: dict[str, Callable[..., Any]] = {
        "now": lambda: session.now, "clock_timestamp": lambda: session.now, "version": lambda: VERSION,
        "age": lambda *at: (session.now if len(at) == 1 else at[0]) - at[-1],
        "extract": int, "date_trunc": _truncated, "pg_backend_pid": lambda: session.pid,
        "pg_terminate_backend": lambda pid: session.end(pid, Database.terminate),
        "pg_cancel_backend": lambda pid: session.end(pid, Database.cancel),
        "pg_reload_conf": lambda: 1, "pg_is_in_recovery": lambda: 0,
        "pg_blocking_pids": lambda pid: "{" + ",".join(map(str, behind.get(pid, []))) + "}",
        "is_one_of": lambda one, listed: str(one) in str(listed).strip("{}").split(","),
        "cardinality": lambda listed: len(listed.strip("{}").split(",")) if listed != "{}" else 0,
        "left_part": lambda text, count: text and text[:count],
        "right_part": lambda text, count: text and text[-count:], "current_database": lambda: contents.NAME,
        "current_user": lambda: "postgres", "current_schema": lambda: "public",
        "pg_size_pretty": dialect.pretty, "pg_database_size": lambda _: 14 * 2**30,
        "current_setting": settings.get, "set_config": lambda _name, value, _local: value,
        "regexp": lambda pattern, text: text is not None and re2.search(pattern, text, ANY_CASE) is not None,
    }  # fmt: skip
    for name in ("pg_relation_size", "pg_table_size", "pg_total_relation_size"):
        known[name] = lambda table: 8192 + 120 * database.tables[table].rows if table in database.tables else None
    for name, act in known.items():
        made.create_function(name, -1, act)
    ends = time.thread_time() + MOST_SECONDS
    made.set_progress_handler(lambda: time.thread_time() > ends, LOOK_EVERY)
    made.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    allowed = READS if session.acts else READS | PLANS
    made.set_authorizer(lambda act, *_: sqlite3.SQLITE_OK if act in allowed else sqlite3.SQLITE_DENY)


def _truncated(unit: str, at: float) -> float:
    return at - at % dialect.UNITS.get(unit, 1)
