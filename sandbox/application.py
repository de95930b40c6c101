"""A service, pretended: what its users see follows the cluster's state, and its metrics and logs tell it."""

import bisect
import json
import math
import random
import zlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.cluster.cluster import Cluster
from sandbox.cluster.kinds import CLAIMS, DEPLOYMENTS, PODS
from sandbox.cluster.machines import GIB, Machine
from sandbox.cluster.objects import Object, copied, is_going, is_ready, labels_of, namespace_of, uid_of
from sandbox.cluster.quantities import amount
from sandbox.counting import Counts
from sandbox.health import CALM, QUIET_ERRORS, Health, Seen, Strain, demand_at, health_of, together
from sandbox.metrics import Metric, exposition
from sandbox.profiles import INFERADB, Profile

SETTLES_IN = 5.0
MIB = 2.0**20
USUAL = {"COMMIT": 40.0, "SELECT 1": 0.0}  # queries of the usual connections, and how many seconds ago they began
Straining = Callable[[], Strain]


class Application:
    """Counts requests as time passes; attach `tick` to the cluster's listeners."""

    def __init__(self, cluster: Cluster, profile: Profile = INFERADB) -> None:
        self.cluster, self.profile = cluster, profile
        self.demand = 1.0
        self.health = Health(QUIET_ERRORS, profile.bearing.median, profile.bearing.p99)
        self.strains: dict[str, Straining] = {}
        self.strain = CALM
        self._last = cluster.now()
        self._history: deque[tuple[float, float, str]] = deque([(self._last, QUIET_ERRORS, "")], maxlen=4000)
        self._memory: dict[str, float] = {}
        self._dice = random.Random(11)
        self.counts = Counts(profile)
        self._theirs = cluster.programs.memory, cluster.programs.cpu
        cluster.programs.memory, cluster.programs.cpu = self.memory, self.cpu
        cluster.chatters[profile.service] = self.chatter
        for host in profile.hosts:
            cluster.proxied[profile.namespace, host] = self.answer
            cluster.paces[profile.namespace, host] = self.pace
        cluster.listeners.append(self.tick)

    @property
    def machine(self) -> Machine:
        return self.cluster.machine(self.profile.namespace)

    @property
    def deployment(self) -> Object | None:
        return self.cluster.store.get(DEPLOYMENTS, self.profile.namespace, self.profile.deployment)

    def load(self, moment: float) -> float:
        return demand_at(moment, self.profile.load) * self.demand * self.strain.demand

    def owns(self, pod: Mapping[str, Any]) -> bool:
        return namespace_of(pod) == self.profile.namespace and labels_of(pod).get("app") == self.profile.app

    def pods_now(self) -> list[Object]:
        """List the pods that its Service selects."""
        return [p for p in self.cluster.store.all(PODS, self.profile.namespace) if self.owns(p) and not is_going(p)]

    def seen(self) -> Seen:
        pods, deployment = self.pods_now(), self.deployment
        silent = [pod for pod in pods if pod["spec"].get("nodeName") in self.cluster.kubelet.lost]
        well = [pod for pod in pods if is_ready(pod) and not is_crashing(pod)]
        crashing = sum(is_crashing(pod) for pod in pods)
        gone = sum(pod in silent for pod in well)
        return Seen(len(well) - gone, crashing, deployment["spec"]["replicas"] if deployment else 0, gone)

    @property
    def is_overloaded(self) -> bool:
        """Say whether more is asked than the pods that serve can bear well."""
        return self.load(self._last) > 0.95 * self.seen().ready * self.profile.bearing.capacity

    def memory_each(self, pods: int) -> float:
        """Give the bytes that each of so many pods needs for its share of the load."""
        rest, each = self.profile.memory
        return (rest + each * self.load(self._last) / pods) * MIB

    def is_well(self) -> bool:
        """Say whether users are served and every pod that shall run does."""
        seen = self.seen()
        return self.health.is_good and not seen.crashing and seen.ready >= seen.desired

    def tick(self) -> None:
        """Count what happened since the last look."""
        now = self.cluster.now()
        passed = now - self._last
        if passed <= 0:
            return
        self._last = now
        self._follow_volume()
        self._use_database(now)
        self._feel()
        seen = self.seen()
        self._settle(health_of(seen, self.load(now), self.profile.bearing, self.strain), passed)
        self._history.append((now, self.health.error_ratio, self.strain.says))
        self.counts.count(self.load(now) * passed, self.health, self.strain)
        self._grow(seen, passed)
        self.counts.show(seen, self._memory)

    def _feel(self) -> None:
        """Ask each trouble how it is; one that is over is forgotten."""
        found = {name: strain() for name, strain in self.strains.items()}
        for name in [name for name, strain in found.items() if strain == CALM]:
            del self.strains[name], found[name]
        self.strain = together(found.values())

    def _use_database(self, now: float) -> None:
        """Let the usual connections work: an active one has just begun its query, an idle one waits for a moment."""
        database = self.machine.database
        if database is not None:
            database.backends = [
                replace(one, since=now - USUAL[one.query]) if one.query in USUAL else one for one in database.backends
            ]

    def _follow_volume(self) -> None:
        """Let the volume grow when its claim asks for more."""
        disk, here = self.machine.disk, self.profile.namespace
        claim = self.cluster.store.get(CLAIMS, here, disk.claim) if disk is not None else None
        if disk is None or claim is None:
            return
        wanted = claim["spec"]["resources"]["requests"]["storage"]
        if amount(wanted) > disk.size * GIB:
            disk.size = amount(wanted) / GIB
            grown = copied(claim)
            grown["status"]["capacity"] = {"storage": wanted}
            self.cluster.store.replace(CLAIMS, grown)

    def _settle(self, target: Health, passed: float) -> None:
        """Move towards what the cluster gives: users feel a change within seconds, not at once."""
        share = 1 - math.exp(-passed / SETTLES_IN)
        pairs = ((getattr(self.health, word), getattr(target, word)) for word in ("error_ratio", "median", "p99"))
        self.health = Health(*(now + (then - now) * share for now, then in pairs))

    def _grow(self, seen: Seen, passed: float) -> None:
        """Let each pod's memory follow its share of the load; a restarted one fills its cold cache faster."""
        target, cold = self.memory_each(max(1, seen.ready)), (self.profile.memory[0] + 70) * MIB
        alive: dict[str, float] = {}
        for pod in filter(runs, self.pods_now()):
            key = _life(pod)
            again = not key.endswith("/0")
            before = self._memory.get(key, min(target, cold) if again else cold)
            step = (36 if again else 14) * MIB * passed * (0.6 + 0.8 * zlib.crc32(key.encode()) / 2**32)
            own = target * (0.95 + 0.1 * int(uid_of(pod)[:2], 16) / 255)
            alive[key] = before + max(-step, min(step, own - before))
        self._memory = alive

    def memory(self, pod: Mapping[str, Any], now: float) -> float:
        if not self.owns(pod):
            return self._theirs[0](pod, now)
        return self._memory.get(_life(pod), (self.profile.memory[0] + 20) * MIB)

    def cpu(self, pod: Mapping[str, Any], now: float) -> float:
        if not self.owns(pod):
            return self._theirs[1](pod, now)
        share = self.load(now) / max(1, self.seen().ready)
        wanted = 0.04 + share * 0.76 / self.profile.bearing.capacity if is_ready(pod) else 0.31
        limit = (pod["spec"]["containers"][0].get("resources") or {}).get("limits", {}).get("cpu")
        return min(wanted, amount(limit)) if limit else wanted

    def show_quiet(self, counts: Counts) -> None:
        """Show how things stand now, in other counts, as they are once every cache is warm."""
        rest, each = self.profile.memory
        memory = (rest + each * self.profile.load / max(1, self.seen().ready)) * MIB
        counts.show(self.seen(), {"": memory})
        counts.surround(self.machine)

    def metrics(self) -> list[Metric]:
        """Give every metric as it stands now."""
        self.counts.surround(self.machine)
        return self.counts.metrics

    def exposition(self) -> str:
        return exposition(self.metrics())

    def told_at(self, moment: float) -> tuple[float, str]:
        """Give the share of errors at a moment, and what the log said of it."""
        place = bisect.bisect_right(self._history, moment, key=lambda one: one[0]) - 1
        _, ratio, says = self._history[max(0, place)]
        return ratio, says

    def chatter(self, moment: float, dice: random.Random) -> str:
        """Say one line of a serving pod's log, as it was at that moment."""
        ratio, says = self.told_at(moment)
        return self.profile.talk(ratio, dice, says)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Answer a request through the Service, as one of its ready pods would."""
        plain = path.split("?", maxsplit=1)[0]
        if plain == "/metrics":
            return 200, "text/plain; version=0.0.4; charset=utf-8", self.exposition().encode()
        if plain in {"/health/ready", "/ready"}:
            return self._ready()
        if plain in {"/health/live", "/health"}:
            return _json(200, {"status": "alive"})
        if plain == "/v1/check":
            return self._check(method, body)
        if plain.startswith(("/insert", "/query", "/admin/", "/models")):
            failed = self._dice.random() < self.health.error_ratio
            return _json(
                503 if failed else 200, {"error": self.strain.says or "overloaded"} if failed else {"ok": True}
            )
        return _json(404, {"error": f"no route for {plain}"})

    def pace(self) -> float:
        """Give the seconds that one request takes, from what users see."""
        spread = math.log(self.health.p99 / self.health.median) / 2.326
        return self.health.median * math.exp(spread * self._dice.gauss(0, 1))

    def _ready(self) -> tuple[int, str, bytes]:
        """Say ready, unless what is under the service has failed it."""
        if self.strain.errors > 0.2:
            return _json(503, {"status": "not ready", "error": self.strain.says})
        return _json(200, {"status": "ready"})

    def _check(self, method: str, body: bytes) -> tuple[int, str, bytes]:
        if method != "POST":
            return _json(405, {"error": "use POST"})
        try:
            wanted = json.loads(body)["tuple"]
            words = [str(wanted[word]) for word in ("object", "relation", "subject")]
        except (ValueError, KeyError, TypeError):
            return _json(400, {"error": "a check needs a tuple with object, relation and subject"})
        if self._dice.random() < self.health.error_ratio:
            refused = self.strain.kind == "auth"
            return _json(401 if refused else 503, {"error": self.strain.says or "shard lease expired"})
        return _json(200, {"allowed": True, "tuple": dict(zip(("object", "relation", "subject"), words, strict=True))})


def _json(status: int, body: Mapping[str, Any]) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(body).encode() + b"\n"


def _restarts(pod: Mapping[str, Any]) -> int:
    return sum(one.get("restartCount", 0) for one in pod["status"].get("containerStatuses") or [])


def _life(pod: Mapping[str, Any]) -> str:
    """Name one life of a pod: after a restart it is another."""
    return f"{uid_of(pod)}/{_restarts(pod)}"


def runs(pod: Mapping[str, Any]) -> bool:
    return any("running" in one["state"] for one in pod["status"].get("containerStatuses") or [])


def is_crashing(pod: Mapping[str, Any]) -> bool:
    """Say whether a pod is in a crash loop: dead or waiting, or started anew and not proven yet."""
    for one in pod["status"].get("containerStatuses") or []:
        waiting = (one["state"].get("waiting") or {}).get("reason") == "CrashLoopBackOff"
        if waiting or "terminated" in one["state"]:
            return True
    return _restarts(pod) > 0 and not is_ready(pod)


__all__ = ["Application", "Health", "Seen", "demand_at", "health_of", "is_crashing"]
