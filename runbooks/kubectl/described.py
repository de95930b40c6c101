"""Words that every description shares: labels, annotations, tolerations, events."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runbooks.kubectl.gosort import go_sorted
from runbooks.kubectl.running import Denied, Run
from runbooks.kubectl.times import age, parsed

APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
LONGEST = 140
Lines = list[str]


def labelled(title: str, labels: Mapping[str, Any] | None) -> Lines:
    """`Labels:` with one `key=value` per line."""
    pairs = [f"{key}={value}" for key, value in sorted((labels or {}).items())] or ["<none>"]
    return [f"{title}:\t{pairs[0]}", *(f"\t{pair}" for pair in pairs[1:])]


def annotated(title: str, annotations: Mapping[str, str] | None) -> Lines:
    """`Annotations:`; long values below their key, shortened."""
    lines: Lines = []
    for key, whole in sorted((annotations or {}).items()):
        if key == APPLIED:
            continue
        value = whole.removesuffix("\n")
        if len(value) + len(key) + 2 > LONGEST or "\n" in value:
            lines += [f"{key}:", *(f"  {_short(part)}" for part in value.split("\n"))]
        else:
            lines.append(f"{key}: {value}")
    lines = lines or ["<none>"]
    return [f"{title}:\t{lines[0]}", *(f"\t{line}" for line in lines[1:])]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST - 2 else text[: LONGEST - 2] + "..."


def named(one: Mapping[str, Any], *, always: bool = False) -> Lines:
    """Name, namespace, labels and annotations: how most descriptions begin; `always` names an empty namespace too."""
    metadata = one["metadata"]
    lines = [f"Name:\t{metadata.get('name', '')}"]
    lines += [f"Namespace:\t{metadata.get('namespace', '')}"] if always or metadata.get("namespace") else []
    return lines + labelled("Labels", metadata.get("labels")) + annotated("Annotations", metadata.get("annotations"))


def conditions(status: Mapping[str, Any], titles: Sequence[str]) -> Lines:
    """The `Conditions:` section with these columns; nothing where there are none."""
    found = status.get("conditions") or []
    if not found:
        return []
    keys = [title[:1].lower() + title[1:] for title in titles]
    rows = ["\t".join(f"{one.get(key, '')}" for key in keys) for one in found]
    lines = ["\t".join(titles), "\t".join("-" * len(title) for title in titles), *rows]
    return ["Conditions:", *(f"  {line}" for line in lines)]


def tolerations(title: str, listed: Iterable[Mapping[str, Any]] | None) -> Lines:
    each = [_toleration(one) for one in sorted(listed or [], key=lambda one: one.get("key", ""))] or ["<none>"]
    return [f"{title}:\t{each[0]}", *(f"\t{one}" for one in each[1:])]


def _toleration(one: Mapping[str, Any]) -> str:
    text = str(one.get("key", ""))
    text += f"={one['value']}" if one.get("value") else ""
    text += f":{one['effect']}" if one.get("effect") else ""
    if one.get("operator") == "Exists" and not one.get("value"):
        text += " op=Exists" if text else "op=Exists"
    if one.get("tolerationSeconds") is not None:
        text += f" for {one['tolerationSeconds']}s"
    return text


def owner(one: dict[str, Any]) -> str:
    """`ReplicaSet/web-1` of the controller; empty without one."""
    for ref in one["metadata"].get("ownerReferences") or []:
        if ref.get("controller"):
            return f"{ref['kind']}/{ref['name']}"
    return ""


async def events(run: Run, one: dict[str, Any], *, kind: str = "", uid: str | None = None) -> list[dict[str, Any]]:
    """The events about an object; who may not read them describes without."""
    metadata = one["metadata"]
    namespace = metadata.get("namespace", "")
    terms = [("name", metadata["name"]), ("namespace", namespace), ("kind", kind)]
    picked = [f"involvedObject.{key}={value}" for key, value in terms if value or key == "namespace"]
    picked.append(f"involvedObject.uid={uid or metadata.get('uid', '')}")
    path = f"/api/v1/namespaces/{namespace}/events" if namespace else "/api/v1/events"
    try:
        return list(
            (await run.read_list(path, [("fieldSelector", ",".join(picked)), ("limit", "500")])).get("items") or []
        )
    except Denied:
        return []


def event_lines(run: Run, found: list[dict[str, Any]]) -> Lines:
    """The `Events:` section, oldest first."""
    if not found:
        return ["Events:\t<none>"]
    ordered = go_sorted(found, lambda one, two: (one.get("lastTimestamp") or "") < (two.get("lastTimestamp") or ""))
    lines = ["Events:", "  Type\tReason\tAge\tFrom\tMessage", "  ----\t------\t----\t----\t-------"]
    for one in ordered:
        source = (one.get("source") or {}).get("component") or one.get("reportingComponent", "")
        part = (one.get("involvedObject") or {}).get("fieldPath")
        message = f"{part}: {one.get('message', '').strip()}" if part else one.get("message", "").strip()
        lines.append(f"  {one.get('type', '')}\t{one.get('reason', '')}\t{since(run, one)}\t{source}\t{message}")
    return lines


def since(run: Run, event: dict[str, Any]) -> str:
    """`22s (x26 over 5m27s)`."""
    first = age(event.get("eventTime") or event.get("firstTimestamp"), run.now)
    series = event.get("series")
    if series:
        return f"{age(series.get('lastObservedTime'), run.now)} (x{series.get('count')} over {first})"
    if event.get("count", 0) > 1:
        return f"{age(event.get('lastTimestamp'), run.now)} (x{event['count']} over {first})"
    return first


def moment(event: dict[str, Any]) -> float:
    """When an event was last seen."""
    series = (event.get("series") or {}).get("lastObservedTime")
    at = parsed(series or event.get("lastTimestamp") or event.get("eventTime"))
    return at.timestamp() if at else 0.0
