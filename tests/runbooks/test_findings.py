"""Outputs become findings and one line, as somebody who knows the system would read them."""
# ruff: noqa: E501  # one row of a table is one line

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runbooks.findings import Around, Finding, findings, headline
from runbooks.model import Diagnostic
from runbooks.outputs import Output
from runbooks.signs import printed, rollouts
from runbooks.signs.ailing import no_node

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STARTED = Around(NOW, start=NOW - timedelta(minutes=3))


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def pod(
    name: str = "web-1", *, ready: bool = True, restarts: int = 0, age: float = 60, **status: Any
) -> dict[str, Any]:
    container = {"name": "web", "ready": ready, "restartCount": restarts, "state": {"running": {}}}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "creationTimestamp": ago(age)},
        "spec": {"containers": [{"name": "web"}]},
        "status": {"phase": "Running", "containerStatuses": [container | status]},
    }


def waiting(reason: str, message: str = "") -> dict[str, Any]:
    return {"waiting": {"reason": reason, "message": message}}


def ended(reason: str, code: int, minutes: float) -> dict[str, Any]:
    return {"terminated": {"reason": reason, "exitCode": code, "finishedAt": ago(minutes)}}


def output(text: str = "", *, objects: Any = (), errors: str = "", code: int = 0, value: float | None = None) -> Output:
    return Output("kubectl x", text, errors, code, 1, value=value, objects=tuple(objects))


def looking(*names: str, **more: object) -> Diagnostic:
    return Diagnostic.model_validate({"id": "step", "run": "kubectl x", "find": names, **more})


def found(names: str | tuple[str, ...], *objects: dict[str, Any]) -> list[Finding]:
    wanted = (names,) if isinstance(names, str) else names
    return findings(looking(*wanted), output("x", objects=objects), NOW)


def acts(one: Finding) -> list[str]:
    return [remedy.act for remedy in one.remedies]


def test_a_pod_that_crash_loops_is_bad_and_suggests_going_back() -> None:
    broken = pod(ready=False, restarts=4, state=waiting("CrashLoopBackOff"), lastState=ended("Error", 101, 1))
    (one,) = found("crash-looping", broken)
    assert (one.level, one.object) == ("bad", "web-1")
    assert one.text == "web-1 crash-loops: 4 restarts, last with exit code 101"
    assert one.name == "crash-looping"
    assert acts(one) == ["undo", "restart"]


def test_a_crash_that_left_words_behind_tells_the_last_of_them() -> None:
    last = ended("Error", 101, 1)
    last["terminated"]["message"] = "starting\nthread 'main' panicked at lease.rs:214\n"
    (one,) = found("crash-looping", pod(ready=False, restarts=4, state=waiting("CrashLoopBackOff"), lastState=last))
    assert one.text.endswith("exit code 101: “thread 'main' panicked at lease.rs:214”")


def test_a_pod_between_two_crashes_still_crash_loops() -> None:
    assert found("crash-looping", pod(ready=False, restarts=2, state=ended("Error", 1, 0)))


def test_a_pod_that_crashed_once_long_ago_and_runs_does_not() -> None:
    assert found("crash-looping", pod(restarts=1, lastState=ended("Error", 1, 600))) == []


def test_a_kill_for_memory_says_the_limit_and_what_to_raise_it_to() -> None:
    killed = pod(restarts=1, lastState=ended("OOMKilled", 137, 5))
    killed["spec"]["containers"][0]["resources"] = {"limits": {"memory": "1Gi"}}
    (one,) = findings(looking("oom-killed"), output("x", objects=[killed]), STARTED)
    assert (one.level, one.text) == (
        "bad", "web-1 was killed for memory (limit 1Gi) 2m before the start; 1 restart so far",
    )  # fmt: skip
    assert acts(one) == ["memory", "scale"]
    assert one.remedies[0].values == {"memory": "2Gi", "from": "1Gi"}


def test_a_kill_for_memory_of_yesterday_is_no_finding_while_the_pod_serves() -> None:
    assert found("oom-killed", pod(restarts=1, lastState=ended("OOMKilled", 137, 600))) == []


def test_an_image_that_cannot_be_fetched_says_why() -> None:
    broken = pod(ready=False, state=waiting("ImagePullBackOff", "manifest unknown"))
    (one,) = found("image-pull", broken)
    assert one.text == "web-1 cannot fetch its image (ImagePullBackOff): manifest unknown"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ('Back-off pulling image "r.io/team/web:2"', "web:2"),
        ('Failed to pull image "r.io/team/web:2": rpc error: code = NotFound desc = web:2: not found', "web:2: not found"),
        ("manifest unknown", "manifest unknown"),
    ],
)  # fmt: skip
def test_of_a_registrys_sentence_the_image_and_the_reason_are_kept(message: str, told: str) -> None:
    (one,) = found("image-pull", pod(ready=False, state=waiting("ErrImagePull", message)))
    assert one.text == f"web-1 cannot fetch its image (ErrImagePull): {told}"


def test_pods_that_are_not_ready_are_one_finding() -> None:
    (one,) = found("not-ready", pod("a"), pod("b"), pod("c"), pod("d", ready=False))
    assert (one.level, one.text) == ("warning", "1 of 4 pods is not ready (d)")


def test_a_pod_whose_node_is_silent_is_not_ready_though_its_containers_say_so() -> None:
    lost = pod("a")
    lost["status"]["conditions"] = [{"type": "Ready", "status": "False"}]
    assert [one.text for one in found("not-ready", lost, pod("b"), pod("c"))] == ["1 of 3 pods is not ready (a)"]


def test_half_of_the_pods_not_ready_is_bad() -> None:
    (one,) = found("not-ready", pod("a"), pod("b", ready=False))
    assert one.level == "bad"


def test_a_pod_that_has_only_just_started_is_given_time() -> None:
    assert found("not-ready", pod(ready=False, age=0.5)) == []


def test_pods_that_are_done_or_going_are_not_missed() -> None:
    done, going = pod("job", ready=False), pod("old", ready=False)
    done["status"]["phase"] = "Succeeded"
    going["metadata"]["deletionTimestamp"] = ago(0)
    assert found("not-ready", pod("a"), done, going) == []


def test_a_pod_that_finds_no_node_says_what_the_scheduler_said() -> None:
    stuck = pod(ready=False)
    stuck["status"] = {
        "phase": "Pending",
        "conditions": [{"type": "PodScheduled", "reason": "Unschedulable", "message": "0/3 nodes: Insufficient cpu"}],
    }
    assert [one.text for one in found("pending", stuck)] == ["web-1 finds no node: too little CPU is free"]


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("0/3 nodes are available: 3 Insufficient memory.", "too little memory is free"),
        ("0/3 nodes are available: 1 Insufficient cpu, 2 Insufficient memory.", "too little memory is free, too little CPU is free"),
        ("0/3 nodes are available: 3 node(s) had untolerated taint(s).", "nodes have taints that it does not bear"),
        ("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.", "its volume claim is not bound"),
        ("0/3 nodes are available: 3 node(s) were unschedulable.", "nodes take no new pods (cordoned)"),
        ("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", "no node fits its selector or affinity"),
        ("something new", "something new"),
    ],
)  # fmt: skip
def test_why_there_is_no_node_is_said_in_words(message: str, why: str) -> None:
    assert no_node(message) == why


def test_evicted_pods_are_one_finding_and_old_ones_none() -> None:
    def out(name: str, minutes: float) -> dict[str, Any]:
        gone = pod(name, ready=False)
        gone["spec"]["nodeName"] = "worker-2"
        conditions = [{"type": "Ready", "status": "False", "lastTransitionTime": ago(minutes)}]
        gone["status"] |= {"phase": "Failed", "reason": "Evicted", "message": "The node was low on memory."}
        gone["status"]["conditions"] = conditions
        return gone

    (one,) = found("evicted", out("a", 2), out("b", 3), pod("c"))
    assert one.text == "2 pods were evicted from worker-2: The node was low on memory"
    assert found("evicted", out("a", 2_000)) == []
    assert found("not-ready", out("a", 2), pod("c")) == []


def test_a_pod_whose_configuration_is_missing_says_which() -> None:
    state = waiting("CreateContainerConfigError", 'configmap "web-config" not found')
    texts = [one.text for one in found("not-ready", pod(ready=False, state=state), pod("b"))]
    assert 'web-1 cannot start (CreateContainerConfigError): configmap "web-config" not found' in texts


def test_a_fresh_restart_is_a_warning() -> None:
    (one,) = found("restarts", pod(restarts=2, lastState=ended("Error", 1, 10)))
    assert (one.level, one.text) == ("warning", "web-1 restarted 10m ago (2 restarts so far, exit code 1)")


def test_an_old_restart_is_none() -> None:
    assert found("restarts", pod(restarts=2, lastState=ended("Error", 1, 600))) == []


def replica_set(revision: int, minutes: float, image: str, **annotations: str) -> dict[str, Any]:
    notes = {"deployment.kubernetes.io/revision": str(revision)} | annotations
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"web-{revision}",
            "creationTimestamp": ago(minutes),
            "annotations": notes,
            "ownerReferences": [{"kind": "Deployment", "name": "web", "controller": True}],
        },
        "spec": {"template": {"metadata": {}, "spec": {"containers": [{"name": "web", "image": image}]}}},
    }


def test_a_recent_rollout_is_called_out_with_what_it_changed() -> None:
    (one,) = found("recent-rollout", replica_set(1, 600, "r.io/web:1.0"), replica_set(2, 4, "r.io/web:1.1"))
    assert one.recent
    assert one.text == "web was rolled out 4m ago: revision 2 (web:1.0 → 1.1)"
    assert acts(one) == ["undo"]
    assert one.remedies[0].values == {"revision": 1}


def test_a_rollout_is_told_by_the_incidents_start_so_that_it_stays_true() -> None:
    objects = [replica_set(1, 600, "r.io/web:1.0"), replica_set(2, 4, "r.io/web:1.1")]
    (one,) = findings(looking("recent-rollout"), output("x", objects=objects), STARTED)
    assert one.text == "web was rolled out 1m before the start: revision 2 (web:1.0 → 1.1)"


def test_a_rollout_after_the_start_is_somebodys_mending_and_no_suspect() -> None:
    objects = [replica_set(1, 600, "web:1"), replica_set(2, 1, "web:2")]
    (one,) = findings(looking("recent-rollout"), output("x", objects=objects), STARTED)
    assert (one.level, one.remedies) == ("ok", ())
    assert "2m after the start" in one.text


def test_a_changed_variable_is_named_and_never_its_value() -> None:
    before, after = replica_set(1, 600, "web:1"), replica_set(2, 1, "web:1")
    before["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "TOKEN", "value": "old"}]
    after["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "TOKEN", "value": "new"}]
    (one,) = found("recent-rollout", before, after)
    assert one.text.endswith("revision 2 (TOKEN changed)")


def test_each_workload_has_a_newest_rollout_of_its_own() -> None:
    other = replica_set(2, 5, "api:2")
    other["metadata"]["ownerReferences"][0]["name"] = "api"
    objects = [replica_set(1, 600, "web:1"), replica_set(2, 4, "web:2"), other]
    assert {one.object for one in found("recent-rollout", *objects)} == {"web"}


def test_a_change_cause_is_told() -> None:
    newest = replica_set(2, 1, "web:1", **{"kubernetes.io/change-cause": "CI #7"})
    (one,) = found("recent-rollout", replica_set(1, 600, "web:1"), newest)
    assert one.text == "web was rolled out 1m ago: revision 2 (CI #7)"


def test_an_old_rollout_is_no_finding() -> None:
    objects = (replica_set(1, 900, "web:1"), replica_set(2, 300, "web:2"))
    assert found("recent-rollout", *objects) == []
    step, said = looking("recent-rollout"), output("REVISION\n1\n2\n", objects=objects)
    assert headline(step, said, []) == ("ok", "No rollout in the last 2h")


def test_the_first_rollout_of_all_is_no_suspect() -> None:
    assert found("recent-rollout", replica_set(1, 4, "web:1")) == []


def test_a_roll_back_is_told_and_not_suggested_again() -> None:
    back = replica_set(3, 900, "web:1", **{"deployment.kubernetes.io/revision-history": "1"})
    deployment = {
        "kind": "Deployment",
        "status": {"conditions": [{"type": "Progressing", "lastUpdateTime": ago(2)}]},
    }
    (one,) = found("recent-rollout", deployment, replica_set(2, 30, "web:2"), back)
    assert (one.level, one.remedies) == ("ok", ())
    assert one.text == "web was rolled back 2m ago: revision 3 (web:2 → 1)"


def test_two_images_with_different_names_are_written_out() -> None:
    (newest,) = rollouts.rollouts([replica_set(1, 60, "a.io/web:1"), replica_set(2, 1, "b.io/web:1")])
    assert newest.change == "a.io/web:1 → b.io/web:1"


def test_error_lines_are_counted_and_alike_ones_are_one() -> None:
    text = "12:00:01 ERROR timeout after 31 ms id=abcdef0123456789\n12:00:02 ERROR timeout after 7 ms id=0123456789abcdef\n"
    text += "12:00:03 FATAL out of shards\n12:00:04 INFO fine\n"
    (one,) = findings(looking("log-errors"), output(text), NOW)
    assert one.text == "3 error lines: 2 × ERROR timeout after 31 ms id=abcdef0123456789; also FATAL out of shards"
    assert one.level == "warning"


def test_one_or_two_errors_are_in_every_log() -> None:
    step, said = looking("log-errors"), output("12:00:01 ERROR timeout after 31 ms\n")
    assert findings(step, said, NOW) == []
    assert headline(step, said, []) == ("ok", "Next to no errors (ERROR timeout after 31 ms)")


def test_a_prefix_of_the_pod_is_not_part_of_the_error() -> None:
    assert printed.error_lines("[pod/a/web] 2026-11-21T12:00:00Z ERROR x") == [("ERROR x", 1)]


@pytest.mark.parametrize(
    ("value", "bad"), [(0.02, True), (0.01, False), (0.0, False), (None, False), (float("nan"), False)]
)
def test_a_threshold_is_bad_only_past_its_limit(value: float | None, bad: bool) -> None:
    step = Diagnostic(id="error_ratio", title="Error ratio", promql="x", unit="ratio", bad_when="> 0.01")
    said = findings(step, output("x", value=value), NOW)
    assert bool(said) is bad
    if said:
        assert said[0].text == "Error ratio is 2\N{NO-BREAK SPACE}% (bad when >\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}%)"


def test_a_number_answers_the_word_that_its_step_names() -> None:
    step = Diagnostic(id="disk", promql="x", unit="ratio", bad_when="> 0.9", find=("disk-full",))
    (one,) = findings(step, output("x", value=1.0), NOW)
    assert (one.name, acts(one)) == ("disk-full", ["clean-disk", "grow-volume"])
    assert findings(step, output("x", value=0.5), NOW) == []


def test_the_worst_finding_comes_first_and_gives_the_headline() -> None:
    broken = pod("a", ready=False, restarts=9, state=waiting("CrashLoopBackOff"))
    fresh = pod("b", restarts=1, lastState=ended("Error", 1, 1))
    step, said = looking("restarts", "crash-looping"), output("x", objects=[fresh, broken])
    all_found = findings(step, said, NOW)
    assert [one.level for one in all_found] == ["bad", "warning"]
    assert headline(step, said, all_found) == ("bad", "a crash-loops: 9 restarts; 1 more to look at")


def test_pods_with_the_same_trouble_at_other_times_are_told_once() -> None:
    many = [pod(f"web-{n}", restarts=n, lastState=ended("OOMKilled", 137, n)) for n in (1, 2, 3)]
    step, said = looking("oom-killed"), output("x", objects=many)
    assert headline(step, said, findings(step, said, NOW))[1] == (
        "web-1 was killed for memory 1m ago; 1 restart so far; 2 more like it"
    )


def test_findings_that_are_alike_are_told_once() -> None:
    many = [pod(f"web-{n}", ready=False, restarts=4, state=waiting("CrashLoopBackOff")) for n in range(3)]
    step, said = looking("crash-looping"), output("x", objects=many)
    assert headline(step, said, findings(step, said, NOW)) == ("bad", "web-0 crash-loops: 4 restarts; 2 more like it")


@pytest.mark.parametrize(
    ("step", "said", "line"),
    [
        (looking("not-ready"), output("x", objects=[pod("a"), pod("b")]), ("ok", "2 of 2 pods ready")),
        (looking("log-errors"), output("", code=1), ("ok", "No errors found")),
        (looking(), output("one line\n"), ("ok", "one line")),
        (looking(), output("a\n\nb\n"), ("ok", "2 lines")),
        (looking(), output("", code=1), ("ok", "Nothing found")),
        (looking(), output("7\n", value=7), ("ok", "7")),
        (looking(), output("", errors="No resources found in a namespace.\n"), ("ok", "No resources found in a namespace.")),
        (looking(), output("", errors="Unable to connect to the server: x\nmore\n", code=1), ("bad", "Unable to connect to the server: x")),
        (looking(), output("", errors="No answer within 15 s.\n", code=124), ("warning", "No answer within 15 s.")),
        (looking(), output("a\nb\n", errors="error: half of it failed\n", code=1), ("warning", "error: half of it failed")),
        (looking(), output("0\n", errors="Unable to connect\n", code=0, value=0), ("bad", "Unable to connect")),
        (looking(), output("0\n", errors="Found 3 pods, using pod/a\n", value=0), ("ok", "0")),
        (Diagnostic(id="a", manual="Call them"), output(), ("ok", "To be done by hand: Call them")),
    ],
)  # fmt: skip
def test_without_findings_the_headline_says_what_was_printed(
    step: Diagnostic, said: Output, line: tuple[str, str]
) -> None:
    assert headline(step, said, []) == line


def test_objects_of_another_kind_or_half_empty_are_no_trouble() -> None:
    odd: list[dict[str, Any]] = [
        {},
        {"kind": "Pod"},
        {"kind": "Service", "spec": {}},
        {"kind": "Pod", "spec": {"containers": []}},
    ]
    step = looking("crash-looping", "not-ready", "oom-killed", "image-pull", "restarts", "recent-rollout")
    assert findings(step, output("x", objects=odd), NOW) == []
