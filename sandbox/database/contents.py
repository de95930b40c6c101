"""What a statement finds in the pretend PostgreSQL: its tables and its system views, laid into SQLite."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sandbox.database.state import Backend, Database

Cells = Sequence[Any]
NAME = "app"
SETTINGS = {
    "max_connections": "100", "superuser_reserved_connections": "1", "statement_timeout": "0", "lock_timeout": "0",
    "server_version": "16.4", "shared_buffers": "128MB", "work_mem": "4MB", "transaction_read_only": "off",
    "idle_in_transaction_session_timeout": "0", "deadlock_timeout": "1s", "autovacuum": "on",
    "log_min_duration_statement": "-1", "standard_conforming_strings": "on", "default_transaction_read_only": "off",
}  # fmt: skip
USERS = {
    "audit_log": "id int, actor text, action text, created_at timestamptz",
    "critical_table": "id int, name text",
    "models": "id int, name text, status text",
    "orders": "id int, customer text, created_at timestamptz",
    "transactions": "id int, amount numeric, created_at timestamptz",
}
MADE = {
    "critical_table": "i, 'row ' || i",
    "models": "i, 'model-' || i, 'active'",
    "orders": "i, 'customer-' || (i % 97), {at}",
    "transactions": "i, (i * 7919 % 50000) / 100.0, {at}",
}
SYSTEM = {
    "pg_stat_activity": (
        "datid int, datname text, pid int, leader_pid int, usesysid int, usename text, application_name text, "
        "client_addr text, client_hostname text, client_port int, backend_start timestamptz, xact_start timestamptz, "
        "query_start timestamptz, state_change timestamptz, wait_event_type text, wait_event text, state text, "
        "backend_xid text, backend_xmin text, query_id int, query text, backend_type text"
    ),
    "pg_locks": (
        "locktype text, database int, relation text, page int, tuple int, virtualxid text, transactionid text, "
        "classid int, objid int, objsubid int, virtualtransaction text, pid int, mode text, granted bool, "
        "fastpath bool, waitstart timestamptz"
    ),
    "pg_stat_user_tables": (
        "relid int, schemaname text, relname text, seq_scan int, seq_tup_read int, idx_scan int, idx_tup_fetch int, "
        "n_live_tup int, n_dead_tup int, last_vacuum timestamptz, last_autovacuum timestamptz, "
        "last_analyze timestamptz, last_autoanalyze timestamptz"
    ),
    "pg_constraint": "conname text, conrelid text, contype text, convalidated bool",
    "pg_database": "oid int, datname text, datallowconn bool, datistemplate bool",
    "pg_settings": "name text, setting text",
    "pg_stat_database": (
        "datid int, datname text, numbackends int, xact_commit int, xact_rollback int, blks_read int, blks_hit int, "
        "deadlocks int, conflicts int, temp_bytes int, stats_reset timestamptz"
    ),
    "pg_stat_replication": "pid int, application_name text, client_addr text, state text, replay_lag timestamptz",
    "pg_class": "oid int, relname text, relkind text, reltuples int",
}  # fmt: skip
COLUMNS = USERS | {"compliance_audit_logs": USERS["audit_log"]} | SYSTEM
OID = 16384


def laid(made: sqlite3.Connection, names: Sequence[str], database: Database, now: float, own: Backend) -> None:
    """Lay the relations that a statement names into SQLite."""
    for name in names:
        made.execute(f"CREATE TABLE {name} ({COLUMNS[name]})")
        if name in MADE:
            table = database.tables[name]
            values = MADE[name].format(at="? - (? - i) * ?")
            given = (now, table.rows, table.every) if "{at}" in MADE[name] else ()
            count = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {table.rows})"
            made.execute(f"{count} INSERT INTO {name} SELECT {values} FROM n", given)
            continue
        for row in ROWS[name](database, now, own):
            made.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)


def _activity(database: Database, now: float, own: Backend) -> Iterator[Cells]:
    for one in [*database.backends, own]:
        wait = ("Lock", "relation") if one.behind is not None else ("Client", "ClientRead")
        waits = wait if one.behind is not None or one.state != "active" else (None, None)
        is_own, inside = one is own, one.state != "idle"
        yield (
            OID, NAME, one.pid, None, 10, "postgres" if is_own else NAME, "psql" if is_own else "api",
            None if is_own else "10.244.1.17", None, None if is_own else 40_000 + one.pid, now - 86_400,
            one.since if inside else None, one.since, one.since, *waits, one.state, None, None, None,
            one.query, "client backend",
        )  # fmt: skip


def _locks(database: Database, _now: float, _own: Backend) -> Iterator[Cells]:
    since = {one.pid: one.since for one in database.backends}
    for one in database.locks():
        start = None if one.granted else since[one.pid]
        yield (
            "relation", OID, one.table, *[None] * 7, f"{one.pid % 90}/{one.pid}", one.pid, one.mode,
            one.granted, False, start,
        )  # fmt: skip


def _user_tables(database: Database, now: float, _own: Backend) -> Iterator[Cells]:
    for number, (name, table) in enumerate(sorted(database.tables.items())):
        rows, auto = len(database.audits) if name == "audit_log" else table.rows, now - 7_200
        yield (
            OID + 10 * number, "public", name, table.scans, table.scans * rows, table.index_scans, table.index_scans,
            rows, table.dead, table.vacuumed, auto, table.vacuumed, auto,
        )  # fmt: skip


def _classes(database: Database, _now: float, _own: Backend) -> Iterator[Cells]:
    for number, (name, table) in enumerate(sorted(database.tables.items())):
        yield OID + 10 * number, name, "r", table.rows


def _audits(database: Database, _now: float, _own: Backend) -> Iterator[Cells]:
    for number, (actor, action, at) in enumerate(database.audits, 1):
        yield number, actor, action, at


ROWS: dict[str, Callable[[Database, float, Backend], Iterator[Cells]]] = {
    "pg_stat_activity": _activity,
    "pg_locks": _locks,
    "pg_stat_user_tables": _user_tables,
    "pg_class": _classes,
    "audit_log": _audits,
    "compliance_audit_logs": _audits,
    "pg_constraint": lambda database, _now, _own: iter([(f"{one}_pkey", one, "p", True) for one in database.tables]),
    "pg_database": lambda *_: iter([(5, "postgres", True, False), (OID, NAME, True, False)]),
    "pg_settings": lambda database, *_: iter((SETTINGS | {"max_connections": str(database.limit)}).items()),
    "pg_stat_database": lambda database, now, _own: iter(
        [(OID, NAME, database.connections + 1, int(now) % 10**7, 84, 4_211, 991_204, 0, 0, 0, now - 9e5)]
    ),
    "pg_stat_replication": lambda *_: iter([]),
}
