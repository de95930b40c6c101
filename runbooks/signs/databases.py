"""What a database's own answers tell: statements that wait for locks, connections used up."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from runbooks.outputs import Output
from runbooks.signs.finding import Around, Finding, Remedy

Row = dict[str, str]
IDLE_IN_TRANSACTION = 10
USUAL_LIMIT = 100
_NEARLY = 90
_REFUSED = re.compile(r"too many clients|remaining connection slots|too many connections", re.IGNORECASE)
_WAITED = re.compile(r"lock timeout|deadlock detected|lock wait timeout|canceling statement due to lock", re.IGNORECASE)


def rows(text: str) -> list[Row]:
    """Read the tables of psql's aligned output; anything else has no rows."""
    found: list[Row] = []
    header: list[str] = []
    ends: list[int] = []
    lines = text.splitlines()
    for line, after in pairwise([*lines, ""]):
        if set(after.strip()) <= set("-+") and "-" in after:
            ends = [sign.start() for sign in re.finditer(r"\+", after)]
            header = [cell.lower() for cell in _cells(line, ends)]
        elif header and line.strip() and not set(line.strip()) <= set("-+"):
            cells = _cells(line, ends)
            if len(cells) != len(header):
                header = []
                continue
            found.append(dict(zip(header, cells, strict=True)))
        elif not line.strip():
            header = []
    return [row for row in found if not re.fullmatch(r"\(\d+ rows?\)", next(iter(row.values()), ""))]


def _cells(line: str, ends: list[int]) -> list[str]:
    """Cut where the rule has its `+`, as a value may hold a `|`; wide letters move the columns, and each `|` cuts."""
    if any(line[at : at + 1] != "|" for at in ends):
        return [cell.strip() for cell in line.split("|", len(ends))]
    return [line[before + 1 : at].strip() for before, at in pairwise([-1, *ends, len(line)])]


def locks(output: Output, around: Around) -> Iterator[Finding]:
    """Find statements that wait for a lock, and what they wait for."""
    table = rows(output.text)
    waiting = [row for row in table if _waits(row)]
    end = (Remedy("end-statements", values=_pid(table)),)
    if waiting:
        holder = next((row["query"] for row in table if row.get("query") and not _waits(row)), "")
        behind = f", one of them behind “{holder[:80]}”" if holder else ""
        plural = "statements wait" if len(waiting) > 1 else "statement waits"
        yield Finding("bad", "", f"{len(waiting)} {plural} for a lock{behind}", remedies=end)
    elif count := len(_WAITED.findall(output.text)):
        yield Finding("bad", "", f"Statements give up waiting for a lock ({count} times in the log)", remedies=end)


def connections(output: Output, around: Around) -> Iterator[Finding]:
    """Find connections that are used up, or held by transactions that do nothing."""
    end = (Remedy("end-statements"), Remedy("restart"))
    if count := len(_REFUSED.findall(output.text + output.errors)):
        times = f" ({count} times)" if count > 1 else ""
        yield Finding("bad", "", f"The database takes no more connections{times}", remedies=end)
        return
    counted = [(row.get("state", ""), int(row["count"])) for row in rows(output.text) if row.get("count", "").isdigit()]
    idle = sum(count for state, count in counted if state.startswith("idle in transaction"))
    total = sum(count for _, count in counted)
    if idle >= IDLE_IN_TRANSACTION:
        said = f"{idle} connections are idle in transaction, of {total} in all"
        yield Finding("bad", "", said, remedies=end)
    elif total >= _NEARLY:
        yield Finding("warning", "", f"{total} connections are open; {USUAL_LIMIT} is the usual limit", remedies=end)


def _waits(row: Row) -> bool:
    return (
        row.get("granted") in {"f", "false", "False"}
        or row.get("wait_event_type") == "Lock"
        or bool(row.get("blocked_pid") or row.get("blocked_query"))
        or row.get("waiting") in {"t", "true"}
    )


def _pid(table: list[Row]) -> dict[str, str]:
    pids = [row.get("blocking_pid") or row.get("holder") or "" for row in table]
    return {"pid": next(filter(None, pids))} if any(pids) else {}


FINDERS: dict[str, Callable[[Output, Around], Iterator[Finding]]] = {
    "database-locks": locks,
    "database-connections": connections,
}
