"""What describe says about a node: conditions, what is allocated, the pods on it."""

from fractions import Fraction
from typing import Any

from runbooks.kubectl.container_text import Lines
from runbooks.kubectl.described import annotated, labelled
from runbooks.kubectl.quantity import canonical, quantity, total
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.times import age, rfc1123

Thing = dict[str, Any]
ROLE = "node-role.kubernetes.io/"
INFO = (
    ("Machine ID", "machineID"), ("System UUID", "systemUUID"), ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"), ("OS Image", "osImage"), ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"), ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
)  # fmt: skip
ALLOCATED = ("cpu", "memory", "ephemeral-storage")


async def node_lines(run: Run, node: Thing) -> Lines:
    metadata, spec, status = node["metadata"], node.get("spec") or {}, node.get("status") or {}
    lines = [f"Name:\t{metadata['name']}", f"Roles:\t{_roles(metadata.get('labels') or {})}"]
    lines += labelled("Labels", metadata.get("labels")) + annotated("Annotations", metadata.get("annotations"))
    lines.append(f"CreationTimestamp:\t{rfc1123(metadata.get('creationTimestamp'))}")
    lines += _taints(spec.get("taints") or [])
    lines.append(f"Unschedulable:\t{str(bool(spec.get('unschedulable'))).lower()}")
    lines += await _lease(run, metadata["name"])
    lines += _conditions(status)
    lines += ["Addresses:", *(f"  {one['type']}:\t{one['address']}" for one in status.get("addresses") or [])]
    lines += _amounts("Capacity", status) + _amounts("Allocatable", status)
    known = status.get("nodeInfo") or {}
    lines += ["System Info:", *(f"  {title}:\t{known.get(key, '')}" for title, key in INFO)]
    lines += [f"PodCIDR:\t{spec['podCIDR']}"] if spec.get("podCIDR") else []
    lines += [f"PodCIDRs:\t{','.join(spec['podCIDRs'])}"] if spec.get("podCIDRs") else []
    lines += [f"ProviderID:\t{spec['providerID']}"] if spec.get("providerID") else []
    return lines + await _pods(run, node)


def _roles(labels: dict[str, str]) -> str:
    found = {key.removeprefix(ROLE) for key in labels if key.startswith(ROLE) and key != ROLE}
    found |= {value for key, value in labels.items() if key == "kubernetes.io/role" and value}
    return ",".join(sorted(found)) or "<none>"


def _taints(taints: list[Thing]) -> Lines:
    each = sorted(_taint(one) for one in taints) or ["<none>"]
    return [f"Taints:\t{each[0]}", *(f"\t{one}" for one in each[1:])]


def _taint(one: Thing) -> str:
    value = f"={one['value']}" if one.get("value") else ""
    return f"{one.get('key', '')}{value}:{one.get('effect', '')}"


async def _lease(run: Run, name: str) -> Lines:
    path = f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}"
    try:
        spec = (await run.read(path)).get("spec") or {}
    except Denied:
        return ["Lease:\tFailed to get lease: not readable"]
    return [
        "Lease:",
        f"  HolderIdentity:\t{spec.get('holderIdentity', '<unset>')}",
        f"  AcquireTime:\t{rfc1123(spec.get('acquireTime'))}",
        f"  RenewTime:\t{rfc1123(spec.get('renewTime'))}",
    ]


def _conditions(status: Thing) -> Lines:
    listed = status.get("conditions") or []
    if not listed:
        return []
    lines = ["Conditions:", "  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage"]
    lines.append("  ----\t------\t-----------------\t------------------\t------\t-------")
    for one in listed:
        seen, moved = rfc1123(one.get("lastHeartbeatTime")), rfc1123(one.get("lastTransitionTime"))
        told = f"{one.get('reason', '')} \t{one.get('message', '')}"
        lines.append(f"  {one['type']} \t{one.get('status', '')} \t{seen} \t{moved} \t{told}")
    return lines


def _amounts(title: str, status: Thing) -> Lines:
    each = status.get(title.lower()) or {}
    return [f"{title}:", *(f"  {name}:\t{each[name]}" for name in sorted(each))] if each else []


async def _pods(run: Run, node: Thing) -> Lines:
    name = node["metadata"]["name"]
    picked = f"spec.nodeName={name},status.phase!=Succeeded,status.phase!=Failed"
    try:
        pods = (await run.read_list("/api/v1/pods", [("fieldSelector", picked), ("limit", "500")])).get("items") or []
    except Denied:
        return ["Pods:\tnot authorized"]
    room = (node.get("status") or {}).get("allocatable") or (node.get("status") or {}).get("capacity") or {}
    heads = ["Namespace", "Name", "", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age"]
    lines = [f"Non-terminated Pods:\t({len(pods)} in total)", "  " + "\t".join(heads)]
    lines.append("  " + "\t".join("-" * len(head) for head in heads))
    for pod in pods:
        cells = [_share(asked(pod, kind).get(what), room.get(what)) for what in ("cpu", "memory") for kind in KINDS]
        metadata = pod["metadata"]
        row = [metadata["namespace"], metadata["name"], "", *cells, age(metadata.get("creationTimestamp"), run.now)]
        lines.append("  " + "\t".join(row))
    return lines + _allocated(pods, room)


KINDS = ("requests", "limits")


def _allocated(pods: list[Thing], room: Thing) -> Lines:
    lines = ["Allocated resources:", "  (Total limits may be over 100 percent, i.e., overcommitted.)"]
    lines += ["  Resource\tRequests\tLimits", "  --------\t--------\t------"]
    sums = {kind: [asked(pod, kind) for pod in pods] for kind in KINDS}
    others = sorted({name for each in sums.values() for one in each for name in one} - set(ALLOCATED))
    huge = [name for name in room if name.startswith("hugepages-")]
    for name in (*ALLOCATED, *sorted(huge)):
        both = [total([one[name] for one in sums[kind] if name in one]) for kind in KINDS]
        lines.append(f"  {name}\t" + "\t".join(_share(amount, room.get(name)) for amount in both))
    for name in others:
        if name not in huge:
            both = [total([one[name] for one in sums[kind] if name in one]) for kind in KINDS]
            lines.append(f"  {name}\t" + "\t".join(both))
    return lines


def asked(pod: Thing, kind: str) -> dict[str, str]:
    """What a pod asks for in all: its containers together, or its largest init container if that is more."""
    spec = pod.get("spec") or {}
    together: dict[str, str] = {}
    for one in spec.get("containers") or []:
        together = _plus(together, _sizes(one, kind))
    beside: dict[str, str] = {}
    largest: dict[str, str] = {}
    for one in spec.get("initContainers") or []:
        if one.get("restartPolicy") == "Always":
            together, beside = _plus(together, _sizes(one, kind)), _plus(beside, _sizes(one, kind))
            largest = _most(largest, beside)
        else:
            largest = _most(largest, _plus(beside, _sizes(one, kind)))
    whole = _most(together, largest)
    return _plus(whole, spec["overhead"]) if spec.get("overhead") and (kind == "requests" or whole) else whole


def _sizes(container: Thing, kind: str) -> dict[str, str]:
    return (container.get("resources") or {}).get(kind) or {}


def _plus(one: dict[str, str], two: dict[str, str]) -> dict[str, str]:
    return {name: total([each[name] for each in (one, two) if name in each]) for name in {**one, **two}}


def _most(one: dict[str, str], two: dict[str, str]) -> dict[str, str]:
    return {name: max((each[name] for each in (one, two) if name in each), key=quantity) for name in {**one, **two}}


def _share(amount: str | None, room: str | None) -> str:
    """`100m (1%)`."""
    whole = quantity(room) if room else Fraction(0)
    text = canonical(amount) if amount else "0"
    return f"{text} ({int(quantity(text) * 100 / whole) if whole else 0}%)"
