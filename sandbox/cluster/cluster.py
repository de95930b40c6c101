"""The cluster as a whole: its store, its controllers, its clock, who may use it."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.cluster.clock import Clock
from sandbox.cluster.controllers.around import Accounts, Budgets, Endpoints, Garbage
from sandbox.cluster.controllers.daemon_sets import DaemonSets
from sandbox.cluster.controllers.deployments import Deployments
from sandbox.cluster.controllers.jobs import Jobs
from sandbox.cluster.controllers.kubelet import Kubelet
from sandbox.cluster.controllers.nodes import Nodes
from sandbox.cluster.controllers.recording import Recorder
from sandbox.cluster.controllers.replica_sets import ReplicaSets
from sandbox.cluster.controllers.scheduling import Scheduler
from sandbox.cluster.controllers.stateful_sets import StatefulSets
from sandbox.cluster.identity import Identity, identities
from sandbox.cluster.machines import Machine
from sandbox.cluster.programs import Chatter, Programs
from sandbox.cluster.store import Store

STEP_SECONDS = 0.25
PATIENCE = 1.0


class Ticking(Protocol):
    def tick(self) -> None: ...


def _quiet(_moment: float, _dice: random.Random) -> str:
    return " INFO app: ok"


@dataclass(frozen=True)
class Voice:
    """What the pods of one service say while they serve, as `cluster.chatters` has it when the log is read."""

    cluster: "Cluster"
    service: str

    def __call__(self, moment: float, dice: random.Random) -> str:
        return self.cluster.chatters.get(self.service, _quiet)(moment, dice)


class Cluster:
    """Everything behind the API server; nothing moves but at a tick."""

    def __init__(self, clock: Clock | None = None, *, seed: int = 7) -> None:
        self.clock = clock or Clock()
        self.store = Store(self.now, seed)
        self.programs = Programs()
        self.record = Recorder(self.store)
        self.kubelet = Kubelet(self.store, self.programs, self.record, self.now)
        self.identities: dict[str, Identity] = identities()
        self.machines: dict[str, Machine] = {}
        self.proxied: dict[tuple[str, str], Answering] = {}
        self.paces: dict[tuple[str, str], Callable[[], float]] = {}
        self.faults: list[tuple[int, str]] = []
        self.chatters: dict[str, Chatter] = {}
        self.listeners: list[Callable[[], None]] = []
        self._controllers: Sequence[Ticking] = (
            Accounts(self.store), Garbage(self.store),
            Deployments(self.store, self.record), ReplicaSets(self.store, self.record),
            StatefulSets(self.store, self.record), DaemonSets(self.store, self.record), Jobs(self.store, self.record),
            Scheduler(self.store, self.record), self.kubelet, Endpoints(self.store), Budgets(self.store),
            Nodes(self.store, self.kubelet, self.record, self.memory),
        )  # fmt: skip
        self._looked: list[tuple[int, float]] = [(-1, 0.0)] * len(self._controllers)
        self._last_sweep = 0.0

    def now(self) -> float:
        return self.clock()

    def machine(self, namespace: str) -> Machine:
        """Give what the containers of a namespace find."""
        return self.machines.setdefault(namespace, Machine())

    def memory(self, pod: Mapping[str, Any], now: float) -> float:
        """Say what a pod uses, as whoever runs it there has it now."""
        return self.programs.memory(pod, now)

    def tick(self) -> None:
        """Let every controller look once; where nothing changed, those that only watch objects look once a second."""
        for at, controller in enumerate(self._controllers):
            version, moment = self._looked[at]
            if controller is self.kubelet or version != self.store.version or self.now() - moment >= PATIENCE:
                self._looked[at] = self.store.version, self.now()
                controller.tick()
        if self.now() - self._last_sweep >= 60:
            self._last_sweep = self.now()
            self.record.forget_old()
        for listener in self.listeners:
            listener()

    def advance(self, seconds: float) -> None:
        """Turn the clock by hand, ticking every quarter of a second on the way."""
        left = seconds
        while left > 0:
            step = min(STEP_SECONDS, left)
            self.clock.turn(step)
            self.tick()
            left -= step


Answering = Callable[[str, str, bytes], tuple[int, str, bytes]]
"""A simulated application behind a Service: (method, path and query, body) -> (status, content type, body)."""
