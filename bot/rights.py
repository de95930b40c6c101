"""What a runbook's lines need to be allowed in the cluster, as `kubectl auth can-i` asks it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runbooks.model import Runbook

PATCHING = re.compile(r"kubectl (?:rollout (?:undo|restart|pause|resume)|set|patch|label|annotate)\b")


@dataclass(frozen=True)
class Right:
    """A verb on a kind (or on one object of it), perhaps on a part of it."""

    verb: str
    what: str
    part: str = ""

    def __str__(self) -> str:
        """Write it for people."""
        return f"{self.verb} {self.what}" + (f" ({self.part})" if self.part else "")

    def line(self, namespace: str) -> str:
        """Write the line that asks for it."""
        part = f" --subresource={self.part}" if self.part else ""
        return f"kubectl auth can-i {self.verb} {self.what}{part} -n {namespace}"


def to_read(runbook: Runbook) -> tuple[Right, ...]:
    """Return what the diagnostics need."""
    lines = [step.line for step in runbook.diagnostics]
    found = [Right("list", "pods"), Right("get", "pods", "log"), Right("list", "events")]
    found += [Right("list", "deployments.apps"), Right("list", "replicasets.apps")]
    if any("kubectl top pod" in line for line in lines):
        found.append(Right("list", "pods.metrics.k8s.io"))
    if any("kubectl exec" in line for line in lines):
        found.append(Right("create", "pods", "exec"))
    return (*found, *dict.fromkeys(_proxied(runbook, lines)))


def _proxied(runbook: Runbook, lines: list[str]) -> Iterator[Right]:
    hosts = runbook.kubernetes.services if runbook.kubernetes else ()
    for line in lines:
        for host, port in re.findall(r"http://([a-z0-9-]+):(\d+)", line):
            if host in hosts and line.startswith("curl"):
                yield Right("get", f"services/{host}:{port}", "proxy")


def to_change(runbook: Runbook) -> tuple[Right, ...]:
    """Return what the mitigations need of the runbook's own workload."""
    workload = runbook.kubernetes.workload if runbook.kubernetes else ""
    lines = [one.run for one in runbook.mitigations if one.run and workload in one.run]
    found = []
    if workload and any(PATCHING.search(line) for line in lines):
        found.append(Right("patch", workload))
    if workload and any("kubectl scale" in line for line in lines):
        found.append(Right("patch", workload, "scale"))
    return tuple(found)
