"""Workloads, nodes, events, printed text and databases become findings; a healthy one becomes none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runbooks.checks.references import FINDINGS
from runbooks.findings import THRESHOLD, Around, Finding, findings
from runbooks.meaning import WEIGHT
from runbooks.model import Diagnostic, Runbook
from runbooks.outputs import Output
from runbooks.signs import ailing, databases, happenings, printed, workloads

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LOCKS = """\
  pid  | relation | granted |  query
-------+----------+---------+---------
  4100 | orders   | t       | ALTER TABLE orders ADD COLUMN region text
  4123 | orders   | f       | INSERT INTO orders VALUES ($1)
  4124 | orders   | f       | INSERT INTO orders VALUES ($1)
(3 rows)
"""
STATES = """\
 count |        state
-------+---------------------
    80 | idle in transaction
     4 | active
(2 rows)
"""
DF = """\
Filesystem      Size  Used Avail Use% Mounted on
overlay         194G   38G  157G  20% /
/dev/sdb        100G  100G     0 100% /var/lib/omendb
tmpfs            64M     0   64M   0% /dev
"""


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def found(
    name: str, text: str = "", *objects: dict[str, Any], runbook: Runbook | None = None, errors: str = "", code: int = 0
) -> list[Finding]:
    step = Diagnostic.model_validate({"id": "step", "run": "kubectl x", "find": [name]})
    said = Output("kubectl x", text, errors, code, 1, objects=objects)
    return findings(step, said, Around(NOW, runbook=runbook))


def thing(kind: str, name: str, spec: dict[str, Any] | None = None, **status: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name}, "spec": spec or {}, "status": status}


def test_a_workload_with_too_few_pods_is_counted() -> None:
    (one,) = found("replicas-missing", "", thing("Deployment", "web", {"replicas": 6}, readyReplicas=4))
    assert (one.level, one.text) == ("warning", "web has 4 of 6 pods ready")
    (one,) = found("replicas-missing", "", thing("StatefulSet", "db", {"replicas": 1}, replicas=1))
    assert (one.level, one.text) == ("bad", "db has 0 of 1 pods ready")
    assert found("replicas-missing", "", thing("Deployment", "web", {"replicas": 2}, readyReplicas=2)) == []


def test_a_rollout_that_does_not_get_on_suggests_going_back() -> None:
    stuck = {"type": "Progressing", "status": "False", "message": "ReplicaSet has timed out progressing."}
    (one,) = found("replicas-missing", "", thing("Deployment", "web", {}, conditions=[stuck]))
    assert one.text == "web's rollout does not get on: ReplicaSet has timed out progressing."
    assert [remedy.act for remedy in one.remedies] == ["undo"]


def test_a_paused_rollout_is_told() -> None:
    (one,) = found("paused", "", thing("Deployment", "web", {"paused": True}))
    assert "paused" in one.text
    assert found("paused", "", thing("Deployment", "web")) == []


def test_an_autoscaler_that_wants_more_than_it_may_is_told() -> None:
    limited = [{"type": "ScalingLimited", "status": "True", "reason": "TooManyReplicas"}]
    spec = {"maxReplicas": 10, "scaleTargetRef": {"name": "web"}}
    hpa = thing("HorizontalPodAutoscaler", "web", spec, currentReplicas=10, conditions=limited)
    (one,) = found("autoscaler-at-limit", "", hpa)
    assert one.text == "Autoscaler web is at its limit of 10 pods"
    hpa["status"]["currentReplicas"] = 4
    assert found("autoscaler-at-limit", "", hpa) == []


@pytest.mark.parametrize(("used", "level"), [("4", "bad"), ("3700m", "warning"), ("2", None)])
def test_a_quota_is_told_when_it_is_nearly_used_up(used: str, level: str | None) -> None:
    quota = thing("ResourceQuota", "limits", hard={"requests.cpu": "4"}, used={"requests.cpu": used})
    assert [one.level for one in found("quota", "", quota)] == ([level] if level else [])


def test_a_claim_that_is_not_bound_is_told() -> None:
    (one,) = found("claim-pending", "", thing("PersistentVolumeClaim", "data", phase="Pending"))
    assert (one.level, one.text) == (
        "warning", "Volume claim data is pending, not bound; if a pod wants it, see its events",
    )  # fmt: skip
    assert found("claim-pending", "", thing("PersistentVolumeClaim", "data", phase="Bound")) == []


def node(name: str, ready: str = "True", *pressed: str, **spec: Any) -> dict[str, Any]:
    kinds = ("MemoryPressure", "DiskPressure", "PIDPressure")
    conditions = [{"type": one, "status": "True" if one in pressed else "False"} for one in kinds]
    conditions.append({"type": "Ready", "status": ready, "lastTransitionTime": ago(4)})
    return thing("Node", name, spec, conditions=conditions)


def test_nodes_that_are_silent_pressed_or_closed_are_told() -> None:
    texts = [
        one.text
        for one in found(
            "node-trouble",
            "",
            node("a"),
            node("b", "Unknown"),
            node("c", "True", "MemoryPressure"),
            node("d", unschedulable=True),
        )
    ]
    assert texts == [
        "Node b does not answer (NotReady, 4m ago)",
        "Node c is short of memory (MemoryPressure)",
        "Node d takes no new pods (cordoned)",
    ]


def test_a_node_of_which_only_the_table_is_known_is_told_by_its_word() -> None:
    row = {"kind": "Node", "metadata": {"name": "a"}, "cells": {"Status": "NotReady,SchedulingDisabled"}}
    assert [one.level for one in found("node-trouble", "", row)] == ["bad", "warning"]


def event(reason: str, about: str, message: str, minutes: float = 1, kind: str = "Warning") -> dict[str, Any]:
    return {
        "kind": "Event", "type": kind, "reason": reason, "message": message, "count": 3, "lastTimestamp": ago(minutes),
        "involvedObject": {"kind": "Pod", "name": about},
    }  # fmt: skip


def test_warnings_of_late_are_counted_by_reason() -> None:
    objects = (
        event("BackOff", "web-1", "Back-off restarting failed container"),
        event("BackOff", "web-2", "Back-off restarting failed container"),
        event("BackOff", "old", "long ago", minutes=300),
        event("Started", "web-1", "Started container", kind="Normal"),
    )
    (one,) = found("warnings", "", *objects)
    assert (one.level, one.text) == ("warning", "6 × BackOff on web-1 and 1 more: Back-off restarting failed container")


def test_a_warning_answers_the_word_that_it_is_about() -> None:
    mount = event("FailedMount", "web-1", 'MountVolume.SetUp failed for volume "config": configmap not found')
    assert [one.name for one in found("failed-mount", "", mount)] == ["failed-mount"]
    full = event("FailedScheduling", "web-1", "0/3 nodes are available: 3 Insufficient memory.")
    assert [one.text for one in found("pending", "", full)] == [
        "3 × FailedScheduling on web-1: too little memory is free"
    ]
    assert found("evicted", "", full, mount) == []


@pytest.mark.parametrize(("count", "level"), [(1, "warning"), (3, "bad")])
def test_what_may_pass_by_itself_is_bad_once_it_comes_again_and_again(count: int, level: str) -> None:
    late = event("FailedMount", "web-1", "timed out") | {"count": count}
    assert [one.level for one in found("failed-mount", "", late)] == [level]


def test_an_event_of_which_only_the_table_is_known_is_read_there() -> None:
    cells = {"Last Seen": "2m", "Type": "Warning", "Reason": "BackOff", "Object": "pod/web-1", "Message": "x"}
    assert found("warnings", "", {"kind": "Event", "metadata": {}, "cells": cells})
    assert not found("warnings", "", {"kind": "Event", "metadata": {}, "cells": cells | {"Last Seen": "3h"}})


def test_a_full_disk_is_read_from_df() -> None:
    (one,) = found("disk-full", DF)
    assert (one.level, one.text) == ("bad", "/var/lib/omendb is 100 % full (0 of 100G left)")
    assert {remedy.act: dict(remedy.values) for remedy in one.remedies} == {
        "clean-disk": {},
        "grow-volume": {"storage": "128Gi"},
    }
    assert found("disk-full", DF.replace("100%", "40%")) == []


@pytest.mark.parametrize(
    ("header", "row", "left", "size"),
    [
        ("Size Used Avail Use%", "7.8G 7.7G 0.1G 99%", "0.1G of 7.8G left", ["16Gi"]),
        ("1K-blocks Used Available Use%", "51474912 1 574912 99%", "0.548G of 49.1G left", ["64Gi"]),
        ("Inodes IUsed IFree IUse%", "6553600 6553600 0 100%", "0 of 6553600 inodes left", []),
    ],
)
def test_a_volume_is_grown_beyond_what_it_is(header: str, row: str, left: str, size: list[str]) -> None:
    (one,) = found("disk-full", f"Filesystem {header} Mounted on\n/dev/sdb {row} /data\n")
    assert one.text.endswith(f"% full ({left})")
    assert [value for remedy in one.remedies for value in remedy.values.values()] == size


def test_of_a_disk_that_several_pods_have_the_fullest_is_told() -> None:
    (one,) = found("disk-full", "/dev/sdb 98G 90G 8G 92% /data\n/dev/sdb 98G 97G 1G 99% /data\n")
    assert (one.level, one.text) == ("bad", "/data is 99 % full (1G of 98G left)")


@pytest.mark.parametrize(
    "line",
    [
        "2026/11/21 12:00:01 [error] 7#7: *1 connect() failed",
        "2026-11-21 12:00:01 ERROR [main] INFO is unknown",
        "[INFO-service] ERROR cannot connect",
        '10.0.0.4 - - [21/Nov/2026:12:00:01 +0000] "GET /error HTTP/1.1" 500 512',
        "error rate: 0.07%",
        "E1121 12:00:01.123456       1 reflector.go:1] watch error",
    ],
)
def test_an_error_is_counted_whatever_stands_beside_it(line: str) -> None:
    (one,) = found("log-errors", f"{line}\n" * 3)
    assert one.text.startswith("3 error lines: ")


def test_a_full_disk_is_read_from_a_log_too() -> None:
    (one,) = found("disk-full", 'ERROR insert failed error="No space left on device (os error 28)"\n' * 3)
    assert one.text == "No space left on device, the log says (3 times)"


def test_failed_logins_are_counted_with_where_they_come_from() -> None:
    lines = "".join(f'ERROR event="login failed" user=admin-{n} ip=198.51.100.23\n' for n in range(8))
    (one,) = found("failed-logins", lines)
    assert (one.object, one.text) == ("198.51.100.23", "8 failed logins, 8 of them from 198.51.100.23")
    assert [(remedy.act, dict(remedy.values)) for remedy in one.remedies] == [("block", {"address": "198.51.100.23"})]
    assert found("failed-logins", 'event="login failed" user=a\n' * 4) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('ERROR error="token refused: signing key expired" kid=2025-11', "A key or certificate has expired"),
        ("curl: (60) SSL certificate problem: certificate has expired", "A key or certificate has expired"),
        ("notAfter=Nov 20 12:00:00 2026 GMT", "The certificate expired on 20 Nov 2026"),
        ("*  expire date: Nov 24 12:00:00 2026 GMT", "The certificate expires on 24 Nov 2026"),
    ],
)
def test_what_has_expired_is_told(text: str, told: str) -> None:
    assert found("expired", text)[0].text.startswith(told)


@pytest.mark.parametrize("text", ["session of user 7 expired", "notAfter=Nov 20 12:00:00 2027 GMT", "cache key set"])
def test_what_expires_every_day_is_no_finding(text: str) -> None:
    assert found("expired", text) == []


@pytest.mark.parametrize(
    ("text", "errors", "code", "told"),
    [
        ("0 s, HTTP 000\n", "", 6, "It ended with exit code 6: 0 s, HTTP 000"),
        ("HTTP/1.1 503 Service Unavailable\ncontent-type: x\n", "", 0, "It answers 503 Service Unavailable"),
        ('{"status":"not ready","error":"no lease"}\n', "", 0, "It says “not ready”: no lease"),
        ("", "curl: (22) The URL returned error: 503\n", 22, "curl: (22) The URL returned error: 503"),
        ("The database is unavailable; type x.\n", "", 0, "The database is unavailable; type x."),
        ('{"cluster_name":"logs","status":"red"}\n', "", 0, "It says “red”"),
        ('{"ok": false, "error": "database timeout"}\n', "", 0, "It says “ok: false”: database timeout"),
        ("2 targets unhealthy\n", "", 0, "2 targets unhealthy"),
        ("LOADING Redis is loading the dataset in memory\n", "", 0, "LOADING Redis is loading the dataset in memory"),
        ("(error) CLUSTERDOWN The cluster is down\n", "", 0, "(error) CLUSTERDOWN The cluster is down"),
        ("Coordinators 3\n  Performance limited by process: x\n", "", 0, "Performance limited by process: x"),
    ],
)  # fmt: skip
def test_a_check_that_fails_says_how(text: str, errors: str, code: int, told: str) -> None:
    assert [one.text for one in found("failing", text, errors=errors, code=code)] == [told]


@pytest.mark.parametrize("text", ['{"status":"ready"}', "HTTP/1.1 200 OK", "PONG"])
def test_a_check_that_is_well_is_no_finding(text: str) -> None:
    assert found("failing", text) == []


def test_an_address_of_which_nothing_comes_back_is_told_though_a_filter_ends_well() -> None:
    step = Diagnostic.model_validate({"id": "step", "run": "curl -sf https://web/health | jq", "find": ["failing"]})
    (one,) = findings(step, Output(step.line, "", "", 0, 1), NOW)
    assert one.text == "Nothing came back"
    assert findings(step, Output("kubectl get pods | grep x", "", "", 1, 1), NOW) == []


def test_statements_that_wait_are_counted_with_what_they_wait_for() -> None:
    (one,) = found("database-locks", LOCKS)
    assert one.text == ("2 statements wait for a lock, one of them behind “ALTER TABLE orders ADD COLUMN region text”")
    assert found("database-locks", LOCKS.replace("| f ", "| t ")) == []


@pytest.mark.parametrize("relation", ["orders  ", "表      "])
def test_a_query_may_hold_the_sign_between_columns(relation: str) -> None:
    first = f"  4099 | {relation} | f       | SELECT a || b FROM orders\n"
    (one,) = found("database-locks", LOCKS.replace("  4100", f"{first}  4100"))
    assert one.text.startswith("3 statements wait for a lock, one of them behind “ALTER TABLE orders")
    assert databases.rows(" query  | pid\n--------+-----\n a || b |   1\n(1 row)\n") == [
        {"query": "a || b", "pid": "1"}
    ]


def test_connections_that_do_nothing_are_counted() -> None:
    (one,) = found("database-connections", STATES)
    assert one.text == "80 connections are idle in transaction, of 84 in all"
    assert found("database-connections", STATES.replace("80", " 2")) == []
    assert found("database-connections", "psql: error: FATAL:  sorry, too many clients already\n")


def test_every_word_of_find_has_somebody_who_looks() -> None:
    known = {"recent-rollout", "node-trouble", "memory-near-limit", "warnings", *happenings.MEANT.values()}
    for room in (ailing, workloads, printed, databases):
        known |= set(room.FINDERS)
    assert known == set(FINDINGS)
    assert set(FINDINGS) | {THRESHOLD} == set(WEIGHT)
