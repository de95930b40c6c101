"""What would surprise somebody about a change: who puts it back, what waits, what does not fit."""

from collections.abc import Mapping
from typing import Any

from runbooks.kubectl.changing import template_spec
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.quantity import BadQuantity, quantity, total
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.unreachable import Unreachable

REVERTERS = {
    "argocd.argoproj.io/": "Argo CD",
    "kustomize.toolkit.fluxcd.io/": "Flux",
    "helm.toolkit.fluxcd.io/": "Flux",
}
Thing = dict[str, Any]


async def warnings_of(run: Run, one: Thing, after: Thing) -> list[str]:
    """Each in one sentence; nothing where nothing is known."""
    name, replicas = name_of(one), _replicas(one)
    wanted = _replicas(after) if after else replicas
    found = []
    if _spec(one).get("paused") is True and run.command.verb != "rollout resume":
        found.append(f"{name} is paused: nothing rolls out until `kubectl rollout resume`")
    elif _empties(one, after):
        found.append(f"{name} has one replica, which goes before the new one is there: meanwhile nobody answers")
    found += _reverted(one)
    if wanted != replicas or "resources" in run.command.verb:
        found += await _autoscaled(run, one)
    if wanted > replicas:
        found += await _limited(run, one, wanted - replicas)
    return found


def _spec(one: Thing) -> Thing:
    """An object's spec; a custom one may be anything."""
    spec = one.get("spec")
    return spec if isinstance(spec, dict) else {}


def _replicas(one: Thing) -> int:
    """How many it shall have; 0 where it has no such number."""
    number = _spec(one).get("replicas")
    return number if isinstance(number, int) else 0


def _empties(one: Thing, after: Thing) -> bool:
    """Whether a changed template takes the only pod away before its successor is there.

    A Deployment starts the new one first, unless it recreates or may be unavailable whole; a StatefulSet never does.
    """
    spec = _spec(after)
    if _replicas(one) != 1 or _replicas(after) != 1 or _spec(one).get("template") == spec.get("template"):
        return False
    if one.get("kind") == "StatefulSet":
        return bool((spec.get("updateStrategy") or {}).get("type") != "OnDelete")
    strategy = spec.get("strategy") or {}
    missing = (strategy.get("rollingUpdate") or {}).get("maxUnavailable")
    whole = missing == "100%" or (isinstance(missing, int) and missing > 0)
    return one.get("kind") == "Deployment" and (strategy.get("type") == "Recreate" or whole)


def _reverted(one: Thing) -> list[str]:
    metadata = one.get("metadata") or {}
    marks = {**(metadata.get("annotations") or {}), **(metadata.get("labels") or {})}
    found = [
        f"{who} may put it back within minutes"
        for mark, who in REVERTERS.items()
        if any(key.startswith(mark) for key in marks)
    ]
    if marks.get("app.kubernetes.io/managed-by") == "Helm":
        found.append("Helm manages it: its own record will differ, and its next upgrade puts it back")
    return list(dict.fromkeys(found))


async def _listed(run: Run, root: str, plural: str, one: Thing) -> list[Thing]:
    """All of one type in the object's namespace; who may not list them is not warned."""
    namespace = (one.get("metadata") or {}).get("namespace") or run.namespace
    try:
        return list((await run.read(f"{root}/namespaces/{segment(namespace)}/{plural}")).get("items") or [])
    except (Denied, Unreachable):
        return []


async def _autoscaled(run: Run, one: Thing) -> list[str]:
    """An autoscaler of this object sets the replicas again."""
    found = []
    for scaler in await _listed(run, "/apis/autoscaling/v2", "horizontalpodautoscalers", one):
        spec = scaler.get("spec") or {}
        target = spec.get("scaleTargetRef") or {}
        if (target.get("kind"), target.get("name")) == (one.get("kind"), name_of(one)):
            limits = f"{spec.get('minReplicas', 1)} to {spec.get('maxReplicas')}"
            found.append(f"the autoscaler {name_of(scaler)} ({limits} replicas) will set the replicas again")
    return found


async def _limited(run: Run, one: Thing, more: int) -> list[str]:
    """A quota that has no room for so many more pods of a workload; what a custom kind makes is not known."""
    found: list[str] = []
    if one.get("apiVersion") != "apps/v1":
        return found
    needs = _needs(one)
    for quota in await _listed(run, "/api/v1", "resourcequotas", one):
        status = quota.get("status") or {}
        for what in sorted(_short(needs, status.get("hard") or {}, status.get("used") or {}, more)):
            left = f"{(status.get('used') or {}).get(what, '0')} of {status['hard'][what]} are used"
            found.append(f"the quota {name_of(quota)} has no room for {more} more: of {what}, {left}")
    return found


def _needs(one: Thing) -> dict[str, str]:
    """What one more pod takes of each thing that quotas count."""
    containers = (template_spec(one) or {}).get("containers") or []
    needs = {"pods": "1", "count/pods": "1"}
    for kind in ("requests", "limits"):
        for size in ("cpu", "memory"):
            each = [((each.get("resources") or {}).get(kind) or {}).get(size) for each in containers]
            needs[f"{kind}.{size}"] = total([amount for amount in each if amount])
    return {**needs, "cpu": needs["requests.cpu"], "memory": needs["requests.memory"]}


def _short(needs: Mapping[str, str], hard: Mapping[str, str], used: Mapping[str, str], more: int) -> list[str]:
    try:
        return [
            what
            for what in hard
            if what in needs and quantity(used.get(what, "0")) + quantity(needs[what]) * more > quantity(hard[what])
        ]
    except BadQuantity:
        return []
