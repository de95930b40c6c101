"""What programs in a service's containers find there: its database, its disk, what stands beside it."""

from dataclasses import dataclass, field

from sandbox.database.state import Database

GIB = 2.0**30


def littered(gib: float) -> dict[str, float]:
    """Give temporary files and two weeks of old logs that take so many GiB."""
    days = {f"/var/log/omendb/omendb-202611{day:02}.log.old": gib / 15 for day in range(1, 15)}
    return days | {"/tmp/sort-4711.tmp": gib / 15}


@dataclass
class Disk:
    """A volume in GiB: what must stay on it, and what may be removed (`files`: temporary ones and old logs)."""

    path: str
    claim: str
    size: float = 20.0
    data: float = 7.6
    files: dict[str, float] = field(default_factory=lambda: littered(0.8))

    @property
    def used(self) -> float:
        return min(self.size, self.data + sum(self.files.values()))

    @property
    def is_full(self) -> bool:
        return self.used >= 0.985 * self.size


@dataclass
class Machine:
    """One namespace's service, as its containers see it; None where a service has no such thing."""

    database: Database | None = None
    disk: Disk | None = None
    redis: bool = False
    foundationdb: bool = False
    slow_storage: bool = False
