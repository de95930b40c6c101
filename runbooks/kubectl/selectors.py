"""Label selectors of workloads, as queries."""

from typing import Any

OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "", "DoesNotExist": "!"}


def selector_text(selector: dict[str, Any] | None) -> str:
    """`app=web,tier in (a,b)` of a LabelSelector, keys in order."""
    selector = selector or {}
    parts = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    for one in selector.get("matchExpressions") or []:
        key, operator = one["key"], OPERATORS.get(one["operator"], one["operator"])
        values = ",".join(sorted(one.get("values") or []))
        text = {"": key, "!": f"!{key}"}.get(operator, f"{key} {operator} ({values})")
        parts.append((key, text))
    return ",".join(text for _, text in sorted(parts))


def selector_of(one: dict[str, Any]) -> str | None:
    """Which pods an object is about; None where it names none."""
    kind, spec = one.get("kind"), one.get("spec") or {}
    if kind in {"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"}:
        return selector_text(spec.get("selector"))
    if kind in {"Service", "ReplicationController"} and spec.get("selector"):
        return ",".join(f"{key}={spec['selector'][key]}" for key in sorted(spec["selector"]))
    return None
