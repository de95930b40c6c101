"""What follows from pods: the endpoints of services, budgets, and the removal of what lost its owner."""

from sandbox.cluster.controllers.pods import delete_pod
from sandbox.cluster.controllers.rolling import share
from sandbox.cluster.kinds import (
    CONTROLLER_REVISIONS,
    DAEMON_SETS,
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    ENDPOINT_SLICES,
    ENDPOINTS,
    JOBS,
    NAMESPACES,
    PODS,
    REPLICA_SETS,
    SERVICE_ACCOUNTS,
    SERVICES,
    STATEFUL_SETS,
    Kind,
)
from sandbox.cluster.objects import (
    Object,
    copied,
    is_going,
    is_ready,
    labels_of,
    name_of,
    namespace_of,
    owned_by,
    owner_of,
    reference_to,
    uid_of,
)  # fmt: skip
from sandbox.cluster.selecting import selector_test
from sandbox.cluster.store import Store

OWNERS = {
    "ReplicaSet": REPLICA_SETS, "Deployment": DEPLOYMENTS, "StatefulSet": STATEFUL_SETS, "DaemonSet": DAEMON_SETS,
    "Job": JOBS, "Service": SERVICES,
}  # fmt: skip


class Endpoints:
    def __init__(self, store: Store) -> None:
        self._store = store

    def tick(self) -> None:
        for service in self._store.all(SERVICES):
            if service["spec"].get("selector"):
                self._sync(service)

    def _sync(self, service: Object) -> None:
        wanted = service["spec"]["selector"].items()
        pods = [pod for pod in self._store.all(PODS, namespace_of(service)) if wanted <= labels_of(pod).items()]
        found = [pod for pod in pods if not is_going(pod) and pod["status"].get("podIP")]
        ready = [_address(pod) for pod in found if is_ready(pod)]
        others = [_address(pod) for pod in found if not is_ready(pod)]
        subset: Object = {"addresses": ready} if ready else {}
        subset |= {"notReadyAddresses": others} if others else {}
        subset |= {"ports": [_port(port) for port in service["spec"].get("ports", [])]}
        subsets = [subset] if ready or others else []
        self._slice(service, found)
        before = self._store.get(ENDPOINTS, namespace_of(service), name_of(service))
        if before is None:
            meta = {"name": name_of(service), "namespace": namespace_of(service), "labels": dict(labels_of(service))}
            self._store.create(ENDPOINTS, {"metadata": meta, "subsets": subsets})
        elif before.get("subsets") != subsets:
            self._store.replace(ENDPOINTS, copied(before) | {"subsets": subsets})

    def _slice(self, service: Object, pods: list[Object]) -> None:
        """Write the same as an EndpointSlice, as `kubectl describe service` reads it."""
        here, name = namespace_of(service), name_of(service)
        before = next((one for one in self._store.all(ENDPOINT_SLICES, here) if owned_by(one, service)), None)
        ports = [{"name": ""} | _port(port) for port in service["spec"].get("ports", [])]
        found = {"addressType": "IPv4", "endpoints": [_endpoint(pod) for pod in pods], "ports": ports}
        if before is None:
            labels = {"kubernetes.io/service-name": name}
            meta: Object = {"generateName": f"{name}-", "namespace": here, "labels": labels}
            meta["ownerReferences"] = [reference_to(service)]
            self._store.create(ENDPOINT_SLICES, {"metadata": meta, **found})
        else:
            self._store.replace(ENDPOINT_SLICES, copied(before) | found)


def _endpoint(pod: Object) -> Object:
    about = _address(pod)
    state = {"ready": is_ready(pod), "serving": is_ready(pod), "terminating": False}
    return {"addresses": [about.pop("ip")], "conditions": state, **about}


def _address(pod: Object) -> Object:
    target = {"kind": "Pod", "namespace": namespace_of(pod), "name": name_of(pod), "uid": uid_of(pod)}
    return {"ip": pod["status"]["podIP"], "nodeName": pod["spec"]["nodeName"], "targetRef": target}


def _port(port: Object) -> Object:
    made = {"port": port.get("targetPort", port["port"]), "protocol": port.get("protocol", "TCP")}
    return {"name": port["name"]} | made if port.get("name") else made


class Accounts:
    """Every namespace has a ServiceAccount `default`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tick(self) -> None:
        for namespace in self._store.all(NAMESPACES):
            if self._store.get(SERVICE_ACCOUNTS, name_of(namespace), "default") is None:
                meta = {"name": "default", "namespace": name_of(namespace)}
                self._store.create(SERVICE_ACCOUNTS, {"metadata": meta})


class Budgets:
    """PodDisruptionBudgets: how many pods may be evicted now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tick(self) -> None:
        for budget in self._store.all(DISRUPTION_BUDGETS):
            matches = selector_test(budget["spec"].get("selector") or {})
            pods = [pod for pod in self._store.all(PODS, namespace_of(budget)) if matches(pod)]
            healthy = sum(is_ready(pod) and not is_going(pod) for pod in pods)
            least, most = budget["spec"].get("minAvailable"), budget["spec"].get("maxUnavailable", 0)
            kept = share(most if least is None else least, len(pods), up=True)
            desired = len(pods) - kept if least is None else kept
            status = {
                "currentHealthy": healthy, "desiredHealthy": desired, "expectedPods": len(pods),
                "disruptionsAllowed": max(0, healthy - desired),
                "observedGeneration": budget["metadata"].get("generation", 1),
            }  # fmt: skip
            if budget.get("status") != status:
                self._store.replace(DISRUPTION_BUDGETS, copied(budget) | {"status": status})


class Garbage:
    """Removes what lost its owner (background propagation)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def tick(self) -> None:
        for kind in (REPLICA_SETS, CONTROLLER_REVISIONS, ENDPOINT_SLICES, PODS):
            for thing in self._store.all(kind):
                if self._is_orphan(thing):
                    self._remove(kind, thing)

    def _is_orphan(self, thing: Object) -> bool:
        owner = owner_of(thing)
        if owner is None or owner["kind"] not in OWNERS or is_going(thing):
            return False
        found = self._store.get(OWNERS[owner["kind"]], namespace_of(thing), owner["name"])
        return found is None or uid_of(found) != owner["uid"]

    def _remove(self, kind: Kind, thing: Object) -> None:
        if kind is PODS:
            delete_pod(self._store, thing)
        else:
            self._store.remove(kind, thing)
