"""A PostgreSQL as far as responders look into it: who is connected, who waits for whom, what its tables hold."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

WRITES = re.compile(
    r"(?:ALTER TABLE|INSERT INTO|UPDATE|DELETE FROM|LOCK TABLE|VACUUM(?: FULL)?)\s+(\w+)", re.IGNORECASE
)
FIRST_PID = 4100


@dataclass(frozen=True)
class Backend:
    """One connection: what it does and since when; `behind` is the process that holds the lock it waits for."""

    pid: int
    state: str
    query: str
    since: float
    behind: int | None = None


@dataclass(frozen=True)
class Lock:
    """What a connection holds, or waits for, on a table."""

    pid: int
    table: str
    mode: str
    granted: bool


@dataclass
class Table:
    """So many rows, one every so many seconds; what is dead in it, and how it was read."""

    rows: int
    every: float = 60.0
    dead: int = 0
    scans: int = 12
    index_scans: int = 48_211
    vacuumed: float | None = None


def _tables() -> dict[str, Table]:
    return {
        "audit_log": Table(2, dead=3, scans=48_211, index_scans=12),
        "critical_table": Table(48_213, dead=120),
        "models": Table(42, every=86_400, dead=2),
        "orders": Table(18_204, 4.5, dead=311),
        "transactions": Table(24_086, 3.0, dead=1_930),
    }


@dataclass
class Database:
    """`limit` connections at most; the last one stays for the superuser who looks."""

    limit: int = 100
    backends: list[Backend] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=_tables)
    audits: list[tuple[str, str, float]] = field(default_factory=list)
    last_pid: int = FIRST_PID - 1

    @classmethod
    def quiet(cls, now: float, idle: int = 12, active: int = 4) -> "Database":
        """Give one with a usual number of connections."""
        found = cls()
        found.connect("idle", "COMMIT", now - 40, idle)
        found.connect("active", "SELECT 1", now, active)
        found.audits = [("alice", "login", now - 39_000), ("svc-batch", "delete", now - 31_500)]
        return found

    def connect(self, state: str, query: str, since: float, count: int = 1, *, behind: int | None = None) -> int:
        """Add connections that do the same; gives the first one's process."""
        first = self.last_pid + 1
        self.last_pid += count
        self.backends += [Backend(first + number, state, query, since, behind) for number in range(count)]
        return first

    @property
    def connections(self) -> int:
        return len(self.backends)

    @property
    def room(self) -> int:
        return self.limit - 1 - self.connections

    @property
    def is_full(self) -> bool:
        return self.room <= 0

    @property
    def waiting(self) -> int:
        """Count those that wait for a lock."""
        return sum(one.behind is not None for one in self.backends)

    def terminate(self, pid: int) -> None:
        """End a connection; whoever waited for its locks goes on."""
        self.backends = [one for one in self.backends if one.pid != pid]
        self._release(pid)

    def cancel(self, pid: int) -> None:
        """End what a connection does now; a transaction that is open and idle is not touched."""
        found = next((one for one in self.backends if one.pid == pid), None)
        if found is not None and found.state == "active":
            self.backends = [replace(one, state="idle") if one is found else one for one in self.backends]
            self._release(pid)

    def _release(self, pid: int) -> None:
        self.backends = [replace(one, behind=None, state="idle") if one.behind == pid else one for one in self.backends]

    def locks(self) -> Iterator[Lock]:
        """List what stands in somebody's way, and who waits."""
        holders = {one.behind for one in self.backends}
        for one in self.backends:
            found = WRITES.match(one.query)
            if found and one.behind is not None:
                yield Lock(one.pid, found[1].lower(), "RowExclusiveLock", granted=False)
            elif found and one.pid in holders:
                yield Lock(one.pid, found[1].lower(), "AccessExclusiveLock", granted=True)

    def vacuum(self, names: Sequence[str], now: float) -> None:
        """Remove what is dead."""
        for name in names:
            self.tables[name].dead, self.tables[name].vacuumed = 0, now
