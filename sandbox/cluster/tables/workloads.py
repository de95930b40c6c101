"""How Deployments, ReplicaSets and their kin are printed."""

from collections.abc import Mapping
from typing import Any

from sandbox.cluster.ages import age, age_of, human
from sandbox.cluster.clock import moment_of
from sandbox.cluster.objects import condition, name_of, owner_of
from sandbox.cluster.selecting import selector_text

Thing = Mapping[str, Any]


def _containers(template: Thing) -> list[str]:
    containers = template["spec"]["containers"]
    return [",".join(one["name"] for one in containers), ",".join(one["image"] for one in containers)]


def _selector(spec: Thing) -> str:
    found = spec.get("selector") or {}
    shown = selector_text(found if "matchLabels" in found or "matchExpressions" in found else {"matchLabels": found})
    return shown or "<none>"


def _ready(thing: Thing) -> str:
    return f"{thing.get('status', {}).get('readyReplicas', 0)}/{thing['spec'].get('replicas', 1)}"


def _counts(thing: Thing, *words: str) -> list[int]:
    return [thing.get("status", {}).get(word, 0) for word in words]


def deployment(thing: Thing, now: float) -> list[Any]:
    spec, counts = thing["spec"], _counts(thing, "updatedReplicas", "availableReplicas")
    return [name_of(thing), _ready(thing), *counts, age_of(thing, now), *_containers(spec["template"]), _selector(spec)]


def replica_set(thing: Thing, now: float) -> list[Any]:
    spec = thing["spec"]
    counts = [spec.get("replicas", 1), *_counts(thing, "replicas", "readyReplicas")]
    return [name_of(thing), *counts, age_of(thing, now), *_containers(spec["template"]), _selector(spec)]


def stateful_set(thing: Thing, now: float) -> list[Any]:
    return [name_of(thing), _ready(thing), age_of(thing, now), *_containers(thing["spec"]["template"])]


def daemon_set(thing: Thing, now: float) -> list[Any]:
    spec = thing["spec"]
    node = spec["template"]["spec"].get("nodeSelector") or {}
    counts = _counts(
        thing, "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled",
        "numberAvailable",
    )  # fmt: skip
    chosen = ",".join(f"{key}={value}" for key, value in sorted(node.items())) or "<none>"
    return [name_of(thing), *counts, chosen, age_of(thing, now), *_containers(spec["template"]), _selector(spec)]


def controller_revision(thing: Thing, now: float) -> list[Any]:
    owner = owner_of(thing)
    group = owner["apiVersion"].split("/")[0] if owner else ""
    shown = f"{owner['kind'].lower()}.{group}/{owner['name']}" if owner else "<none>"
    return [name_of(thing), shown, thing.get("revision", 0), age_of(thing, now)]


def job(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    wanted, done = spec.get("completions"), status.get("succeeded", 0)
    started, ended = status.get("startTime"), status.get("completionTime")
    took = human((moment_of(ended) if ended else now) - moment_of(started)) if started else ""
    share = f"{done}/{wanted}" if wanted is not None else f"{done}/1 of {spec.get('parallelism', 1)}"
    about = [*_containers(spec["template"]), _selector(spec)]
    return [name_of(thing), _job_word(thing), share, took, age_of(thing, now), *about]


def _job_word(thing: Thing) -> str:
    for kind in ("Complete", "Failed", "Suspended", "FailureTarget"):
        found = condition(thing, kind)
        if found and found["status"] == "True":
            return kind
    return "Terminating" if "deletionTimestamp" in thing["metadata"] else "Running"


def cron_job(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    last, made = status.get("lastScheduleTime"), spec["jobTemplate"]["spec"]
    when = [spec["schedule"], spec.get("timeZone") or "<none>", str(bool(spec.get("suspend")))]
    past = [len(status.get("active") or []), age(last, now) if last else "<none>", age_of(thing, now)]
    return [name_of(thing), *when, *past, *_containers(made["template"]), _selector(made)]


def autoscaler(thing: Thing, now: float) -> list[Any]:
    spec, status = thing["spec"], thing.get("status", {})
    target, least = spec["scaleTargetRef"], spec.get("minReplicas")
    metrics = ", ".join(_target(metric, status) for metric in spec.get("metrics") or []) or "<none>"
    sizes = [str(least) if least is not None else "<unset>", spec["maxReplicas"], status.get("currentReplicas", 0)]
    return [name_of(thing), f"{target['kind']}/{target['name']}", metrics, *sizes, age_of(thing, now)]


def _target(metric: Thing, status: Thing) -> str:
    resource = metric["resource"]
    current = "<unknown>"
    for one in status.get("currentMetrics") or []:
        found = one.get("resource") or {}
        if found.get("name") == resource["name"] and "averageUtilization" in found.get("current", {}):
            current = f"{found['current']['averageUtilization']}%"
    return f"{resource['name']}: {current}/{resource['target'].get('averageUtilization', '<auto>')}%"


def disruption_budget(thing: Thing, now: float) -> list[Any]:
    limits = [str(thing["spec"].get(word, "N/A")) for word in ("minAvailable", "maxUnavailable")]
    return [name_of(thing), *limits, *_counts(thing, "disruptionsAllowed"), age_of(thing, now)]
