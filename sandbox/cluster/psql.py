"""`psql -c`: the questions that responders ask a PostgreSQL, answered as psql prints them."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sandbox.cluster.machines import Backend, Database

Rows = list[Sequence[object]]
Told = tuple[Sequence[str], Rows]
VERSION = "PostgreSQL 16.4 on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit"
SHOWN = 60
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class Complaint(Exception):
    """What the server says instead of an answer."""


def answered(sql: str, database: Database, now: float) -> str:
    """Answer one statement as an aligned table; a Complaint is what goes to stderr."""
    text = " ".join(sql.split()).rstrip("; ")
    for pattern, answer in STATEMENTS:
        if found := re.search(pattern, text, re.IGNORECASE):
            return aligned(*answer(found, database, now))
    for pattern, told in FIXED:
        if re.search(pattern, text, re.IGNORECASE):
            return aligned(*told)
    if done := re.match("VACUUM|COPY", text, re.IGNORECASE):
        return {"VACUUM": "VACUUM\n", "COPY": "COPY 2\n"}[done[0].upper()]
    raise _unknown(text)


def _unknown(text: str) -> Complaint:
    if found := re.search(r"\bFROM\s+(\w+)", text, re.IGNORECASE):
        line = f"{text[:SHOWN]}..." if len(text) > SHOWN else text
        return Complaint(
            f'ERROR:  relation "{found[1]}" does not exist\nLINE 1: {line}\n{" " * (8 + found.start(1))}^\n'
        )
    word = text.partition(" ")[0]
    return Complaint(f'ERROR:  syntax error at or near "{word}"\nLINE 1: {text}\n        ^\n')


def aligned(columns: Sequence[str], rows: Rows) -> str:
    """Print as psql does: centred headings, numbers to the right."""
    shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max([len(name), *(len(row[at]) for row in shown)]) for at, name in enumerate(columns)]
    numeric = [bool(rows) and all(isinstance(row[at], int) for row in rows) for at in range(len(columns))]
    head = "|".join(f" {name:^{width}} " for name, width in zip(columns, widths, strict=True))
    lines = [head, "+".join("-" * (width + 2) for width in widths)]
    for row in shown:
        cells = (f" {cell:>{width}} " if right else f" {cell:<{width}} " for cell, width, right in
                 zip(row, widths, numeric, strict=True))  # fmt: skip
        lines.append("|".join(cells).rstrip() if not numeric[-1] else "|".join(cells)[:-1])
    return "\n".join([*lines, f"({len(rows)} row{'' if len(rows) == 1 else 's'})", "", ""])


def _version(_: re.Match[str], __: Database, ___: float) -> Told:
    return ("version",), [(VERSION,)]


def _one(_: re.Match[str], __: Database, ___: float) -> Told:
    return ("?column?",), [(1,)]


def _states(_: re.Match[str], database: Database, __: float) -> Told:
    counts: dict[str, int] = {}
    for one in database.backends:
        counts[one.state] = counts.get(one.state, 0) + one.count
    return ("count", "state"), [(count, state) for state, count in sorted(counts.items())]


def _connections(_: re.Match[str], database: Database, __: float) -> Told:
    return ("count",), [(database.connections,)]


def _count(found: re.Match[str], database: Database, _: float) -> Told:
    if found[1].lower() not in database.tables:
        raise _unknown(found.string)
    return ("count",), [(database.tables[found[1].lower()],)]


def _locks(found: re.Match[str], database: Database, _: float) -> Told:
    columns = ("locktype", "database", "relation", "granted")
    waiting: Rows = [("transactionid", 16384, "orders", "f")] * database.waiting
    if "granted" in found.string.lower():
        return columns, waiting
    return columns, [("relation", 16384, "orders", "t"), *waiting]


def _terminate(found: re.Match[str], database: Database, now: float) -> Told:
    chosen = [one for one in database.backends if _meant(found[1] or "", one, now)]
    return ("pg_terminate_backend",), [("t",)] * database.terminate(chosen)


def _meant(condition: str, one: Backend, now: float) -> bool:
    """Read a WHERE: the state, and how long the query runs (`query_start < now() - interval '5 minutes'`)."""
    if state := re.search(r"state\s*(!?=|<>|LIKE)\s*'([^']*)'", condition, re.IGNORECASE):
        same = one.state.startswith(state[2].rstrip("%"))
        if same is (state[1] in {"!=", "<>"}):
            return False
    if age := re.search(r"interval '(\d+) (second|minute|hour|day)s?'", condition, re.IGNORECASE):
        return now - one.since > int(age[1]) * SECONDS[age[2].lower()]
    return True


def _activity(found: re.Match[str], database: Database, now: float) -> Told:
    columns = ("pid", "duration", "state", "wait_event_type", "query")
    rows: Rows = []
    for one in database.backends:
        if _meant(found[1] or "", one, now):
            wait = "Lock" if one.waiting else ""
            first, lasts = 4100 + 20 * len(rows), f"{_span(now - one.since)}"
            rows += [(first + number, lasts, one.state, wait, one.query) for number in range(one.count)]
    return columns, rows


def _span(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest:02d}"


def _audits(_: re.Match[str], database: Database, now: float) -> Told:
    rows: Rows = []
    for number, (actor, action, moment) in reversed(list(enumerate(database.audits, 1))):
        if moment > now - 86400:
            shown = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S+00")
            rows.append((number, actor, action, shown))
    return ("id", "actor", "action", "created_at"), rows


STATEMENTS: tuple[tuple[str, Callable[[re.Match[str], Database, float], Told]], ...] = (
    (r"^SELECT version\(\)$", _version),
    (r"^SELECT 1$", _one),
    (r"pg_terminate_backend\(pid\) FROM pg_stat_activity(?: WHERE (.*))?$", _terminate),
    (r"count\(\*\), ?state FROM pg_stat_activity GROUP BY state", _states),
    (r"^SELECT count\(\*\) FROM pg_stat_activity$", _connections),
    (r"FROM pg_stat_activity(?: WHERE (.*))?", _activity),
    (r"FROM pg_locks", _locks),
    (r"FROM audit_log\b", _audits),
    (r"^SELECT count\(\*\) FROM (?!pg_)(\w+)", _count),
)
FIXED: tuple[tuple[str, Told], ...] = (
    (r"pg_size_pretty\(pg_database_size\(", (("pg_size_pretty",), [("14 GB",)])),
    (r"FROM pg_stat_user_tables", (("relname", "seq_scan", "idx_scan"), [("audit_log", 48211, 12)])),
    (r"FROM pg_constraint WHERE NOT convalidated", (("conname", "conrelid"), [])),
    (r"^EXPLAIN", (("QUERY PLAN",), [("Seq Scan on orders  (cost=0.00..35.50 rows=2550 width=4)",)])),
)
