"""Before a change: what would be sent, what it would do, what may undo it, and how to take it back."""

import difflib
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from runbooks.kubectl.connection import Cluster
from runbooks.kubectl.inverse import inverse_of
from runbooks.kubectl.objects_text import as_yaml
from runbooks.kubectl.performing import perform
from runbooks.kubectl.printing import object_name
from runbooks.kubectl.running import Run
from runbooks.kubectl.surprises import warnings_of
from runbooks.kubectl.words import Command, Preview

NOISE = ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp")
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
AUTOSCALED = {"manager": "kube-controller-manager", "subresource": "scale"}


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
        warnings += [text for change in going.changed if change[0] for text in await warnings_of(going, *change)]
    return Preview(
        sends=tuple(going.sent),
        diff="".join(difference(one, two) for one, two in going.changed),
        warnings=tuple(dict.fromkeys(warnings)),
        inverse=inverse_of(command, going.changed),
        resource_version=",".join(version for one in before if (version := one["metadata"].get("resourceVersion"))),
        refused=refused,
        uids={object_name(one): str(one["metadata"].get("uid", "")) for one in before},
        before=sha256("\n".join(line for change in going.changed for line in _seen(*change)).encode()).hexdigest()[:16],
    )


def difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    """A unified diff of two states of one object, without what the server keeps for itself."""
    name = object_name(before or after)
    one = as_yaml(_quiet(before)).splitlines(keepends=True) if before else []
    two = as_yaml(_quiet(after)).splitlines(keepends=True) if after else []
    if not after:
        return f"- {name} is deleted\n"
    return "".join(difflib.unified_diff(one, two, f"{name} (now)", f"{name} (after)", n=3))


def _seen(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What a person has looked at, without what a cluster sets by itself; uids stand for what is deleted."""
    if not before or not after:
        return
    for line in difference(before, after).splitlines():
        if line.startswith(("+", "-")) and "restartedAt" not in line:
            yield line
    if before.get("kind") != "Node":  # its taints and labels come and go with its health
        spec, fields = before.get("spec"), before["metadata"].get("managedFields") or []
        if isinstance(spec, dict) and any(one.items() >= AUTOSCALED.items() for one in fields):
            spec = {key: value for key, value in spec.items() if key != "replicas"}  # its autoscaler's
        yield as_yaml({**_quiet(before), "metadata": {}, "spec": spec})


def _quiet(one: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in (one.get("metadata") or {}).items() if key not in NOISE}
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != APPLIED}
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    return {**{key: value for key, value in one.items() if key not in {"status", "metadata"}}, "metadata": metadata}
