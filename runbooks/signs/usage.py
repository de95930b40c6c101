"""What `kubectl top` tells: containers that use nearly all the memory they may, nodes that have hardly any left."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runbooks.signs.finding import Around, Finding, Remedy
from runbooks.signs.memory import bytes_of, next_limit
from runbooks.signs.pods import of_kinds, seen

Object = Mapping[str, Any]
_OF_LIMIT, _OF_NODE = 0.9, 0.95
_MIB = 2.0**20


def near_limit(objects: Iterable[Object], around: Around) -> Iterator[Finding]:
    """Find containers that are about to be killed for their memory; one without a limit has its node's alone."""
    known = list(objects)
    limits = {(pod.namespace, pod.name): pod.limits for pod in seen(known) if not (pod.over or pod.deleting)}
    for pod in of_kinds(known, "PodMetrics"):
        containers = pod.get("containers") or []
        for one in containers:
            limit = limits.get(_key(pod), {}).get(str(one.get("name")), "")
            inside = f" in {one.get('name')}" if len(containers) > 1 else ""
            yield from _near(_key(pod)[1], _memory(one.get("usage")), limit, inside)


def _near(name: str, used: float | None, limit: str, inside: str) -> Iterator[Finding]:
    most = bytes_of(limit)
    if used and most and used >= most * _OF_LIMIT:
        said = f"{name} is near its memory limit: {used / _MIB:.0f}Mi of {limit}{inside}"
        raised = {"memory": next_limit(limit), "from": limit}
        yield Finding("warning", name, said, remedies=(Remedy("memory", name, raised), Remedy("scale", name)))


def most(objects: Iterable[Object]) -> str:
    """Say who uses the most memory, of pods or nodes; nothing where none is measured."""
    known = list(objects)
    used = {_key(one)[1]: _memory(one.get("usage")) or 0.0 for one in of_kinds(known, "NodeMetrics")}
    for pod in of_kinds(known, "PodMetrics"):
        used[_key(pod)[1]] = sum(_memory(one.get("usage")) or 0.0 for one in pod.get("containers") or [])
    name = max(used, key=used.__getitem__, default="")
    return f"Most memory: {name}, {used[name] / _MIB:.0f}Mi" if name else ""


def nodes_full(objects: Iterable[Object]) -> Iterator[Finding]:
    """Find nodes that use nearly all the memory that pods may have there."""
    known = list(objects)
    sizes = {_key(node)[1]: _memory((node.get("status") or {}).get("allocatable")) for node in of_kinds(known, "Node")}
    for node in of_kinds(known, "NodeMetrics"):
        name = _key(node)[1]
        used, size = _memory(node.get("usage")), sizes.get(name)
        if used and size and used >= size * _OF_NODE:
            yield Finding("warning", name, f"Node {name} has hardly any memory left ({used / size * 100:.0f} % used)")


def _key(one: Object) -> tuple[str, str]:
    metadata = one.get("metadata") or {}
    return str(metadata.get("namespace") or ""), str(metadata.get("name") or "")


def _memory(amounts: Any) -> float | None:
    return bytes_of(str((amounts or {}).get("memory") or ""))
