"""What describe says about a pod."""

from typing import Any

from runbooks.kubectl.container_text import Lines, containers, volumes
from runbooks.kubectl.described import annotated, labelled, owner, tolerations
from runbooks.kubectl.running import Run
from runbooks.kubectl.times import age, rfc1123


async def pod_lines(run: Run, pod: dict[str, Any]) -> Lines:
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    lines = [*_head(run, pod), *_addresses(pod)]
    lines += _sections(spec, status, pod)
    lines += _gates(spec, status) + _conditions(status)
    lines += volumes(spec.get("volumes"))
    lines.append(f"QoS Class:\t{status.get('qosClass', '')}")
    lines += labelled("Node-Selectors", spec.get("nodeSelector"))
    return lines + tolerations("Tolerations", spec.get("tolerations"))


def _head(run: Run, pod: dict[str, Any]) -> Lines:
    metadata, spec, status = pod["metadata"], pod.get("spec") or {}, pod.get("status") or {}
    lines = [f"Name:\t{metadata['name']}", f"Namespace:\t{metadata.get('namespace', '')}"]
    lines += [f"Priority:\t{spec['priority']}"] if spec.get("priority") is not None else []
    lines += [f"Priority Class Name:\t{spec['priorityClassName']}"] if spec.get("priorityClassName") else []
    lines += [f"Runtime Class Name:\t{spec['runtimeClassName']}"] if spec.get("runtimeClassName") else []
    lines += [f"Service Account:\t{spec['serviceAccountName']}"] if spec.get("serviceAccountName") else []
    node = spec.get("nodeName")
    lines.append(f"Node:\t{node}/{status.get('hostIP', '')}" if node else "Node:\t<none>")
    lines += [f"Start Time:\t{rfc1123(status['startTime'])}"] if status.get("startTime") else []
    lines += labelled("Labels", metadata.get("labels")) + annotated("Annotations", metadata.get("annotations"))
    ended = status.get("reason") == "NodeLost" or status.get("phase") in {"Succeeded", "Failed"}
    if metadata.get("deletionTimestamp") and not ended:
        lines.append(f"Status:\tTerminating (lasts {age(metadata['deletionTimestamp'], run.now)})")
        lines.append(f"Termination Grace Period:\t{metadata.get('deletionGracePeriodSeconds', 0)}s")
    else:
        lines.append(f"Status:\t{status.get('phase', '')}")
    lines += [
        f"{title}:\t{status[key]}" for title, key in (("Reason", "reason"), ("Message", "message")) if status.get(key)
    ]
    return lines


def _addresses(pod: dict[str, Any]) -> Lines:
    spec, status = pod.get("spec") or {}, pod.get("status") or {}
    profile = ((spec.get("securityContext") or {}).get("seccompProfile") or {}).get("type")
    lines = [f"SeccompProfile:\t{profile}"] if profile else []
    lines.append(f"IP:\t{status.get('podIP', '')}")
    addresses = [one.get("ip", "") for one in status.get("podIPs") or []]
    lines += ["IPs:", *(f"  IP:\t{ip}" for ip in addresses)] if addresses else ["IPs:\t<none>"]
    lines += [f"Controlled By:\t{by}"] if (by := owner(pod)) else []
    return lines + ([f"NominatedNodeName:\t{status['nominatedNodeName']}"] if status.get("nominatedNodeName") else [])


def _sections(spec: dict[str, Any], status: dict[str, Any], pod: dict[str, Any]) -> Lines:
    lines: Lines = []
    if spec.get("initContainers"):
        lines += containers("Init Containers", spec["initContainers"], status.get("initContainerStatuses") or [], pod)
    lines += containers("Containers", spec.get("containers"), status.get("containerStatuses") or [], pod)
    if spec.get("ephemeralContainers"):
        found = status.get("ephemeralContainerStatuses") or []
        lines += containers("Ephemeral Containers", spec["ephemeralContainers"], found, pod)
    return lines


def _gates(spec: dict[str, Any], status: dict[str, Any]) -> Lines:
    known = {one["type"]: one.get("status") for one in status.get("conditions") or []}
    gates = [one.get("conditionType", "") for one in spec.get("readinessGates") or []]
    lines = [f"  {gate} \t{known.get(gate, '<none>')} " for gate in gates]
    return ["Readiness Gates:", "  Type\tStatus", *lines] if lines else []


def _conditions(status: dict[str, Any]) -> Lines:
    lines = [f"  {one['type']} \t{one.get('status', '')} " for one in status.get("conditions") or []]
    return ["Conditions:", "  Type\tStatus", *lines] if lines else []
