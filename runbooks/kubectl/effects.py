"""Before a change: what would be sent, what it would do, what may undo it, and how to take it back."""

import difflib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from runbooks.kubectl.connection import Answer, Cluster, Unreachable
from runbooks.kubectl.inverse import inverse_of
from runbooks.kubectl.objects_text import as_yaml
from runbooks.kubectl.performing import perform
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.printing import object_name
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.words import Command, Preview

NOISE = ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp")
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
REVERTERS = {
    "argocd.argoproj.io/": "Argo CD",
    "kustomize.toolkit.fluxcd.io/": "Flux",
    "helm.toolkit.fluxcd.io/": "Flux",
}


async def preview(
    command: Command, cluster: Cluster, *, now: datetime, timeout: float = 30.0, folder: Path | None = None
) -> Preview:
    """Let the server do a dry run of it; where it cannot, `refused` says why in kubectl's words."""
    going = Run(command, cluster, now, timeout, dry_run=True, folder=folder)
    await perform(going)
    warnings = [
        line.removeprefix("Warning: ") for line in "".join(going.errors).splitlines() if line.startswith("Warning: ")
    ]
    problem = "".join(line for line in going.errors if not line.startswith("Warning: ")).strip()
    refused = problem if going.exit_code or problem.startswith("error: ") else ""
    before = [one for one, _ in going.changed if one]
    if not refused:
        warnings += [text for one in before for text in await _warnings(going, one)]
    return Preview(
        sends=tuple(going.sent),
        diff="".join(difference(one, two) for one, two in going.changed),
        warnings=tuple(dict.fromkeys(warnings)),
        inverse=inverse_of(command, going.changed),
        resource_version=",".join(version for one in before if (version := one["metadata"].get("resourceVersion"))),
        refused=refused,
        uids=_uids(command, before),
    )


def _uids(command: Command, before: list[dict[str, Any]]) -> dict[str, str]:
    """Which objects exactly a delete would hit."""
    if command.verb != "delete":
        return {}
    return {object_name(one): one["metadata"].get("uid", "") for one in before}


def difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    """A unified diff of two states of one object, without what the server keeps for itself."""
    name = object_name(before) if before.get("kind") else name_of(before or after)
    one = as_yaml(_quiet(before)).splitlines(keepends=True) if before else []
    two = as_yaml(_quiet(after)).splitlines(keepends=True) if after else []
    if not after:
        return f"- {name} is deleted\n"
    return "".join(difflib.unified_diff(one, two, f"{name} (now)", f"{name} (after)", n=3))


def _quiet(one: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in (one.get("metadata") or {}).items() if key not in NOISE}
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != APPLIED}
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    return {**{key: value for key, value in one.items() if key not in {"status", "metadata"}}, "metadata": metadata}


async def _warnings(run: Run, one: dict[str, Any]) -> list[str]:
    """What would surprise somebody about changing this object."""
    name, spec = name_of(one), one.get("spec") or {}
    found = []
    if spec.get("paused"):
        found.append(f"{name} is paused: nothing rolls out until `kubectl rollout resume`")
    if run.command.verb != "scale" and spec.get("replicas") == 1:
        found.append(f"{name} has one replica: while it is replaced nobody may answer")
    found += _reverted(one)
    if run.command.verb == "scale" or "resources" in run.command.verb:
        found += await _autoscaled(run, one)
    return found


def _reverted(one: dict[str, Any]) -> list[str]:
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


async def _autoscaled(run: Run, one: dict[str, Any]) -> list[str]:
    """An autoscaler of this object sets the replicas again; who may not list them is not warned."""
    namespace = (one.get("metadata") or {}).get("namespace") or run.namespace
    path = f"/apis/autoscaling/v2/namespaces/{segment(namespace)}/horizontalpodautoscalers"
    try:
        listed = await run.read(path)
    except (Denied, Unreachable):
        return []
    found = []
    for scaler in listed.get("items") or []:
        spec = scaler.get("spec") or {}
        target = spec.get("scaleTargetRef") or {}
        if (target.get("kind"), target.get("name")) == (one.get("kind"), name_of(one)):
            limits = f"{spec.get('minReplicas', 1)} to {spec.get('maxReplicas')}"
            found.append(f"the autoscaler {name_of(scaler)} ({limits} replicas) will set the replicas again")
    return found


__all__ = ["Answer", "difference", "json", "preview"]
