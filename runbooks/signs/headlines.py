"""What an output says in a line, where nothing in it is a finding: the one number, the fullest disk, how many rows."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from runbooks.model import Diagnostic
from runbooks.outputs import Output
from runbooks.parts.durations import spelled
from runbooks.signs import databases, printed, rollouts, usage
from runbooks.signs.pods import of_kinds, seen
from runbooks.signs.workloads import ready_of

Object = Mapping[str, Any]
_LONGEST = 200
_JSON = 4000
_SHOWS_OTHERWISE = re.compile(r"\||(?:^|\s)(?:-o|--output)[ =](?!wide)")
"""A line whose output is not the objects as they are."""


def plain(step: Diagnostic, output: Output) -> str:
    """Say the most useful thing in a line; at worst how many lines there are."""
    said = (look(step, output) for look in (_looked_for, _of_objects, _of_table, _of_disks, _of_json))
    lines = [line for line in output.text.splitlines() if line.strip()]
    if len(lines) == 1 and output.objects and lines[0].isupper():
        return "Nothing found"  # a table's header alone, of which a filter has left no row
    return next(filter(None, said), "") or (
        lines[0].strip()[:_LONGEST] if len(lines) == 1 else f"{len(lines)} lines" if lines else _nothing(output)
    )


def _nothing(output: Output) -> str:
    said = (line.strip()[:300] for line in output.errors.splitlines() if line.strip())
    return next(said, "Nothing found")


def _looked_for(step: Diagnostic, output: Output) -> str:
    """Say that what the step looks for is not there."""
    if "not-ready" in step.find and output.objects:
        return _pods(output.objects)
    if "node-trouble" in step.find and (known := list(of_kinds(output.objects, "Node"))):
        return f"{len(known)} of {len(known)} nodes are well" if len(known) > 1 else "The node is well"
    if "log-errors" in step.find:
        few = printed.error_lines(output.text)
        return f"Next to no errors ({few[0][0][:100]})" if few else "No errors found"
    if "recent-rollout" in step.find and output.objects:
        return f"No rollout in the last {spelled(rollouts.RECENT)}"
    return ""


def _pods(objects: Sequence[Object]) -> str:
    known = [one for one in seen(objects) if not (one.over or one.deleting)]
    return f"{sum(one.ready for one in known)} of {len(known)} pods ready" if known else ""


def _of_objects(step: Diagnostic, output: Output) -> str:
    if _SHOWS_OTHERWISE.search(step.line) or not output.objects:
        return ""
    if most := usage.most(output.objects):
        return most
    kinds = {str(one.get("kind")) for one in output.objects}
    return _TOLD[kinds.pop()](output.objects) if len(kinds) == 1 and kinds <= set(_TOLD) else ""


def _workloads(objects: Sequence[Object]) -> str:
    known = [ready_of(one) for one in objects if one.get("status")]
    if len(known) == 1:
        return f"{known[0][0]} of {known[0][1]} pods ready"
    return f"{sum(ready >= wanted for ready, wanted in known)} of {len(known)} are complete" if known else ""


def _claims(objects: Sequence[Object]) -> str:
    return ", ".join(_claim(one) for one in objects[:3] if one.get("status"))


def _claim(one: Object) -> str:
    status = one.get("status") or {}
    size = (status.get("capacity") or {}).get("storage", "")
    return " ".join(filter(None, [(one.get("metadata") or {}).get("name"), str(status.get("phase", "")).lower(), size]))


_TOLD: dict[str, Callable[[Sequence[Object]], str]] = {
    "Pod": _pods,
    "Deployment": _workloads,
    "StatefulSet": _workloads,
    "DaemonSet": _workloads,
    "PersistentVolumeClaim": _claims,
}


def _of_table(step: Diagnostic, output: Output) -> str:
    """Of psql's answer the only value, else how many rows."""
    counted = re.findall(r"^\((\d+) rows?\)$", output.text, re.MULTILINE)
    if len(counted) != 1:
        return ""
    rows = databases.rows(output.text)
    if len(rows) == 1 and len(rows[0]) == 1:
        ((name, value),) = rows[0].items()
        return value[:_LONGEST] if name in {"?column?", "version", "pg_size_pretty"} else f"{name} {value}"[:_LONGEST]
    return f"{counted[0]} rows" if counted[0] not in {"0", "1"} else "No rows" if counted[0] == "0" else "1 row"


def _of_disks(step: Diagnostic, output: Output) -> str:
    fullest = max(printed.disks(output.text), key=lambda one: one.used, default=None)
    return f"The fullest is {fullest.mount}: {fullest.used} %" if fullest else ""


def _of_json(step: Diagnostic, output: Output) -> str:
    """What `jq` has spread over lines, in one again."""
    text = output.text.strip()
    if not text.startswith("{") or len(text) > _JSON:
        return ""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)[:_LONGEST]
    except ValueError:
        return ""
