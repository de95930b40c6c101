"""`kubectl top`: what pods and nodes use, from metrics.k8s.io."""

import math
from typing import Any

from runbooks.kubectl.gosort import go_sorted
from runbooks.kubectl.quantity import quantity
from runbooks.kubectl.running import Denied, Run, segment
from runbooks.kubectl.tables import columns
from runbooks.kubectl.targets import picked
from runbooks.kubectl.words import Failed

Use = tuple[int, int]
NO_METRICS = "error: Metrics API not available\n"


async def top_pods(run: Run) -> None:
    _check(run, "pod")
    name = run.command.arguments[0] if run.command.arguments else ""
    where = "" if run.all_namespaces else f"/namespaces/{segment(run.namespace)}"
    found = await _metrics(run, f"{where}/pods", name)
    if not found:
        await _none(run, where)
        return
    run.objects += await _beside(run, found, where, name)
    rows = [row for pod in _ordered(run, found) for row in _pod_rows(run, pod)]
    if run.command.flag("sum"):
        rows += _sum(run, found)
    run.out.append(_table(run, _pod_header(run), rows))


async def _beside(run: Run, found: list[dict[str, Any]], where: str, name: str) -> list[dict[str, Any]]:
    """What is used, and, for whoever looks for findings, what the pods may use, as far as one may see them."""
    used = [{"kind": "PodMetrics", **one} for one in found]
    if not run.whole:
        return used
    query = [("fieldSelector", f"metadata.name={name}")] if name else picked(run)
    try:
        pods = (await run.read_list(f"/api/v1{where}/pods", [*query, ("limit", "500")])).get("items") or []
    except Denied:
        return used
    return [*used, *({"apiVersion": "v1", "kind": "Pod", **one} for one in pods)]


def _check(run: Run, kind: str) -> None:
    if len(run.command.arguments) > 1:
        raise Failed(f"error: {kind} [NAME | -l label]\nSee 'kubectl top {kind} -h' for help and examples\n")
    if run.command.arguments and (run.command.flag("selector") or run.command.flag("field-selector")):
        option = "--selector" if kind == "node" else "selector"
        raise Failed(f"error: only one of NAME or {option} can be provided\n")
    if run.command.flag("sort-by") not in {None, "", "cpu", "memory"}:
        raise Failed("error: --sort-by accepts only cpu or memory\n")


async def _metrics(run: Run, place: str, name: str) -> list[dict[str, Any]]:
    versions = {one.version for one in (await run.types()).resources if one.group == "metrics.k8s.io"}
    if not versions:
        raise Failed(NO_METRICS)
    root = f"/apis/metrics.k8s.io/{'v1beta1' if 'v1beta1' in versions else min(versions)}"
    if name:
        return [await run.read(f"{root}{place}/{segment(name)}")]
    return list((await run.read(f"{root}{place}", picked(run))).get("items") or [])


async def _none(run: Run, where: str) -> None:
    """No metrics: either no pods, or pods too young to have any."""
    pods = (await run.read(f"/api/v1{where}/pods", picked(run))).get("items") or []
    if not pods:
        run.warn("No resources found" if run.all_namespaces else f"No resources found in {run.namespace} namespace.")
        return
    raise Failed("error: metrics not available yet\n")


def _used(usage: dict[str, str]) -> Use:
    return math.ceil(quantity(usage.get("cpu", "0")) * 1000), int(quantity(usage.get("memory", "0")))


def _whole(pod: dict[str, Any]) -> Use:
    each = [one.get("usage") or {} for one in pod.get("containers") or []]
    cpu = math.ceil(sum(quantity(one.get("cpu", "0")) for one in each) * 1000)
    return cpu, int(sum(quantity(one.get("memory", "0")) for one in each))


def _ordered(run: Run, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    at = {"cpu": 0, "memory": 1}.get(str(run.command.flag("sort-by")))
    if at is None:
        return sorted(found, key=lambda pod: (_place(run, pod), pod["metadata"]["name"]))
    uses = [(_whole(pod)[at], pod) for pod in found]
    return [pod for _, pod in go_sorted(uses, lambda one, two: one[0] > two[0])]


def _place(run: Run, pod: dict[str, Any]) -> str:
    return str(pod["metadata"].get("namespace", "")) if run.all_namespaces else ""


def _pod_rows(run: Run, pod: dict[str, Any]) -> list[list[str]]:
    before = [pod["metadata"].get("namespace", "")] if run.all_namespaces else []
    name = pod["metadata"]["name"]
    if not run.command.flag("containers"):
        return [[*before, name, *_cells(_whole(pod))]]
    each = [(one["name"], _used(one.get("usage") or {})) for one in pod.get("containers") or []]
    at = {"cpu": 0, "memory": 1}.get(str(run.command.flag("sort-by")))
    each.sort(key=lambda one: one[0] if at is None else -one[1][at])
    return [[*before, name, container, *_cells(use)] for container, use in each]


def _cells(use: Use) -> list[str]:
    return [f"{use[0]}m", f"{use[1] // 2**20}Mi"]


def _pod_header(run: Run) -> list[str]:
    before = ["NAMESPACE"] if run.all_namespaces else []
    named = ["POD", "NAME"] if run.command.flag("containers") else ["NAME"]
    return [*before, *named, "CPU(cores)", "MEMORY(bytes)"]


def _sum(run: Run, found: list[dict[str, Any]]) -> list[list[str]]:
    before = [""] * (bool(run.all_namespaces) + bool(run.command.flag("containers")))
    uses = [_whole(pod) for pod in found]
    total = (sum(use[0] for use in uses), sum(use[1] for use in uses))
    return [[*before, "", "________", "________"], [*before, "", *_cells(total)]]


def _table(run: Run, header: list[str], rows: list[list[str]]) -> str:
    return columns(rows if run.command.flag("no-headers") else [header, *rows], last=True)


async def top_nodes(run: Run) -> None:
    _check(run, "node")
    name = run.command.arguments[0] if run.command.arguments else ""
    found = await _metrics(run, "/nodes", name)
    if not found:
        raise Failed("error: metrics not available yet\n")
    if name:
        nodes = [await run.read(f"/api/v1/nodes/{segment(name)}")]
    else:
        nodes = list((await run.read("/api/v1/nodes", picked(run))).get("items") or [])
    run.objects += [{"kind": "NodeMetrics", **one} for one in found]
    run.objects += [{"apiVersion": "v1", "kind": "Node", **one} for one in nodes]
    key = "capacity" if run.command.flag("show-capacity") else "allocatable"
    sizes = {node["metadata"]["name"]: _used((node.get("status") or {}).get(key) or {}) for node in nodes}
    at = {"cpu": 0, "memory": 1}.get(str(run.command.flag("sort-by")))
    if at is None:
        found.sort(key=lambda node: node["metadata"]["name"])
    else:
        found.sort(key=lambda node: -_used(node.get("usage") or {})[at])
    rows = [_node_row(node, sizes.get(node["metadata"]["name"])) for node in found]
    run.out.append(_table(run, ["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"], rows))


def _node_row(node: dict[str, Any], size: Use | None) -> list[str]:
    cpu, memory = _used(node.get("usage") or {})
    cells = _cells((cpu, memory))
    shares = (
        ["<unknown>"] * 2 if not size else [f"{cpu * 100 // max(size[0], 1)}%", f"{memory * 100 // max(size[1], 1)}%"]
    )
    return [node["metadata"]["name"], cells[0], shares[0], cells[1], shares[1]]
