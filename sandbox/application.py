"""InferaDB, pretended: what its users see follows the cluster's state, and its metrics and logs tell it."""

import bisect
import json
import math
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import DEPLOYMENTS, PODS
from sandbox.cluster.objects import Object, is_going, is_ready, labels_of, uid_of
from sandbox.cluster.world import NAME, NAMESPACE
from sandbox.metrics import Family, Histogram, Metric, Past, exposition

LOAD, CAPACITY = 390.0, 165.0  # requests a second: all together, and what one pod bears
QUIET_ERRORS, LEASE_ERRORS = 0.0004, 0.62
SETTLES_IN = 5.0
MIB = 2.0**20
METHODS = {"check": 0.82, "expand": 0.07, "list": 0.06, "write": 0.05}
TENANTS = ("acme", "globex", "initech", "umbrella", "hooli")
JOB: Mapping[str, str] = {"job": "inferadb", "instance": "inferadb.inferadb.svc:8080", "namespace": NAMESPACE}
PAST_STEP = 5.0


@dataclass(frozen=True)
class Seen:
    """The cluster as it matters to requests."""

    ready: int = 6
    crashing: int = 0
    desired: int = 6


@dataclass(frozen=True)
class Health:
    """What users see now."""

    error_ratio: float = QUIET_ERRORS
    median: float = 0.011
    p99: float = 0.047

    @property
    def is_good(self) -> bool:
        return self.error_ratio < 0.01 and self.p99 < 0.25


def demand_at(moment: float) -> float:
    """Give the load of a quiet day: a slow wave and a little noise, the same at every run."""
    wave = 0.06 * math.sin(moment / 700) + 0.03 * math.sin(moment / 97)
    return LOAD * (1 + wave + 0.02 * math.sin(moment * 1.7))


def health_of(seen: Seen, load: float) -> Health:
    """Say what users see, by what runs: a rule without memory."""
    if seen.ready == 0:
        return Health(1.0, 2.5, 9.0)
    share = seen.crashing / (seen.crashing + seen.ready)
    pressure = load / (seen.ready * CAPACITY)
    over = max(0.0, pressure - 0.9)
    errors = QUIET_ERRORS + LEASE_ERRORS * share + min(0.5, 0.4 * over)
    slow = 1 + 9 * over + 34 * share
    return Health(min(1.0, errors), 0.011 * (1 + 3 * over + 2 * share), 0.047 * slow * (1 + 2 * share))


class Application:
    """Counts requests as time passes; attach `tick` to the cluster's listeners."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.demand = 1.0
        self.health = Health()
        self._last = cluster.now()
        self._history: deque[tuple[float, float]] = deque([(self._last, QUIET_ERRORS)], maxlen=4000)
        self._memory: dict[str, float] = {}
        self._dice = random.Random(11)
        self.requests = Family("inferadb_requests_total", "counter", "Requests answered.")
        self.errors = Family("inferadb_errors_total", "counter", "Requests that failed.")
        self.durations = Histogram("inferadb_request_duration_seconds", "Time to answer a request.")
        self.pods = Family("inferadb_pods", "gauge", "Pods by state.")
        self.hits = Family("inferadb_cache_hits_total", "counter", "Answers found in the tuple cache.")
        self.memory_used = Family("inferadb_memory_bytes", "gauge", "Resident memory of the largest pod.")
        cluster.chatter = self.chatter
        cluster.programs.memory = self.memory
        cluster.programs.cpu = self.cpu
        cluster.proxied[NAMESPACE, NAME] = self.answer
        cluster.listeners.append(self.tick)

    @property
    def metrics(self) -> list[Metric]:
        return [self.requests, self.errors, self.durations, self.pods, self.hits, self.memory_used]

    def load(self, moment: float) -> float:
        return demand_at(moment) * self.demand

    def pods_now(self) -> list[Object]:
        """List the pods that its Service selects."""
        found = self.cluster.store.all(PODS, NAMESPACE)
        return [pod for pod in found if labels_of(pod).get("app") == NAME and not is_going(pod)]

    def seen(self) -> Seen:
        pods = self.pods_now()
        deployment = self.cluster.store.get(DEPLOYMENTS, NAMESPACE, NAME)
        desired = deployment["spec"]["replicas"] if deployment else 0
        crashing = sum(is_crashing(pod) for pod in pods)
        ready = sum(is_ready(pod) and not is_crashing(pod) for pod in pods)
        return Seen(ready, crashing, desired)

    def tick(self) -> None:
        """Count what happened since the last look."""
        now = self.cluster.now()
        passed = now - self._last
        if passed <= 0:
            return
        self._last = now
        seen = self.seen()
        self._settle(health_of(seen, self.load(now)), passed)
        self._history.append((now, self.health.error_ratio))
        self._count(self.load(now) * passed)
        self._grow(seen, passed)
        self._show(seen)

    def _settle(self, target: Health, passed: float) -> None:
        """Move towards what the cluster gives: users feel a change within seconds, not at once."""
        share = 1 - math.exp(-passed / SETTLES_IN)
        pairs = ((getattr(self.health, word), getattr(target, word)) for word in ("error_ratio", "median", "p99"))
        self.health = Health(*(now + (then - now) * share for now, then in pairs))

    def _count(self, requests: float) -> None:
        for method, share in METHODS.items():
            self.requests.add(requests * share, method=method)
            failed = requests * share * self.health.error_ratio
            unavailable = 0.9 if self.health.error_ratio > 0.01 else 0.2
            self.errors.add(failed * unavailable, method=method, kind="unavailable")
            self.errors.add(failed * (1 - unavailable), method=method, kind="timeout")
        self.hits.add(requests * 0.71)
        self.durations.add(requests, self.health.median, self.health.p99)

    def _grow(self, seen: Seen, passed: float) -> None:
        """Let each pod's memory follow its share of the load; a restarted one fills its cold cache faster."""
        target = (170 + 7.6 * self.load(self._last) / max(1, seen.ready)) * MIB
        alive: dict[str, float] = {}
        for pod in filter(runs, self.pods_now()):
            key = f"{uid_of(pod)}/{_restarts(pod)}"
            before = self._memory.get(key, min(target, 240 * MIB) if _restarts(pod) else 240 * MIB)
            step = (36 if _restarts(pod) else 14) * MIB * passed
            own = target * (0.95 + 0.1 * int(uid_of(pod)[:2], 16) / 255)
            alive[key] = before + max(-step, min(step, own - before))
        self._memory = alive

    def memory(self, pod: Mapping[str, Any], _now: float) -> float:
        return self._memory.get(f"{uid_of(pod)}/{_restarts(pod)}", 190 * MIB)

    def cpu(self, pod: Mapping[str, Any], now: float) -> float:
        share = self.load(now) / max(1, self.seen().ready)
        return 0.04 + share * 0.0046 if is_ready(pod) else 0.31

    def _show(self, seen: Seen) -> None:
        self.pods.put(seen.ready, state="ready")
        self.pods.put(seen.crashing, state="crashing")
        self.pods.put(seen.desired, state="desired")
        self.memory_used.put(max(self._memory.values(), default=0.0))

    def past(self, seconds: float = 3600.0) -> str:
        """Count a quiet past up to now, and give it as OpenMetrics; the counters go on from there."""
        past, now = Past(JOB), self._last
        self._show(Seen())
        self.memory_used.put(664 * MIB)
        moment = now - seconds
        while moment < now:
            self._count(demand_at(moment) * PAST_STEP)
            past.note(moment, self.metrics)
            moment += PAST_STEP
        return past.text()

    def exposition(self) -> str:
        return exposition(self.metrics)

    def error_ratio_at(self, moment: float) -> float:
        place = bisect.bisect_right(self._history, (moment, math.inf)) - 1
        return self._history[max(0, place)][1]

    def chatter(self, moment: float, dice: random.Random) -> str:
        """Say one line of a serving pod's log, as it was at that moment."""
        tenant, shard = dice.choice(TENANTS), dice.randrange(128)
        fate = dice.random()
        if fate < min(0.6, 1.6 * self.error_ratio_at(moment)):
            text = f'error="shard lease expired" shard={shard} tenant={tenant} latency_ms={dice.randrange(900, 2600)}'
            return f"ERROR inferadb::api: check failed {text}"
        if fate > 0.995:
            return f" WARN inferadb::storage: slow FoundationDB read shard={shard} latency_ms={dice.randrange(80, 200)}"
        found = "allowed" if dice.random() < 0.86 else "denied"
        return f" INFO inferadb::api: check {found} tenant={tenant} latency_ms={dice.randrange(3, 40)} cache=hit"

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Answer a request through the Service, as one of its ready pods would."""
        plain = path.split("?", maxsplit=1)[0]
        if plain == "/metrics":
            return 200, "text/plain; version=0.0.4; charset=utf-8", self.exposition().encode()
        if plain in {"/health/ready", "/health/live", "/health"}:
            return _json(200, {"status": "ready" if plain == "/health/ready" else "alive"})
        if plain == "/v1/check":
            return self._check(method, body)
        return _json(404, {"error": f"no route for {plain}"})

    def _check(self, method: str, body: bytes) -> tuple[int, str, bytes]:
        if method != "POST":
            return _json(405, {"error": "use POST"})
        try:
            wanted = json.loads(body)["tuple"]
            words = [str(wanted[word]) for word in ("object", "relation", "subject")]
        except (ValueError, KeyError, TypeError):
            return _json(400, {"error": "a check needs a tuple with object, relation and subject"})
        if self._dice.random() < self.health.error_ratio:
            return _json(503, {"error": "shard lease expired"})
        return _json(200, {"allowed": True, "tuple": dict(zip(("object", "relation", "subject"), words, strict=True))})


def _json(status: int, body: Mapping[str, Any]) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(body).encode() + b"\n"


def _restarts(pod: Mapping[str, Any]) -> int:
    return sum(one.get("restartCount", 0) for one in pod["status"].get("containerStatuses") or [])


def runs(pod: Mapping[str, Any]) -> bool:
    return any("running" in one["state"] for one in pod["status"].get("containerStatuses") or [])


def is_crashing(pod: Mapping[str, Any]) -> bool:
    """Say whether a pod is in a crash loop: dead or waiting, or started anew and not proven yet."""
    for one in pod["status"].get("containerStatuses") or []:
        waiting = (one["state"].get("waiting") or {}).get("reason") == "CrashLoopBackOff"
        if waiting or "terminated" in one["state"]:
            return True
    return _restarts(pod) > 0 and not is_ready(pod)


__all__ = ["JOB", "Application", "Health", "Seen", "demand_at", "health_of", "is_crashing"]
