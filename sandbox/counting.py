"""What each service counts and shows: requests, errors, latencies, its pods, their memory, its database."""

from collections.abc import Mapping

from sandbox.cluster.machines import Machine
from sandbox.health import CALM, Health, Seen, Strain
from sandbox.metrics import Family, Histogram, Metric
from sandbox.profiles import INFERADB, Profile

STATUS = {"auth": "401", "unauthorized": "401", "timeout": "504", "unavailable": "503"}


class Counts:
    """The metrics of one service; counters only grow, the others are put anew."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        names, prefix = profile.names, profile.service.replace("-", "_")
        self.requests = Family(names["requests"], "counter", "Requests answered.")
        self.errors = Family(names["errors"], "counter", "Requests that failed.")
        self.durations = Histogram(names["durations"], "Time to answer a request.")
        self.pods = Family(f"{prefix}_pods", "gauge", "Pods by state.")
        self.hits = Family(f"{prefix}_cache_hits_total", "counter", "Answers found in the tuple cache.")
        self.memory_used = Family(f"{prefix}_memory_bytes", "gauge", "Resident memory of the largest pod.")
        self._connections = Family("pg_stat_activity_count", "gauge", "Connections to the database by state.")
        self._most = Family("pg_settings_max_connections", "gauge", "Connections that the database takes at most.")
        self._locks = Family("pg_locks_waiting", "gauge", "Connections that wait for a lock.")

    @property
    def metrics(self) -> list[Metric]:
        """List what there is for this service."""
        found: list[Metric] = [self.requests, self.errors, self.durations, self.pods]
        found += [self.hits] if self._profile is INFERADB else []
        more = (self.memory_used, self._connections, self._most, self._locks)
        return found + [one for one in more if one.series]

    def count(self, requests: float, health: Health, strain: Strain = CALM) -> None:
        """Count requests as they went, by method; what the strain makes fail bears its kind."""
        own = min(health.error_ratio, strain.errors)
        rest = health.error_ratio - own
        most = 0.9 if rest > 0.01 else 0.2
        failing = {"unavailable": rest * most, "timeout": rest * (1 - most)}
        failing[strain.kind] = failing.get(strain.kind, 0.0) + own
        for method, share in self._profile.methods.items():
            asked = requests * share
            for kind, ratio in failing.items():
                self.errors.add(asked * ratio, method=method, kind=kind)
                self._answered(asked * ratio, method, STATUS.get(kind, "500"))
            self._answered(asked * (1 - health.error_ratio), method, "200")
        self.hits.add(requests * 0.71)
        self.durations.add(requests, health.median, health.p99)

    def _answered(self, requests: float, method: str, status: str) -> None:
        if self.requests.name.startswith("http_"):
            self.requests.add(requests, method=method, status=status)
        else:
            self.requests.add(requests, method=method)

    def show(self, seen: Seen, memory: Mapping[str, float]) -> None:
        for state, count in (("ready", seen.ready), ("crashing", seen.crashing), ("desired", seen.desired)):
            self.pods.put(count, state=state)
        self.memory_used.put(max(memory.values(), default=0.0))

    def surround(self, machine: Machine) -> None:
        """Show the database beside the service."""
        self._connections.series.clear()
        if machine.database is not None:
            for one in machine.database.backends:
                self._connections.add(1, state=one.state)
            self._connections.add(1, state="active")  # the exporter's own, as psql counts its own
            self._most.put(machine.database.limit)
            self._locks.put(machine.database.waiting)

    def join(self, past: "Counts") -> None:
        """Go on from what was counted in a past."""
        for mine, theirs in ((self.requests, past.requests), (self.errors, past.errors), (self.hits, past.hits)):
            for key, value in theirs.series.items():
                mine.series[key] = mine.series.get(key, 0.0) + value
        self.durations.buckets = [a + b for a, b in zip(self.durations.buckets, past.durations.buckets, strict=True)]
        self.durations.total += past.durations.total
