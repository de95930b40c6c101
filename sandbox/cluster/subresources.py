"""What hangs below an object: `/scale`, `/eviction`, `/status`."""

from sandbox.cluster import faults
from sandbox.cluster.asking import Asked
from sandbox.cluster.controllers.pods import delete_pod
from sandbox.cluster.kinds import DISRUPTION_BUDGETS, PODS
from sandbox.cluster.objects import Object, copied, name_of, namespace_of
from sandbox.cluster.reading import scale_of, shown
from sandbox.cluster.selecting import selector_test
from sandbox.cluster.store import Store
from sandbox.cluster.writing import changed, patched


def scale(asked: Asked, store: Store) -> Object:
    """Read or change how many replicas a workload has."""
    return shown(asked, _scale(asked, store), store.now())


def _scale(asked: Asked, store: Store) -> Object:
    target = asked.target
    before = store.need(target.kind, target.namespace, target.name)
    current = scale_of(target, before)
    if asked.method == "GET":
        return current
    wanted = asked.json() if asked.method == "PUT" else patched(asked, current)
    if wanted.get("metadata", {}).get("resourceVersion", "") not in {"", current["metadata"]["resourceVersion"]}:
        raise faults.conflict(target.kind, target.name, faults.STALE)
    replicas = (wanted.get("spec") or {}).get("replicas", 0)
    if not isinstance(replicas, int) or isinstance(replicas, bool):
        raise faults.bad_request('Scale in version "v1" cannot be handled as a Scale: spec.replicas must be a number')
    if replicas < 0:
        told = f"Invalid value: {replicas}: must be greater than or equal to 0"
        raise _invalid_scale(target.name, told)
    after = copied(before)
    after["spec"]["replicas"] = replicas
    return scale_of(target, changed(asked, store, before, after))


def _invalid_scale(name: str, told: str) -> faults.Fault:
    causes = [{"reason": "FieldValueInvalid", "message": told, "field": "spec.replicas"}]
    found = {"name": name, "group": "autoscaling", "kind": "Scale", "causes": causes}
    return faults.Fault(422, "Invalid", f'Scale.autoscaling "{name}" is invalid: spec.replicas: {told}', found)


def evict(asked: Asked, store: Store) -> Object:
    """Delete a pod where its disruption budgets allow it; 429 where they do not."""
    pod = store.need(PODS, asked.target.namespace, asked.target.name)
    for budget in store.all(DISRUPTION_BUDGETS, namespace_of(pod)):
        status = budget.get("status", {})
        if selector_test(budget["spec"]["selector"])(pod) and not status.get("disruptionsAllowed", 0):
            raise _too_many(budget)
    grace = (asked.json().get("deleteOptions") or {}).get("gracePeriodSeconds")
    if not asked.dry:
        delete_pod(store, pod, grace)
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def _too_many(budget: Object) -> faults.Fault:
    status, name = budget["status"], name_of(budget)
    told = (
        f"The disruption budget {name} needs {status['desiredHealthy']} healthy pods "
        f"and has {status['currentHealthy']} currently"
    )
    causes = [{"reason": "DisruptionBudget", "message": told}]
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    return faults.Fault(429, "TooManyRequests", message, {"causes": causes})
