"""What would surprise somebody about a change: who puts it back, what waits, what does not fit."""

from collections.abc import Mapping
from typing import Any

from runbooks.kubectl.changing import template_spec
from runbooks.kubectl.connection import Unreachable
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.quantity import BadQuantity, quantity, total
from runbooks.kubectl.running import Denied, Run, segment

REVERTERS = {
    "argocd.argoproj.io/": "Argo CD",
    "kustomize.toolkit.fluxcd.io/": "Flux",
    "helm.toolkit.fluxcd.io/": "Flux",
}
Thing = dict[str, Any]


async def warnings_of(run: Run, one: Thing, after: Thing) -> list[str]:
    """Each in one sentence; nothing where nothing is known."""
    name, spec = name_of(one), one.get("spec") or {}
    replicas = spec.get("replicas", 0)
    wanted = (after.get("spec") or {}).get("replicas", replicas)
    scaled = wanted != replicas
    found = []
    if spec.get("paused") and run.command.verb != "rollout resume":
        found.append(f"{name} is paused: nothing rolls out until `kubectl rollout resume`")
    if replicas == 1 and not scaled:
        found.append(f"{name} has one replica: while it is replaced nobody may answer")
    found += _reverted(one)
    if scaled or "resources" in run.command.verb:
        found += await _autoscaled(run, one)
    if wanted > replicas:
        found += await _limited(run, one, wanted - replicas)
    return found


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
    """A quota that has no room for so many more pods."""
    needs = _needs(one)
    found = []
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
