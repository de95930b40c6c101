"""How events, nodes, services and all that stands around workloads are printed."""

from collections.abc import Mapping
from typing import Any

from sandbox.cluster.ages import age
from sandbox.cluster.objects import condition, is_going, labels_of, name_of
from sandbox.cluster.selecting import selector_text

Thing = Mapping[str, Any]
ROLE = "node-role.kubernetes.io/"


def _age(thing: Thing, now: float) -> str:
    return age(thing["metadata"].get("creationTimestamp"), now)


def created(thing: Thing, _now: float) -> list[Any]:
    """Print what has no printer of its own: its name and when it was made."""
    return [name_of(thing), thing["metadata"].get("creationTimestamp")]


def backup(thing: Thing, now: float) -> list[Any]:
    spec, status = thing.get("spec", {}), thing.get("status", {})
    started = status.get("startedAt")
    return [
        name_of(thing),
        status.get("phase"),
        spec.get("size"),
        spec.get("schedule"),
        age(started, now) if started else None,
        _age(thing, now),
    ]


def component(thing: Thing, _now: float) -> list[Any]:
    found = condition({"status": thing}, "Healthy") or {}
    return [
        name_of(thing),
        "Healthy" if found.get("status") == "True" else "Unhealthy",
        found.get("message", ""),
        found.get("error", ""),
    ]


def binding(thing: Thing, now: float) -> list[Any]:
    reference = thing["roleRef"]
    subjects: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
    for one in thing.get("subjects") or []:
        subjects[one["kind"]].append(f"{one['namespace']}/{one['name']}" if "namespace" in one else one["name"])
    listed = [", ".join(names) for names in subjects.values()]
    return [name_of(thing), f"{reference['kind']}/{reference['name']}", _age(thing, now), *listed]


def scale(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), thing["spec"].get("replicas", 0), thing["status"]["replicas"], _age(thing, now)]


def event(thing: Thing, now: float) -> list[Any]:
    series = thing.get("series") or {}
    first = thing.get("firstTimestamp") or thing.get("eventTime")
    last = series.get("lastObservedTime") or thing.get("lastTimestamp") or first
    about = thing["involvedObject"]
    source = thing.get("source") or {}
    words = (source.get("component") or thing.get("reportingComponent"), source.get("host"))
    if not source.get("component"):
        words = (thing.get("reportingComponent"), thing.get("reportingInstance"))
    return [
        age(last, now),
        thing.get("type", ""),
        thing.get("reason", ""),
        f"{about['kind'].lower()}/{about['name']}",
        about.get("fieldPath", ""),
        ", ".join(word for word in words if word),
        thing.get("message", "").strip(),
        age(first, now),
        series.get("count") or thing.get("count") or 1,
        name_of(thing),
    ]


def node(thing: Thing, now: float) -> list[Any]:
    status = thing.get("status", {})
    info = status.get("nodeInfo", {})
    addresses = {one["type"]: one["address"] for one in reversed(status.get("addresses") or [])}
    roles = sorted(label.removeprefix(ROLE) for label in labels_of(thing) if label.startswith(ROLE))
    kernel = info.get("kernelVersion") or "<unknown>"
    return [
        name_of(thing),
        _node_word(thing),
        ",".join(roles) or "<none>",
        _age(thing, now),
        info.get("kubeletVersion", ""),
        addresses.get("InternalIP", "<none>"),
        addresses.get("ExternalIP", "<none>"),
        info.get("osImage") or "<unknown>",
        f"{kernel} ({info['architecture']})" if info.get("architecture") else kernel,
        info.get("containerRuntimeVersion") or "<unknown>",
    ]


def _node_word(thing: Thing) -> str:
    found = condition(thing, "Ready")
    ready = "Unknown" if found is None else "Ready" if found["status"] == "True" else "NotReady"
    return f"{ready},SchedulingDisabled" if thing["spec"].get("unschedulable") else ready


def namespace(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), thing.get("status", {}).get("phase", "Active"), _age(thing, now)]


def service(thing: Thing, now: float) -> list[Any]:
    spec = thing["spec"]
    kind = spec.get("type", "ClusterIP")
    return [
        name_of(thing),
        kind,
        spec.get("clusterIP") or "<none>",
        _external(thing, kind),
        ",".join(_port(port) for port in spec.get("ports") or []) or "<none>",
        _age(thing, now),
        selector_text({"matchLabels": spec.get("selector") or {}}) or "<none>",
    ]


def _external(thing: Thing, kind: str) -> str:
    spec = thing["spec"]
    if kind == "ExternalName":
        return str(spec["externalName"])
    if kind == "LoadBalancer":
        found = thing.get("status", {}).get("loadBalancer", {}).get("ingress") or []
        listed = ",".join(one.get("ip") or one.get("hostname", "") for one in found)
        return listed or "<pending>"
    return ",".join(spec.get("externalIPs") or []) or "<none>"


def _port(port: Thing) -> str:
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node_port}/{port.get('protocol', 'TCP')}"


def endpoints(thing: Thing, now: float) -> list[Any]:
    found = [
        f"{address['ip']}:{port['port']}"
        for subset in thing.get("subsets") or []
        for port in subset.get("ports") or []
        for address in subset.get("addresses") or []
    ]
    return [name_of(thing), _shortened(found, " + {} more...") or "<none>", _age(thing, now)]


def _shortened(found: list[str], more: str, shown: int = 3) -> str:
    text = ",".join(found[:shown])
    return text + more.format(len(found) - shown) if len(found) > shown else text


def endpoint_slice(thing: Thing, now: float) -> list[Any]:
    ports = ",".join(str(port.get("port", "*")) for port in thing.get("ports") or [])
    found = [address for one in thing.get("endpoints") or [] for address in one["addresses"]]
    shown = _shortened(found, " + {} more...") or "<unset>"
    return [name_of(thing), thing["addressType"], ports or "<unset>", shown, _age(thing, now)]


def config_map(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), len(thing.get("data") or {}) + len(thing.get("binaryData") or {}), _age(thing, now)]


def secret(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), thing.get("type", "Opaque"), len(thing.get("data") or {}), _age(thing, now)]


def named(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), _age(thing, now)]


def ingress(thing: Thing, now: float) -> list[Any]:
    spec = thing["spec"]
    found = thing.get("status", {}).get("loadBalancer", {}).get("ingress") or []
    hosts = [rule["host"] for rule in spec.get("rules") or [] if rule.get("host")]
    return [
        name_of(thing),
        spec.get("ingressClassName") or "<none>",
        _shortened(hosts, " + {} more...") or "*",
        ",".join(one.get("ip") or one.get("hostname", "") for one in found),
        "80, 443" if spec.get("tls") else "80",
        _age(thing, now),
    ]


def network_policy(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), selector_text(thing["spec"].get("podSelector") or {}) or "<none>", _age(thing, now)]


def _modes(listed: list[str]) -> str:
    short = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
    return ",".join(short[mode] for mode in short if mode in listed)


def claim(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    bound = bool(spec.get("volumeName"))
    return [
        name_of(thing),
        "Terminating" if is_going(thing) else status.get("phase", "Pending"),
        spec.get("volumeName", ""),
        status.get("capacity", {}).get("storage", "") if bound else "",
        _modes(status.get("accessModes") or []) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        _age(thing, now),
        spec.get("volumeMode") or "<unset>",
    ]


def volume(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    holder = spec.get("claimRef")
    return [
        name_of(thing),
        spec["capacity"]["storage"],
        _modes(spec.get("accessModes") or []),
        spec.get("persistentVolumeReclaimPolicy", ""),
        "Terminating" if is_going(thing) else status.get("phase", ""),
        f"{holder['namespace']}/{holder['name']}" if holder else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        status.get("reason", ""),
        _age(thing, now),
        spec.get("volumeMode") or "<unset>",
    ]


def storage_class(thing: Thing, now: float) -> list[Any]:
    return [
        name_of(thing),
        thing["provisioner"],
        thing.get("reclaimPolicy", "Delete"),
        thing.get("volumeBindingMode", "Immediate"),
        bool(thing.get("allowVolumeExpansion")),
        _age(thing, now),
    ]


def quota(thing: Thing, now: float) -> list[Any]:
    status = thing.get("status", {})
    requests: list[str] = []
    limits: list[str] = []
    for resource, hard in sorted((status.get("hard") or {}).items()):
        shown = f"{resource}: {status.get('used', {}).get(resource, '0')}/{hard}"
        (limits if resource.startswith("limits") else requests).append(shown)
    return [name_of(thing), ", ".join(requests), ", ".join(limits), _age(thing, now)]


def lease(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), thing["spec"].get("holderIdentity", ""), _age(thing, now)]
