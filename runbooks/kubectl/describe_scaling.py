"""What describe says about autoscalers, disruption budgets and cron jobs."""

from typing import Any

from runbooks.kubectl.container_text import Lines
from runbooks.kubectl.described import conditions, named
from runbooks.kubectl.pod_template import template_lines
from runbooks.kubectl.pods import name_of
from runbooks.kubectl.running import Run
from runbooks.kubectl.selectors import selector_text
from runbooks.kubectl.times import rfc1123

Thing = dict[str, Any]


async def autoscaler_lines(_: Run, one: Thing) -> Lines:
    spec, status = one.get("spec") or {}, one.get("status") or {}
    target = spec.get("scaleTargetRef") or {}
    lines = [*named(one), f"CreationTimestamp:\t{rfc1123(one['metadata'].get('creationTimestamp'))}"]
    lines += [f"Reference:\t{target.get('kind')}/{target.get('name')}", "Metrics:\t( current / target )"]
    current = status.get("currentMetrics") or []
    for at, metric in enumerate(spec.get("metrics") or []):
        lines.append(_metric(metric, current[at] if at < len(current) else {}))
    lines += [f"Min replicas:\t{spec.get('minReplicas', '<unset>')}", f"Max replicas:\t{spec.get('maxReplicas')}"]
    if behavior := spec.get("behavior"):
        lines += ["Behavior:", *_direction("Scale Up", behavior.get("scaleUp"))]
        lines += _direction("Scale Down", behavior.get("scaleDown"))
    pods = f"{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired"
    lines.append(f"{target.get('kind')} pods:\t{pods}")
    return lines + conditions(status, ("Type", "Status", "Reason", "Message"))


def _metric(metric: Thing, seen: Thing) -> str:
    """One line: what is measured, what it is now, what it should be."""
    key = metric["type"][:1].lower() + metric["type"][1:]
    source, now = metric.get(key) or {}, (seen.get(key) or {}).get("current") or {}
    target = source.get("target") or {}
    if key in {"resource", "containerResource"}:
        where = f' of container "{source.get("container")}"' if key == "containerResource" else ""
        return f"  resource {source.get('name')}{where} on pods{_resource(target, now)}"
    name = (source.get("metric") or {}).get("name", "")
    averaged = "averageValue" in target
    value = "averageValue" if averaged else "value"
    amounts = f"{now.get(value, '<unknown>')} / {target.get(value)}"
    if key == "pods":
        return f'  "{name}" on pods:\t{amounts}'
    described = source.get("describedObject") or {}
    where = f" on {described.get('kind')}/{described.get('name')}" if described else ""
    return f'  "{name}"{where} (target {"average value" if averaged else "value"}):\t{amounts}'


def _resource(target: Thing, now: Thing) -> str:
    if "averageValue" in target:
        return f":\t{now.get('averageValue', '<unknown>')} / {target['averageValue']}"
    used = now.get("averageUtilization")
    current = "<unknown>" if used is None else f"{used}% ({now.get('averageValue')})"
    wanted = f"{target['averageUtilization']}%" if "averageUtilization" in target else "<auto>"
    return f"  (as a percentage of request):\t{current} / {wanted}"


def _direction(title: str, rules: Thing | None) -> Lines:
    if not rules:
        return []
    lines = [f"  {title}:"]
    window = rules.get("stabilizationWindowSeconds")
    lines += [f"    Stabilization Window: {window} seconds"] if window is not None else []
    if policies := rules.get("policies"):
        lines += [f"    Select Policy: {rules.get('selectPolicy', 'Max')}", "    Policies:"]
        lines += [
            f"      - Type: {one.get('type')}\tValue: {one.get('value')}\tPeriod: {one.get('periodSeconds')} seconds"
            for one in policies
        ]
    return lines


async def budget_lines(_: Run, one: Thing) -> Lines:
    spec, status = one.get("spec") or {}, one.get("status") or {}
    lines = [f"Name:\t{name_of(one)}", f"Namespace:\t{one['metadata'].get('namespace', '')}"]
    if "minAvailable" in spec:
        lines.append(f"Min available:\t{spec['minAvailable']}")
    elif "maxUnavailable" in spec:
        lines.append(f"Max unavailable:\t{spec['maxUnavailable']}")
    lines += [f"Selector:\t{selector_text(spec.get('selector')) or '<unset>'}", "Status:"]
    counts = (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    )
    return lines + [f"    {title}:\t{status.get(key, 0)}" for title, key in counts]


async def cron_job_lines(_: Run, one: Thing) -> Lines:
    spec, status = one.get("spec") or {}, one.get("status") or {}
    job = (spec.get("jobTemplate") or {}).get("spec") or {}
    deadline = spec.get("startingDeadlineSeconds")
    lines = [*named(one), f"Schedule:\t{spec.get('schedule', '')}"]
    lines += [f"Concurrency Policy:\t{spec.get('concurrencyPolicy', '')}", f"Suspend:\t{bool(spec.get('suspend'))}"]
    lines.append(f"Time Zone:\t{spec.get('timeZone', '<unset>')}")
    lines.append(f"Successful Job History Limit:\t{spec.get('successfulJobsHistoryLimit', '<unset>')}")
    lines.append(f"Failed Job History Limit:\t{spec.get('failedJobsHistoryLimit', '<unset>')}")
    lines.append(f"Starting Deadline Seconds:\t{'<unset>' if deadline is None else f'{deadline}s'}")
    lines.append(f"Selector:\t{selector_text(job.get('selector')) or '<unset>'}")
    lines += [f"{title}:\t{job.get(title.lower(), '<unset>')}" for title in ("Parallelism", "Completions")]
    seconds = job.get("activeDeadlineSeconds")
    lines += [f"Active Deadline Seconds:\t{seconds}s"] if seconds is not None else []
    lines += template_lines(job.get("template") or {})
    last = status.get("lastScheduleTime")
    lines.append(f"Last Schedule Time:\t{rfc1123(last) if last else '<unset>'}")
    active = ", ".join(each.get("name", "") for each in status.get("active") or [])
    return [*lines, f"Active Jobs:\t{active or '<none>'}"]
