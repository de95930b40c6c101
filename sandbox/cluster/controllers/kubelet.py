"""The kubelet of every node: runs the pods that are bound to it and writes their status."""

from collections.abc import Callable

from sandbox.cluster.clock import stamp
from sandbox.cluster.controllers.containers import Container, Hand, Step, container_status
from sandbox.cluster.controllers.pods import pod_conditions
from sandbox.cluster.controllers.recording import Recorder
from sandbox.cluster.kinds import NODES, PODS
from sandbox.cluster.objects import Object, copied, is_going, name_of, uid_of
from sandbox.cluster.programs import Programs
from sandbox.cluster.quantities import amount
from sandbox.cluster.store import Store

STOP_SECONDS = 1.5


class Kubelet:
    def __init__(self, store: Store, programs: Programs, record: Recorder, now: Callable[[], float]) -> None:
        self._store, self._record, self._now = store, record, now
        self._hand = Hand(programs, record, now)
        self._containers: dict[str, list[Container]] = {}
        self._images: dict[str, set[str]] = {}
        self._stopping: dict[str, float] = {}
        self._addresses: dict[str, str] = {}
        self._reported: dict[str, tuple[str, list[tuple[object, ...]]]] = {}
        self.lost: dict[str, float] = {}

    def tick(self) -> None:
        pods = self._store.all(PODS)
        for pod in pods:
            if pod["spec"].get("nodeName") and pod["spec"]["nodeName"] not in self.lost and not _is_over(pod):
                self._run(pod)
        alive = {uid_of(pod) for pod in pods}
        for uid in [uid for uid in self._containers if uid not in alive]:
            del self._containers[uid]
            self._reported.pop(uid, None)

    def containers(self, pod: Object) -> list[Container]:
        """Give what this pod's containers are doing, for logs and metrics."""
        return self._containers.get(uid_of(pod), [])

    def lose(self, node: str) -> None:
        """Let a node fall silent: what runs there can no longer be reached or told anything."""
        self.lost.setdefault(node, self._now())

    def evict(self, pod: Object, message: str) -> None:
        """End a pod for good, for its node's sake."""
        for one in self._containers.get(uid_of(pod), []):
            self._hand.stop(pod, one)
            self._hand.end(one, 137, "Error")
        gone = {"phase": "Failed", "reason": "Evicted", "message": message, "startTime": stamp(self._now())}
        kept = {key: pod["status"][key] for key in ("qosClass",) if key in pod["status"]}
        self._store.replace(PODS, copied(pod) | {"status": gone | kept})

    def _run(self, pod: Object) -> None:
        uid = uid_of(pod)
        if is_going(pod):
            self._stop(pod)
            return
        if uid not in self._containers:
            self._containers[uid] = [_container(one) for one in pod["spec"]["containers"]]
            self._record_address(pod)
        here = self._images.setdefault(pod["spec"]["nodeName"], set())
        self._follow_images(pod)
        for one in self._containers[uid]:
            self._hand.move(pod, one, here)
        self._report(pod)

    def _follow_images(self, pod: Object) -> None:
        """Start a container anew whose image was changed in place."""
        for one, spec in zip(self._containers[uid_of(pod)], pod["spec"]["containers"], strict=False):
            if one.image != spec["image"]:
                self._hand.end(one, 0, "Completed")
                one.image, one.step = spec["image"], Step.NEW

    def _record_address(self, pod: Object) -> None:
        nodes = [name_of(node) for node in self._store.all(NODES)]
        node = nodes.index(pod["spec"]["nodeName"]) + 1 if pod["spec"]["nodeName"] in nodes else 9
        self._addresses[uid_of(pod)] = f"10.244.{node}.{len(self._addresses) % 250 + 4}"

    def _stop(self, pod: Object) -> None:
        uid = uid_of(pod)
        grace = min(STOP_SECONDS, pod["metadata"].get("deletionGracePeriodSeconds", STOP_SECONDS))
        if uid not in self._stopping:
            self._stopping[uid] = self._now() + grace
            for one in self._containers.get(uid, []):
                self._hand.stop(pod, one)
        elif self._now() >= self._stopping[uid]:
            del self._stopping[uid]
            for one in self._containers.get(uid, []):
                self._hand.end(one, 0, "Completed")
            self._store.remove(PODS, pod)

    def _report(self, pod: Object) -> None:
        now, containers = self._now(), self._containers[uid_of(pod)]
        marks = [one.mark(now) for one in containers]
        if self._reported.get(uid_of(pod)) == (pod["metadata"]["resourceVersion"], marks):
            return
        ready = [one.name for one in containers if one.is_ready(now)]
        unready = [one.name for one in containers if one.name not in ready]
        address, host = self._addresses[uid_of(pod)], self._host(pod)
        status: Object = {"observedGeneration": 1, "phase": _phase(containers)}
        status["conditions"] = pod_conditions(pod, ready=ready, unready=unready, now=now)
        status |= {"hostIP": host, "hostIPs": [{"ip": host}]}
        if any(one.runs for one in containers):
            status |= {"podIP": address, "podIPs": [{"ip": address}]}
        status["startTime"] = pod["status"].get("startTime", stamp(now))
        status["containerStatuses"] = [container_status(pod, one, now) for one in containers]
        status["qosClass"] = pod["status"].get("qosClass", "BestEffort")
        if status != pod["status"]:
            self._warn_if_unhealthy(pod, containers, now)
            pod = self._store.replace(PODS, copied(pod) | {"status": status})
        self._reported[uid_of(pod)] = (pod["metadata"]["resourceVersion"], marks)

    def _warn_if_unhealthy(self, pod: Object, containers: list[Container], now: float) -> None:
        """Write the probe's event for a container that runs but was not ready in time."""
        for one in containers:
            run = one.run
            if one.step is Step.RUNNING and run is not None and run.program.ready_in is None:
                text = "Readiness probe failed: HTTP probe failed with statuscode: 503"
                path = f"spec.containers{{{one.name}}}"
                node = pod["spec"]["nodeName"]
                self._record.warning(pod, "Unhealthy", text, component="kubelet", host=node, path=path)

    def _host(self, pod: Object) -> str:
        node = self._store.get(NODES, "", pod["spec"]["nodeName"])
        addresses = node["status"]["addresses"] if node else []
        return next((one["address"] for one in addresses if one["type"] == "InternalIP"), "")


def _container(spec: Object) -> Container:
    limit = ((spec.get("resources") or {}).get("limits") or {}).get("memory")
    return Container(spec["name"], spec["image"], amount(limit) if limit else None)


def _is_over(pod: Object) -> bool:
    return pod["status"].get("reason") == "Evicted" and not is_going(pod)


def _phase(containers: list[Container]) -> str:
    if all(one.step is Step.DONE for one in containers):
        codes = [one.run.exit_code for one in containers if one.run]
        return "Failed" if any(codes) else "Succeeded"
    return "Running" if any(one.runs for one in containers) else "Pending"
