"""How events, nodes, services and all that stands around workloads are printed."""

from collections.abc import Mapping
from typing import Any

from sandbox.cluster.ages import age, age_of
from sandbox.cluster.objects import condition, is_going, labels_of, name_of
from sandbox.cluster.selecting import selector_text

Thing = Mapping[str, Any]
ROLE = "node-role.kubernetes.io/"


def created(thing: Thing, _now: float) -> list[Any]:
    """Print what has no printer of its own: its name and when it was made."""
    return [name_of(thing), thing["metadata"].get("creationTimestamp")]


def backup(thing: Thing, now: float) -> list[Any]:
    spec, status = thing.get("spec", {}), thing.get("status", {})
    started = status.get("startedAt")
    told = [status.get("phase"), spec.get("size"), spec.get("schedule"), age(started, now) if started else None]
    return [name_of(thing), *told, age_of(thing, now)]


def component(thing: Thing, _now: float) -> list[Any]:
    found = condition({"status": thing}, "Healthy") or {}
    state = "Healthy" if found.get("status") == "True" else "Unhealthy"
    return [name_of(thing), state, found.get("message", ""), found.get("error", "")]


def binding(thing: Thing, now: float) -> list[Any]:
    reference = thing["roleRef"]
    subjects: dict[str, list[str]] = {"User": [], "Group": [], "ServiceAccount": []}
    for one in thing.get("subjects") or []:
        subjects[one["kind"]].append(f"{one['namespace']}/{one['name']}" if "namespace" in one else one["name"])
    listed = [", ".join(names) for names in subjects.values()]
    return [name_of(thing), f"{reference['kind']}/{reference['name']}", age_of(thing, now), *listed]


def scale(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), thing["spec"].get("replicas", 0), thing["status"]["replicas"], age_of(thing, now)]


def event(thing: Thing, now: float) -> list[Any]:
    series = thing.get("series") or {}
    first = thing.get("firstTimestamp") or thing.get("eventTime")
    last = series.get("lastObservedTime") or thing.get("lastTimestamp") or first
    about = thing["involvedObject"]
    source = thing.get("source") or {}
    words = (source.get("component") or thing.get("reportingComponent"), source.get("host"))
    if not source.get("component"):
        words = (thing.get("reportingComponent"), thing.get("reportingInstance"))
    what = [thing.get("type", ""), thing.get("reason", ""), f"{about['kind'].lower()}/{about['name']}"]
    where = [about.get("fieldPath", ""), ", ".join(word for word in words if word), thing.get("message", "").strip()]
    count = series.get("count") or thing.get("count") or 1
    return [age(last, now), *what, *where, age(first, now), count, name_of(thing)]


def node(thing: Thing, now: float) -> list[Any]:
    status = thing.get("status", {})
    info = status.get("nodeInfo", {})
    addresses = {one["type"]: one["address"] for one in reversed(status.get("addresses") or [])}
    roles = sorted(label.removeprefix(ROLE) for label in labels_of(thing) if label.startswith(ROLE))
    kernel = info.get("kernelVersion") or "<unknown>"
    core = f"{kernel} ({info['architecture']})" if info.get("architecture") else kernel
    state = [_node_word(thing), ",".join(roles) or "<none>", age_of(thing, now), info.get("kubeletVersion", "")]
    reached = [addresses.get(word, "<none>") for word in ("InternalIP", "ExternalIP")]
    system = [info.get("osImage") or "<unknown>", core, info.get("containerRuntimeVersion") or "<unknown>"]
    return [name_of(thing), *state, *reached, *system]


def _node_word(thing: Thing) -> str:
    found = condition(thing, "Ready")
    ready = "Unknown" if found is None else "Ready" if found["status"] == "True" else "NotReady"
    return f"{ready},SchedulingDisabled" if thing["spec"].get("unschedulable") else ready


def namespace(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), thing.get("status", {}).get("phase", "Active"), age_of(thing, now)]


def service(thing: Thing, now: float) -> list[Any]:
    spec = thing["spec"]
    kind, ports = spec.get("type", "ClusterIP"), ",".join(_port(port) for port in spec.get("ports") or []) or "<none>"
    address = [spec.get("clusterIP") or "<none>", _external(thing, kind), ports]
    chosen = selector_text({"matchLabels": spec.get("selector") or {}}) or "<none>"
    return [name_of(thing), kind, *address, age_of(thing, now), chosen]


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
    return [name_of(thing), _shortened(found, " + {} more...") or "<none>", age_of(thing, now)]


def _shortened(found: list[str], more: str, shown: int = 3) -> str:
    text = ",".join(found[:shown])
    return text + more.format(len(found) - shown) if len(found) > shown else text


def endpoint_slice(thing: Thing, now: float) -> list[Any]:
    ports = ",".join(str(port.get("port", "*")) for port in thing.get("ports") or [])
    found = [address for one in thing.get("endpoints") or [] for address in one["addresses"]]
    shown = _shortened(found, " + {} more...") or "<unset>"
    return [name_of(thing), thing["addressType"], ports or "<unset>", shown, age_of(thing, now)]


def config_map(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), len(thing.get("data") or {}) + len(thing.get("binaryData") or {}), age_of(thing, now)]


def secret(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), thing.get("type", "Opaque"), len(thing.get("data") or {}), age_of(thing, now)]


def named(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), age_of(thing, now)]


def ingress(thing: Thing, now: float) -> list[Any]:
    spec = thing["spec"]
    found = thing.get("status", {}).get("loadBalancer", {}).get("ingress") or []
    hosts = _shortened([rule["host"] for rule in spec.get("rules") or [] if rule.get("host")], " + {} more...") or "*"
    addresses = ",".join(one.get("ip") or one.get("hostname", "") for one in found)
    ports = "80, 443" if spec.get("tls") else "80"
    return [name_of(thing), spec.get("ingressClassName") or "<none>", hosts, addresses, ports, age_of(thing, now)]


def network_policy(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), selector_text(thing["spec"].get("podSelector") or {}) or "<none>", age_of(thing, now)]


def _modes(listed: list[str]) -> str:
    short = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
    return ",".join(short[mode] for mode in short if mode in listed)


def claim(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    state = "Terminating" if is_going(thing) else status.get("phase", "Pending")
    size, modes = status.get("capacity", {}).get("storage", ""), _modes(status.get("accessModes") or [])
    held = [spec["volumeName"], size, modes] if spec.get("volumeName") else ["", "", ""]
    classes = [spec.get("storageClassName", ""), spec.get("volumeAttributesClassName") or "<unset>"]
    return [name_of(thing), state, *held, *classes, age_of(thing, now), spec.get("volumeMode") or "<unset>"]


def volume(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    holder = spec.get("claimRef")
    state = "Terminating" if is_going(thing) else status.get("phase", "")
    size = [spec["capacity"]["storage"], _modes(spec.get("accessModes") or [])]
    kept = [spec.get("persistentVolumeReclaimPolicy", ""), state]
    claimed = f"{holder['namespace']}/{holder['name']}" if holder else ""
    classes = [spec.get("storageClassName", ""), spec.get("volumeAttributesClassName") or "<unset>"]
    ends = [status.get("reason", ""), age_of(thing, now), spec.get("volumeMode") or "<unset>"]
    return [name_of(thing), *size, *kept, claimed, *classes, *ends]


def storage_class(thing: Thing, now: float) -> list[Any]:
    kept = [thing.get("reclaimPolicy", "Delete"), thing.get("volumeBindingMode", "Immediate")]
    return [name_of(thing), thing["provisioner"], *kept, bool(thing.get("allowVolumeExpansion")), age_of(thing, now)]


def quota(thing: Thing, now: float) -> list[Any]:
    status = thing.get("status", {})
    requests: list[str] = []
    limits: list[str] = []
    for resource, hard in sorted((status.get("hard") or {}).items()):
        shown = f"{resource}: {status.get('used', {}).get(resource, '0')}/{hard}"
        (limits if resource.startswith("limits") else requests).append(shown)
    return [name_of(thing), ", ".join(requests), ", ".join(limits), age_of(thing, now)]


def lease(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), thing["spec"].get("holderIdentity", ""), age_of(thing, now)]
