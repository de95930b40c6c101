"""Whatever a line prints and whatever the API server leaves out: looking for findings never fails."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.checks.references import FINDINGS
from runbooks.findings import Around, findings, headline
from runbooks.meaning import ranked
from runbooks.model import Diagnostic
from runbooks.outputs import Output

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KINDS = (
    "Pod", "Node", "Event", "Deployment", "StatefulSet", "ReplicaSet", "ResourceQuota", "PersistentVolumeClaim",
    "HorizontalPodAutoscaler", "Secret", "DaemonSet", "ControllerRevision", "PodMetrics", "NodeMetrics", None,
)  # fmt: skip
WORDS = st.sampled_from(["", "True", "False", "Unknown", "Warning", "f", "Evicted", "99%", "expired", "1Gi", "x"])
PARTS: dict[str, st.SearchStrategy[Any]] = {
    "name": WORDS, "phase": WORDS, "reason": WORDS, "message": WORDS, "type": WORDS, "status": WORDS,
    "lastTransitionTime": st.sampled_from(["2026-11-21T11:59:00Z", "not a time", ""]),
}  # fmt: skip
LINES = st.lists(
    st.sampled_from(
        [
            " a | granted ", "---+---", " 1 | f ", "(1 row)", "", "/dev/sda 9G 9G 0 100% /var", "ERROR x", "FATAL y",
            '{"status": "down"', "HTTP/1.1 503 x", "signing key expired", "notAfter=Nov 20 12:00:00 2026 GMT",
            "login failed ip=1.2.3.4", "too many clients", "notAfter=Nov 99 12:00:00 2026 GMT", "count | state", "-+-",
        ]
    ),
    max_size=12,
)  # fmt: skip


def sparse(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of which any part may be missing."""
    return st.fixed_dictionaries({}, optional=parts)


CONTAINERS = st.lists(
    sparse(
        name=WORDS, ready=st.booleans(), restartCount=st.integers(0, 9),
        state=sparse(waiting=sparse(**PARTS), terminated=sparse(**PARTS, exitCode=st.integers(0, 255))),
        lastState=sparse(terminated=sparse(reason=st.just("OOMKilled"), exitCode=st.just(137))),
    ),
    max_size=2,
)  # fmt: skip
THINGS = sparse(
    kind=st.sampled_from(KINDS),
    metadata=sparse(
        name=WORDS, creationTimestamp=PARTS["lastTransitionTime"],
        annotations=st.none() | st.dictionaries(WORDS, WORDS, max_size=1),
    ),
    spec=sparse(
        replicas=st.integers(0, 3), containers=st.just([]), maxReplicas=st.integers(0, 3), paused=st.booleans(),
    ),
    status=sparse(
        **PARTS, conditions=st.none() | st.lists(sparse(**PARTS), max_size=2), containerStatuses=CONTAINERS,
        readyReplicas=st.integers(0, 3), allocatable=st.none() | sparse(memory=WORDS),
        hard=st.just({"pods": "4", "cpu": "250m"}), used=st.just({"pods": "4"}),
    ),
    revision=st.none() | st.integers(0, 2),
    data=st.none() | sparse(spec=st.none() | sparse(template=st.none())),
    containers=st.none() | st.lists(sparse(name=WORDS, usage=st.none() | sparse(memory=WORDS)), max_size=2),
    usage=st.none() | sparse(memory=WORDS),
    involvedObject=st.none() | sparse(**PARTS),
    type=WORDS, reason=WORDS, message=WORDS, count=st.none() | st.integers(0, 9),
)  # fmt: skip


@pytest.mark.parametrize("start", [None, NOW - timedelta(minutes=1)])
@settings(max_examples=150)
@given(text=LINES, things=st.lists(THINGS, max_size=4), errors=WORDS, code=st.sampled_from([0, 1, 22, 124]))
def test_looking_never_fails(
    start: datetime | None, text: list[str], things: list[dict[str, Any]], errors: str, code: int
) -> None:
    step = Diagnostic.model_validate({"id": "step", "run": "kubectl x", "find": list(FINDINGS)})
    said = Output("kubectl x", "\n".join(text), errors, code, 1, objects=tuple(things))
    found = findings(step, said, Around(NOW, start))
    assert {one.name for one in found} <= set(FINDINGS)
    assert all(one.text.strip() for one in found)
    assert len(ranked(found)) <= len(found)
    assert headline(step, said, found)[1]


LONG_AGO = st.integers(31, 90_000).map(lambda minutes: f"{NOW - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}")
ENDED = st.fixed_dictionaries(
    {"reason": st.sampled_from(["Error", "OOMKilled", "Completed", "StartError"]), "finishedAt": LONG_AGO},
    optional={"exitCode": st.integers(0, 255), "message": WORDS},
)
SERVES: dict[str, Any] = {"name": "web", "ready": True, "state": {"running": {}}}
SERVING = st.just(SERVES) | st.builds(
    lambda count, ended: SERVES | {"restartCount": count, "lastState": {"terminated": ended}}, st.integers(1, 99), ENDED
)
OVER = ENDED.map(lambda ended: {"name": "web", "ready": False, "state": {"terminated": ended}})
SINCE = st.fixed_dictionaries({"type": st.just("Ready"), "status": st.just("True"), "lastTransitionTime": LONG_AGO})


def _healthy(phase: str, containers: st.SearchStrategy[Any], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    times = {"name": WORDS, "creationTimestamp": LONG_AGO}
    status = {"phase": st.just(phase), "containerStatuses": st.lists(containers, min_size=1, max_size=3), **more}
    return st.fixed_dictionaries({
        "kind": st.just("Pod"), "metadata": st.fixed_dictionaries(times),
        "spec": st.just({"containers": []}), "status": st.fixed_dictionaries(status),
    })  # fmt: skip


HEALTHY = st.one_of(
    _healthy("Running", SERVING, conditions=st.lists(SINCE, max_size=1)),
    _healthy(
        "Running", SERVING, initContainerStatuses=st.lists(OVER.map(lambda one: one | {"ready": True}), max_size=2)
    ),
    _healthy("Succeeded", OVER),
    _healthy("Failed", OVER, reason=st.sampled_from(["Evicted", "Terminated", "NodeLost", "DeadlineExceeded", ""])),
    _healthy("Pending", OVER).map(lambda one: one | {"metadata": one["metadata"] | {"deletionTimestamp": "x"}}),
)
"""Pods that serve, that are over since long, that go: whatever they went through more than half an hour ago."""


@settings(max_examples=100)
@given(st.lists(HEALTHY, max_size=5))
def test_pods_that_are_well_or_over_are_never_a_finding(pods: list[dict[str, Any]]) -> None:
    step = Diagnostic.model_validate({"id": "step", "run": "kubectl x", "find": list(FINDINGS)})
    said = Output("kubectl x", "", "", 0, 1, objects=tuple(pods))
    assert [one.text for one in findings(step, said, Around(NOW))] == []
