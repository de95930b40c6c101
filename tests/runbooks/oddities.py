"""Objects of a cluster as they look on an odd day, and what is found in them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from runbooks.checks.references import FINDINGS
from runbooks.findings import Around, Finding, findings
from runbooks.model import Diagnostic
from runbooks.outputs import Output

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Object = dict[str, Any]


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def look(*objects: Object, text: str = "", words: tuple[str, ...] = tuple(FINDINGS)) -> list[Finding]:
    step = Diagnostic.model_validate({"id": "step", "run": "kubectl x", "find": words})
    return findings(step, Output("kubectl x", text, "", 0, 1, objects=objects), Around(NOW))


def ended(reason: str, code: int, minutes: float) -> Object:
    return {"terminated": {"reason": reason, "exitCode": code, "finishedAt": ago(minutes)}}


RUNS: Object = {"running": {"startedAt": ago(500)}}
JOB = [{"kind": "Job", "name": "migrate", "controller": True}]


def container(**more: Any) -> Object:
    return {"name": "web", "ready": True, "restartCount": 0, "state": RUNS} | more


def pod(name: str = "web-1", *, own: Object | None = None, spec: Object | None = None, **status: Any) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "creationTimestamp": ago(3000)} | (own or {}),
        "spec": {"containers": [{"name": "web", "resources": {"limits": {"memory": "1Gi"}}}]} | (spec or {}),
        "status": {"phase": "Running", "containerStatuses": [container()]} | status,
    }


def thing(kind: str, spec: Object | None = None, *, own: Object | None = None, **status: Any) -> Object:
    metadata = {"name": "web", "namespace": "shop", "creationTimestamp": ago(3000)} | (own or {})
    return {"kind": kind, "metadata": metadata, "spec": spec or {}, "status": status}


def condition(kind: str, status: str, reason: str = "", minutes: float = 600) -> Object:
    times = {"lastTransitionTime": ago(minutes), "lastUpdateTime": ago(minutes)}
    return {"type": kind, "status": status, "reason": reason, "message": reason} | times


def metrics(kind: str, name: str, memory: str) -> Object:
    usage = {"cpu": "1m", "memory": memory}
    where = {"apiVersion": "metrics.k8s.io/v1beta1", "kind": kind, "metadata": {"name": name, "namespace": "shop"}}
    return where | ({"usage": usage} if kind == "NodeMetrics" else {"containers": [{"name": "web", "usage": usage}]})


def revision(kind: str, number: int, minutes: float, **more: Any) -> Object:
    owner = {"kind": "StatefulSet", "name": "db", "controller": True}
    template = {"spec": {"containers": [{"name": "db", "image": f"db:{number}"}]}}
    metadata = {"name": f"db-{number}", "creationTimestamp": ago(minutes), "ownerReferences": [owner]}
    return {"kind": kind, "metadata": metadata, "revision": number, "data": {"spec": {"template": template}}} | more


FAILED_TRY = pod(
    "migrate-a", own={"ownerReferences": JOB}, phase="Failed", conditions=[condition("Ready", "False", minutes=4)],
    containerStatuses=[container(ready=False, state=ended("Error", 1, 4))],
)  # fmt: skip
