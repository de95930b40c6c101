"""What programs in a service's containers find there: its database, its disk, what stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

GIB = 2.0**30
TABLES = {"critical_table": 48213, "transactions": 1_204_331, "models": 42}


@dataclass(frozen=True)
class Backend:
    """Connections to the database that do the same: how many, in which state, since when, waiting for a lock or not."""

    state: str
    query: str
    since: float
    count: int = 1
    waiting: bool = False


@dataclass
class Database:
    """A PostgreSQL: who is connected, and what its tables hold."""

    limit: int = 100
    backends: list[Backend] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=lambda: dict(TABLES))
    audits: list[tuple[str, str, float]] = field(default_factory=list)

    @classmethod
    def quiet(cls, now: float, idle: int = 12, active: int = 5) -> "Database":
        """Give one with a usual number of connections."""
        found = cls(backends=[Backend("idle", "COMMIT", now - 40, idle), Backend("active", "SELECT 1", now, active)])
        found.audits = [("alice", "login", now - 39_000), ("svc-batch", "delete", now - 31_500)]
        return found

    @property
    def connections(self) -> int:
        return sum(one.count for one in self.backends)

    @property
    def waiting(self) -> int:
        """Count those that wait for a lock."""
        return sum(one.count for one in self.backends if one.waiting)

    @property
    def is_full(self) -> bool:
        return self.connections >= self.limit

    def terminate(self, ended: Sequence[Backend]) -> int:
        """End connections; whoever waited for their locks goes on. Gives how many ended."""
        kept = [one for one in self.backends if one not in ended]
        if any(one.waiting for one in kept) and not any(_holds(one) for one in kept):
            kept = [replace(one, waiting=False, state="idle") if one.waiting else one for one in kept]
        self.backends = kept
        return sum(one.count for one in ended)


def _holds(one: Backend) -> bool:
    """Say whether this connection holds locks: it writes, and does not wait itself."""
    return not one.waiting and one.query.startswith(("ALTER", "LOCK", "UPDATE", "VACUUM FULL"))


@dataclass
class Disk:
    """A volume in GiB: what must stay on it, and what may be removed (`junk`: temporary files and old logs)."""

    path: str
    claim: str
    size: float = 20.0
    data: float = 7.6
    junk: float = 0.8
    device: str = "/dev/nvme1n1"

    @property
    def used(self) -> float:
        return min(self.size, self.data + self.junk)

    @property
    def is_full(self) -> bool:
        return self.data + self.junk >= 0.985 * self.size


@dataclass
class Machine:
    """One namespace's service, as its containers see it; None where a service has no such thing."""

    database: Database | None = None
    disk: Disk | None = None
    redis: bool = False
    foundationdb: bool = False
    slow_storage: bool = False
    pool: int = 5
