"""How Deployments, ReplicaSets and their kin are printed."""

from collections.abc import Mapping
from typing import Any

from sandbox.cluster.ages import age, human
from sandbox.cluster.clock import moment_of
from sandbox.cluster.objects import condition, name_of, owner_of
from sandbox.cluster.selecting import selector_text

Thing = Mapping[str, Any]


def _age(thing: Thing, now: float) -> str:
    return age(thing["metadata"].get("creationTimestamp"), now)


def _containers(template: Thing) -> list[str]:
    containers = template["spec"]["containers"]
    return [",".join(one["name"] for one in containers), ",".join(one["image"] for one in containers)]


def _selector(thing: Thing) -> str:
    found = thing["spec"].get("selector") or {}
    shown = selector_text(found if "matchLabels" in found or "matchExpressions" in found else {"matchLabels": found})
    return shown or "<none>"


def deployment(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    return [
        name_of(thing),
        f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        _age(thing, now),
        *_containers(spec["template"]),
        _selector(thing),
    ]


def replica_set(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    return [
        name_of(thing),
        spec.get("replicas", 1),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        _age(thing, now),
        *_containers(spec["template"]),
        _selector(thing),
    ]


def stateful_set(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    ready = f"{status.get('readyReplicas', 0)}/{spec.get('replicas', 1)}"
    return [name_of(thing), ready, _age(thing, now), *_containers(spec["template"])]


def daemon_set(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    node = spec["template"]["spec"].get("nodeSelector") or {}
    counts = (
        "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable",
    )  # fmt: skip
    return [
        name_of(thing),
        *(status.get(count, 0) for count in counts),
        ",".join(f"{key}={value}" for key, value in sorted(node.items())) or "<none>",
        _age(thing, now),
        *_containers(spec["template"]),
        _selector(thing),
    ]


def controller_revision(thing: Thing, now: float) -> list[Any]:
    owner = owner_of(thing)
    group = owner["apiVersion"].split("/")[0] if owner else ""
    shown = f"{owner['kind'].lower()}.{group}/{owner['name']}" if owner else "<none>"
    return [name_of(thing), shown, thing.get("revision", 0), _age(thing, now)]


def job(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    wanted = spec.get("completions")
    done = status.get("succeeded", 0)
    started, ended = status.get("startTime"), status.get("completionTime")
    took = human((moment_of(ended) if ended else now) - moment_of(started)) if started else ""
    return [
        name_of(thing),
        _job_word(thing),
        f"{done}/{wanted}" if wanted is not None else f"{done}/1 of {spec.get('parallelism', 1)}",
        took,
        _age(thing, now),
        *_containers(spec["template"]),
        _selector(thing),
    ]


def _job_word(thing: Thing) -> str:
    for kind in ("Complete", "Failed", "Suspended", "FailureTarget"):
        found = condition(thing, kind)
        if found and found["status"] == "True":
            return kind
    return "Terminating" if "deletionTimestamp" in thing["metadata"] else "Running"


def cron_job(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    last = status.get("lastScheduleTime")
    return [
        name_of(thing),
        spec["schedule"],
        spec.get("timeZone") or "<none>",
        str(bool(spec.get("suspend"))),
        len(status.get("active") or []),
        age(last, now) if last else "<none>",
        _age(thing, now),
        *_containers(spec["jobTemplate"]["spec"]["template"]),
        _selector({"spec": spec["jobTemplate"]["spec"]}),
    ]


def autoscaler(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    target = spec["scaleTargetRef"]
    least = spec.get("minReplicas")
    return [
        name_of(thing),
        f"{target['kind']}/{target['name']}",
        ", ".join(_target(metric, status) for metric in spec.get("metrics") or []) or "<none>",
        str(least) if least is not None else "<unset>",
        spec["maxReplicas"],
        status.get("currentReplicas", 0),
        _age(thing, now),
    ]


def _target(metric: Thing, status: Thing) -> str:
    resource = metric["resource"]
    current = "<unknown>"
    for one in status.get("currentMetrics") or []:
        found = one.get("resource") or {}
        if found.get("name") == resource["name"] and "averageUtilization" in found.get("current", {}):
            current = f"{found['current']['averageUtilization']}%"
    return f"{resource['name']}: {current}/{resource['target'].get('averageUtilization', '<auto>')}%"


def disruption_budget(thing: Thing, now: float) -> list[Any]:
    spec = thing["spec"]
    return [
        name_of(thing),
        str(spec.get("minAvailable", "N/A")),
        str(spec.get("maxUnavailable", "N/A")),
        thing.get("status", {}).get("disruptionsAllowed", 0),
        _age(thing, now),
    ]
