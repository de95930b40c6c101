"""A finding that is looked for where it never shows itself: the step is quiet, whatever happens."""

from collections.abc import Iterator

from runbooks.compiling import Compiled
from runbooks.kubectl.well_known import types_named
from runbooks.kubectl.words import Command

_PODS, _PODS_OR_EVENTS = ("pods",), ("pods", "events")
_SHOWN_BY = {
    "crash-looping": _PODS,
    "not-ready": _PODS,
    "image-pull": _PODS,
    "restarts": _PODS,
    "oom-killed": _PODS_OR_EVENTS,
    "pending": _PODS_OR_EVENTS,
    "evicted": _PODS_OR_EVENTS,
    "failed-mount": ("events",),
    "warnings": ("events",),
    "replicas-missing": ("deployments", "statefulsets", "daemonsets", "replicasets"),
    "paused": ("deployments",),
    "recent-rollout": ("rollout history", "replicasets", "controllerrevisions"),
    "autoscaler-at-limit": ("horizontalpodautoscalers",),
    "quota": ("resourcequotas", "events"),
    "claim-pending": ("persistentvolumeclaims", "events"),
    "node-trouble": ("nodes", "top node", "events"),
    "memory-near-limit": ("top pod",),
}
"""Which objects tell of a finding, the likeliest first; the other findings are read in what is printed."""
_ALL = "all"


def unseen(ready: Compiled, find: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Yield which words of `find` the line can never show, and what shows them; a query's number may mean any."""
    shown = _shown(ready.command)
    for at, word in enumerate(find):
        wanted = _SHOWN_BY.get(word)
        if wanted and not ready.promql and not shown & {*wanted, _ALL}:
            line = f"kubectl {wanted[0]}" if " " in wanted[0] else f"kubectl get {wanted[0]}"
            yield at, f"nothing that this line asks tells of `{word}`; look for it in `{line}`"


def _shown(command: Command | None) -> set[str]:
    """The types of the objects that a line brings along, and its verb."""
    if command is None:
        return set()
    if command.verb in {"top pod", "top node"}:
        return {command.verb, f"{command.verb.removeprefix('top ')}s"}
    if command.verb not in {"get", "describe", "rollout history"}:
        return {command.verb}
    kinds = command.arguments[0].split("/")[0].split(",") if command.arguments else [_ALL]
    return {command.verb, *([_ALL] if _ALL in kinds else [one.plural for kind in kinds for one in types_named(kind)])}
