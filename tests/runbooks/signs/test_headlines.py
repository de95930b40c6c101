"""Where nothing is wrong, a line says what somebody would look for in the output, not how long it is."""

from typing import Any

import pytest

from runbooks.findings import headline
from runbooks.model import Diagnostic
from runbooks.outputs import Output

TABLE = " count \n-------\n    23\n(1 row)\n\n"
LOCKS = " pid | granted \n-----+---------\n(0 rows)\n\n"
DF = """\
Filesystem      Size  Used Avail Use% Mounted on
overlay         194G   38G  157G  20% /
/dev/sdb        100G   65G   35G  65% /var/lib/omendb
/dev/loop1       64M   64M     0 100% /snap/core
"""
VERBOSE = "* Connected to web\n> GET /health HTTP/1.1\n>\n< HTTP/1.1 200 OK\n<\n{ [19 bytes data]\n"


def said(
    line: str, text: str = "", *objects: dict[str, Any], find: tuple[str, ...] = (), errors: str = "", code: int = 0
) -> tuple[str, str]:
    step = Diagnostic.model_validate({"id": "step", "run": line, "find": find})
    return headline(step, Output(line, text, errors, code, 1, objects=objects), [])


def workload(name: str, ready: int, wanted: int, kind: str = "Deployment") -> dict[str, Any]:
    status = {"readyReplicas": ready, "replicas": wanted}
    return {"kind": kind, "metadata": {"name": name}, "spec": {"replicas": wanted}, "status": status}


def pod(name: str) -> dict[str, Any]:
    status = {"phase": "Running", "containerStatuses": [{"name": "web", "ready": True}]}
    return {"kind": "Pod", "metadata": {"name": name}, "spec": {"containers": []}, "status": status}


def metrics(name: str, *memory: str) -> dict[str, Any]:
    containers = [{"name": str(at), "usage": {"memory": one}} for at, one in enumerate(memory)]
    return {"kind": "PodMetrics", "metadata": {"name": name}, "containers": containers}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TABLE, "count 23"),
        (TABLE.replace("count", "?column?"), "23"),
        (LOCKS, "No rows"),
        (" a | b \n---+---\n 1 | 2\n 3 | 4\n(2 rows)\n", "2 rows"),
        (" a | b \n---+---\n 1 | 2\n(1 row)\n", "1 row"),
        (DF, "The fullest is /var/lib/omendb: 65 %"),
        ('{\n  "status": "alive"\n}\n', '{"status": "alive"}'),
        ("{\nnot json\n}\n", "3 lines"),
        ("one\ntwo\n", "2 lines"),
        ("", "Nothing found"),
    ],
)
def test_what_was_printed_is_told_by_what_matters_in_it(text: str, told: str) -> None:
    assert said("kubectl exec db-0 -- x", text) == ("ok", told)


@pytest.mark.parametrize(
    ("line", "objects", "told"),
    [
        ("kubectl get deploy", (workload("web", 2, 2), workload("api", 1, 3)), "1 of 2 are complete"),
        ("kubectl get deploy web -o wide", (workload("web", 6, 6),), "6 of 6 pods ready"),
        ("kubectl describe pods", (pod("a"), pod("b")), "2 of 2 pods ready"),
        ("kubectl get pods -o yaml | grep -A9 x", (pod("a"),), "2 lines"),
        ("kubectl top pods", (metrics("a", "3Mi"), metrics("b", "2Mi", "2Mi"), pod("a")), "Most memory: b, 4Mi"),
        ("kubectl get pvc", ({"kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
                              "status": {"phase": "Bound", "capacity": {"storage": "10Gi"}}},), "data bound 10Gi"),
        ("kubectl get pods", ({"kind": "Pod", "metadata": {"name": "only its name is known"}},), "2 lines"),
        ("kubectl get deploy", ({"kind": "Deployment", "metadata": {"name": "only its name is known"}},), "2 lines"),
        ("kubectl get deploy,svc", (workload("web", 1, 1), {"kind": "Service", "metadata": {}}), "2 lines"),
    ],
)  # fmt: skip
def test_what_was_read_of_the_cluster_is_counted(line: str, objects: tuple[dict[str, Any], ...], told: str) -> None:
    assert said(line, "NAME\nx\n", *objects) == ("ok", told)


def test_a_header_of_which_a_filter_has_left_no_row_is_nothing() -> None:
    assert said("kubectl get pods -A | grep -v Running", "NAMESPACE   NAME   READY\n", pod("a")) == (
        "ok",
        "Nothing found",
    )


@pytest.mark.parametrize(
    "errors",
    [VERBOSE, 'a: Error from server (BadRequest): previous terminated container "web" in pod "a" not found\n'],
)
def test_what_is_said_beside_an_answer_is_no_trouble(errors: str) -> None:
    assert said("curl -v http://web/health", "well\n", errors=errors) == ("ok", "well")


def test_what_curl_complains_of_among_its_chatter_is() -> None:
    errors = "* Could not resolve host: web\ncurl: (6) Could not resolve host: web\n"
    assert said("curl -v http://web", errors=errors, code=6) == ("bad", "curl: (6) Could not resolve host: web")
