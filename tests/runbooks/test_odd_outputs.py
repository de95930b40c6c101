"""Whatever a line prints and whatever the API server leaves out: looking for findings never fails."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.findings import Around, findings, headline
from runbooks.meaning import ranked
from runbooks.model import Diagnostic
from runbooks.outputs import Output
from runbooks.references import FINDINGS

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
@settings(max_examples=150, deadline=None)
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
