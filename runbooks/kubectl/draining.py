"""Which pods a drain moves, which it leaves, and which hold it up: kubectl's filters (k8s.io/kubectl/pkg/drain)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Denied, Run, segment

Pod = dict[str, Any]
MIRROR = "kubernetes.io/config.mirror"
DAEMONS = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
IGNORED = "ignoring DaemonSet-managed Pods"
LOCAL = "Pods with local storage (use --delete-emptydir-data to override)"
ALONE = "Pods that declare no controller (use --force to override)"


@dataclass
class Sorted:
    """The pods of a node: those to move, and why others stay, warn or stop the drain.

    `local` are those whose emptyDir goes with them: kubectl has a warning of them, and loses it again.
    """

    moving: list[Pod] = field(default_factory=list)
    local: list[str] = field(default_factory=list)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    stopping: dict[str, list[str]] = field(default_factory=dict)

    @property
    def warning(self) -> str:
        return "; ".join(f"{why}: {', '.join(pods)}" for why, pods in self.warnings.items())

    @property
    def problems(self) -> list[str]:
        return [f"cannot delete {why}: {', '.join(pods)}" for why, pods in self.stopping.items()]


async def sorted_pods(run: Run, node: str) -> Sorted:
    """Ask which pods run on a node, and sort them as the line's flags say."""
    query = [("fieldSelector", f"spec.nodeName={node}"), ("limit", "500")]
    if picked := run.command.flag("pod-selector"):
        query.append(("labelSelector", picked))
    found = Sorted()
    for pod in (await run.read_list("/api/v1/pods", query)).get("items") or []:
        await _sort(run, {"apiVersion": "v1", "kind": "Pod", **pod}, found)
    return found


async def _sort(run: Run, pod: Pod, found: Sorted) -> None:
    """kubectl asks its filters in turn: the first that holds a pod back counts, else the last that warns."""
    flag, named = run.command.flag, f"{pod['metadata'].get('namespace')}/{name_of(pod)}"
    owner = next((one for one in pod["metadata"].get("ownerReferences") or [] if one.get("controller")), None)
    ended = (pod.get("status") or {}).get("phase") in {"Succeeded", "Failed"}
    if _leaving(run, pod):
        return
    if owner and owner.get("kind") == "DaemonSet" and not ended:
        stays = await _daemon_set(run, pod, owner["name"])
        if stays:
            (found.warnings if stays == IGNORED else found.stopping).setdefault(stays, []).append(named)
            return
    if MIRROR in (pod["metadata"].get("annotations") or {}):
        return
    local = any("emptyDir" in volume for volume in (pod.get("spec") or {}).get("volumes") or []) and not ended
    bare = not owner and not ended
    for holds, allowed, problem in ((local, flag("delete-emptydir-data"), LOCAL), (bare, flag("force"), ALONE)):
        if holds and not allowed:
            found.stopping.setdefault(problem, []).append(named)
            return
    if bare:
        found.warnings.setdefault("deleting Pods that declare no controller", []).append(named)
    if local:
        found.local.append(named)
    found.moving.append(pod)


def _leaving(run: Run, pod: Pod) -> bool:
    """Whether a pod has been leaving for longer than the line waits: on a silent node it does so for ever."""
    longest, since = run.command.flag("skip-wait-for-delete-timeout") or 0, pod["metadata"].get("deletionTimestamp")
    return longest > 0 and bool(since) and (run.now - datetime.fromisoformat(since)).total_seconds() > longest


async def _daemon_set(run: Run, pod: Pod, name: str) -> str:
    """Why a DaemonSet's pod stays; empty when its DaemonSet is gone and the line forces, for then it moves."""
    try:
        await run.read(f"/apis/apps/v1/namespaces/{segment(pod['metadata']['namespace'])}/daemonsets/{segment(name)}")
    except Denied as error:
        return "" if error.code == 404 and run.command.flag("force") else error.message
    return IGNORED if run.command.flag("ignore-daemonsets") else DAEMONS
