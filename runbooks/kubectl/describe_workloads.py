"""What describe says about Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs."""

from typing import Any

from runbooks.kubectl.container_text import Lines
from runbooks.kubectl.described import annotated, labelled, owner
from runbooks.kubectl.pod_template import template_lines
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.revisions import owned, plain_template
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.selectors import selector_text
from runbooks.kubectl.times import human, parsed, rfc1123

Thing = dict[str, Any]
PHASES = ("Running", "Pending", "Succeeded", "Failed")


def _parts(one: Thing) -> tuple[Thing, Thing, Thing, str]:
    spec = one.get("spec") or {}
    return one["metadata"], spec, one.get("status") or {}, selector_text(spec.get("selector")) or "<none>"


def _name(one: Thing) -> Lines:
    return [f"Name:\t{name_of(one)}", f"Namespace:\t{one['metadata'].get('namespace', '')}"]


def _created(one: Thing) -> str:
    return f"CreationTimestamp:\t{rfc1123(one['metadata'].get('creationTimestamp'))}"


async def deployment_lines(run: Run, one: Thing) -> Lines:
    metadata, spec, status, selector = _parts(one)
    counts = [("updated", "updatedReplicas"), ("total", "replicas"), ("available", "availableReplicas")]
    told = [f"{status.get(key, 0)} {word}" for word, key in [*counts, ("unavailable", "unavailableReplicas")]]
    strategy = spec.get("strategy") or {}
    lines = [*_name(one), _created(one), *labelled("Labels", metadata.get("labels"))]
    lines += annotated("Annotations", metadata.get("annotations"))
    lines += [f"Selector:\t{selector}", f"Replicas:\t{spec.get('replicas', 1)} desired | {' | '.join(told)}"]
    lines += [f"StrategyType:\t{strategy.get('type', '')}", f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}"]
    if rolling := strategy.get("rollingUpdate"):
        most = f"{rolling.get('maxUnavailable')} max unavailable, {rolling.get('maxSurge')} max surge"
        lines.append(f"RollingUpdateStrategy:\t{most}")
    lines += template_lines(spec.get("template") or {})
    if conditions := status.get("conditions"):
        lines += ["Conditions:", "  Type\tStatus\tReason", "  ----\t------\t------"]
        lines += [f"  {each['type']} \t{each.get('status')}\t{each.get('reason', '')}" for each in conditions]
    return lines + await _replica_sets(run, one)


async def _replica_sets(run: Run, one: Thing) -> Lines:
    """The old ReplicaSets and the new one, with how many pods each has."""
    path = f"/apis/apps/v1/namespaces/{one['metadata']['namespace']}/replicasets"
    query = [("labelSelector", selector_text(one["spec"].get("selector"))), ("limit", "500")]
    try:
        found = [each for each in (await run.read_list(path, query)).get("items") or [] if owned(each, one)]
    except Denied:
        return []
    template = plain_template(one["spec"]["template"])
    by_age = sorted(found, key=lambda each: (each["metadata"].get("creationTimestamp") or "", name_of(each)))
    new = next((each for each in by_age if plain_template(each["spec"]["template"]) == template), None)
    old = [each for each in by_age if each is not new]
    return [f"OldReplicaSets:\t{_counted(old)}", f"NewReplicaSet:\t{_counted([new] if new else [])}"]


def _counted(sets: list[Thing]) -> str:
    each = []
    for one in sets:
        made, wanted = (one.get("status") or {}).get("replicas", 0), one["spec"].get("replicas", 1)
        each.append(f"{name_of(one)} ({made}/{wanted} replicas created)")
    return ", ".join(each) or "<none>"


async def _pods_status(run: Run, one: Thing) -> str:
    """`2 Running / 0 Waiting / 0 Succeeded / 0 Failed` of the pods it controls."""
    path = f"/api/v1/namespaces/{one['metadata']['namespace']}/pods"
    query = [("labelSelector", selector_text(one["spec"].get("selector"))), ("limit", "500")]
    try:
        found = [pod for pod in (await run.read_list(path, query)).get("items") or [] if owned(pod, one)]
    except Denied as error:
        return f"error in fetching pods: {error.message}"
    phases = [(pod.get("status") or {}).get("phase") for pod in found]
    words = ("Running", "Waiting", "Succeeded", "Failed")
    return " / ".join(f"{phases.count(phase)} {word}" for phase, word in zip(PHASES, words, strict=True))


async def replica_set_lines(run: Run, one: Thing) -> Lines:
    metadata, spec, status, selector = _parts(one)
    lines = [*_name(one), f"Selector:\t{selector}", *labelled("Labels", metadata.get("labels"))]
    lines += annotated("Annotations", metadata.get("annotations"))
    lines += [f"Controlled By:\t{by}"] if (by := owner(one)) else []
    lines.append(f"Replicas:\t{status.get('replicas', 0)} current / {spec.get('replicas', 1)} desired")
    lines.append(f"Pods Status:\t{await _pods_status(run, one)}")
    return lines + template_lines(spec.get("template") or {})


async def stateful_set_lines(run: Run, one: Thing) -> Lines:
    metadata, spec, status, selector = _parts(one)
    lines = [*_name(one), _created(one), f"Selector:\t{selector}", *labelled("Labels", metadata.get("labels"))]
    lines += annotated("Annotations", metadata.get("annotations"))
    lines.append(f"Replicas:\t{spec.get('replicas', 1)} desired | {status.get('replicas', 0)} total")
    strategy = spec.get("updateStrategy") or {}
    lines.append(f"Update Strategy:\t{strategy.get('type', '')}")
    if (rolling := strategy.get("rollingUpdate")) is not None:
        lines += [f"  Partition:\t{rolling['partition']}"] if rolling.get("partition") is not None else []
        lines += (
            [f"  MaxUnavailable:\t{rolling['maxUnavailable']}"] if rolling.get("maxUnavailable") is not None else []
        )
    lines.append(f"Pods Status:\t{await _pods_status(run, one)}")
    return [*lines, *template_lines(spec.get("template") or {}), *_claims(spec.get("volumeClaimTemplates") or [])]


def _claims(templates: list[Thing]) -> Lines:
    if not templates:
        return ["Volume Claims:\t<none>"]
    lines = ["Volume Claims:"]
    for one in templates:
        spec = one.get("spec") or {}
        lines += [f"  Name:\t{name_of(one)}", f"  StorageClass:\t{spec.get('storageClassName', '')}"]
        lines += labelled("  Labels", one["metadata"].get("labels"))
        lines += annotated("  Annotations", one["metadata"].get("annotations"))
        size = ((spec.get("resources") or {}).get("requests") or {}).get("storage", "<default>")
        lines += [f"  Capacity:\t{size}", f"  Access Modes:\t[{' '.join(spec.get('accessModes') or [])}]"]
    return lines


async def daemon_set_lines(run: Run, one: Thing) -> Lines:
    metadata, spec, status, selector = _parts(one)
    node = ((spec.get("template") or {}).get("spec") or {}).get("nodeSelector") or {}
    picked = ",".join(f"{key}={node[key]}" for key in sorted(node)) or "<none>"
    lines = [*_name(one), f"Selector:\t{selector}", f"Node-Selector:\t{picked}"]
    lines += labelled("Labels", metadata.get("labels")) + annotated("Annotations", metadata.get("annotations"))
    lines += [
        f"Desired Number of Nodes Scheduled: {status.get('desiredNumberScheduled', 0)}",
        f"Current Number of Nodes Scheduled: {status.get('currentNumberScheduled', 0)}",
        f"Number of Nodes Scheduled with Up-to-date Pods: {status.get('updatedNumberScheduled', 0)}",
        f"Number of Nodes Scheduled with Available Pods: {status.get('numberAvailable', 0)}",
        f"Number of Nodes Misscheduled: {status.get('numberMisscheduled', 0)}",
        f"Pods Status:\t{await _pods_status(run, one)}",
    ]
    return lines + template_lines(spec.get("template") or {})


async def job_lines(_: Run, one: Thing) -> Lines:
    metadata, spec, status, selector = _parts(one)
    lines = [*_name(one), f"Selector:\t{selector}", *labelled("Labels", metadata.get("labels"))]
    lines += annotated("Annotations", metadata.get("annotations"))
    lines += [f"Controlled By:\t{by}"] if (by := owner(one)) else []
    lines.append(f"Parallelism:\t{spec.get('parallelism', '<unset>')}")
    lines.append(f"Completions:\t{spec.get('completions', '<unset>')}")
    lines += [f"Completion Mode:\t{spec['completionMode']}"] if spec.get("completionMode") else []
    lines += [f"Suspend:\t{str(spec['suspend']).lower()}"] if "suspend" in spec else []
    lines += [f"Backoff Limit:\t{spec['backoffLimit']}"] if "backoffLimit" in spec else []
    lines += _times(spec, status)
    ready = f" ({status['ready']} Ready)" if "ready" in status else ""
    ended = f"{status.get('succeeded', 0)} Succeeded / {status.get('failed', 0)} Failed"
    lines.append(f"Pods Statuses:\t{status.get('active', 0)} Active{ready} / {ended}")
    return lines + template_lines(spec.get("template") or {})


def _times(spec: Thing, status: Thing) -> Lines:
    began, ended = parsed(status.get("startTime")), parsed(status.get("completionTime"))
    lines = (
        [f"TTL Seconds After Finished:\t{spec['ttlSecondsAfterFinished']}"] if "ttlSecondsAfterFinished" in spec else []
    )
    lines += [f"Start Time:\t{rfc1123(status['startTime'])}"] if began else []
    lines += [f"Completed At:\t{rfc1123(status['completionTime'])}"] if ended else []
    lines += [f"Duration:\t{human((ended - began).total_seconds())}"] if began and ended else []
    deadline = spec.get("activeDeadlineSeconds")
    return lines + ([f"Active Deadline Seconds:\t{deadline}s"] if deadline is not None else [])
