"""A broken runbook says file, line, key, problem and mend; a good one is read."""
# ruff: noqa: E501  # one row of a table is one line

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from runbooks.checks.documents import document
from runbooks.reading import RunbookError, check_text, library, own_files, read_runbook, schema
from tests.runbooks.examples import values

HEAD = "service: orders\nseverities: [{key: P0}]\n"


def errors(text: str) -> list[str]:
    return [str(one) for one in check_text(text, "orders.yaml").errors]


def only(text: str) -> str:
    found = errors(text)
    assert len(found) == 1, found
    return found[0]


def test_a_good_runbook_has_no_errors() -> None:
    checked = check_text(yaml.safe_dump(values()), "orders.yaml")
    assert checked.errors == ()
    assert checked.runbook is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "orders.yaml:1: this is no runbook (begin with `service: name` and one severity)"),
        ("- a", "orders.yaml:1: this is no runbook"),
        ("a: [", "orders.yaml:1: while parsing a flow node"),
        ("severities: [{key: P0}]", "orders.yaml:1: service: this key is missing (add it)"),
        ("service: Orders!\nseverities: [{key: P0}]", "orders.yaml:1: service: `Orders!` does not look right"),
        ("service: a\nseverities: []", "orders.yaml:2: severities: at least one is wanted (add one)"),
        (HEAD + "titel: x", "orders.yaml:3: titel: there is no such key (did you mean `title`?)"),
        (HEAD + "title: 5", "orders.yaml:3: title: `5` is not text (put it in quotes)"),
        (HEAD + "links: x", "orders.yaml:3: links: `x` is not a list"),
        (HEAD + "links: [{title: a, url: 'javascript:x'}]", "orders.yaml:3: links[0].url: `javascript:x` does not look"),
        (HEAD + "kubernetes: x", "orders.yaml:3: kubernetes: `x` is not a group of keys"),
        (HEAD + "diagnostics:\n- id: a\n  phase: now\n  run: x", "orders.yaml:5: diagnostics[0].phase: `now` is not one of"),
        ("service: a\nseverities:\n- key: P0\n  update_every: 1y", "orders.yaml:4: severities[0].update_every: '1y' is not"),
        (HEAD + "service: b", "orders.yaml:3: service: `service` stands twice, first in line 1 (keep one)"),
    ],
)  # fmt: skip
def test_a_broken_shape_names_its_line_key_and_mend(text: str, said: str) -> None:
    assert only(text).startswith(said)


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("diagnostics:\n- {id: a, run: 'kubectl get pods | python x'}", ":4: diagnostics[0].run: `python` would run"),
        ("diagnostics:\n- {id: a, run: 'kubectl get pods; ls'}", "`;` would run a second line"),
        ("diagnostics:\n- {id: a, run: kubectl delete pod x}", "`kubectl delete` changes the cluster"),
        ("diagnostics:\n- {id: a, foreach: kubectl exec x -- ls, run: 'kubectl get {item}'}", "only as a step of"),
        ("diagnostics:\n- {id: a, run: kubectl frobnicate}", 'kubectl would say: error: unknown command "frobnicate"'),
        ("diagnostics:\n- {id: a, run: kubectl logs --tail=5}", ":4: diagnostics[0].run: kubectl would say: error: expected 'logs [-f] [-p] (POD | TYPE/NAME)"),
        ("diagnostics:\n- {id: a, run: kubectl get pods -o wdie}", 'unable to match a printer suitable for the output format "wdie"'),
        ("mitigations:\n- {id: a, run: kubectl scale deploy/a}", 'kubectl would say: error: required flag(s) "replicas" not set (try the line in a terminal)'),
        ("diagnostics:\n- {id: a, run: kubectl get pods --kubeconfig=x}", "`--kubeconfig`"),
        ("diagnostics:\n- {id: a, run: helm list}", "`helm` is a program that is not run here"),
        ("diagnostics:\n- {id: a, http: 'curl -X POST http://a'}", "a diagnostic only reads, and POST may change"),
        ("diagnostics:\n- {id: a}", "`a` wants one of run, promql, http, sql, tool and manual, and has none"),
        ("diagnostics:\n- {id: a, run: curl http://a, promql: up}", "and has run and promql"),
        ("diagnostics:\n- {id: a, foreach: kubectl get pods -o name, run: kubectl get pods}", "gives {item}"),
        ("diagnostics:\n- {id: a, foreach: kubectl get pods -o name, promql: up}", "there is none"),
        ("diagnostics:\n- {id: a, foreach: ls, run: 'kubectl get {item}'}", "`ls` looks at one machine"),
        ("diagnostics:\n- {id: a, promql: up, bad_when: many}", ":4: diagnostics[0].bad_when: 'many' is not a condition"),
        ("diagnostics:\n- {id: a, promql: up, bad_when: a > 1}", "names a diagnostic, and its own is meant"),
        ("diagnostics:\n- {id: a, run: kubectl get pods, find: [ghosts]}", "no finding `ghosts` (choose one of: crash-"),
        ("diagnostics:\n- {id: a-b, promql: up}\n- {id: a_b, promql: up}", ":5: diagnostics[1].id: `a_b` and `a-b` are"),
        ("checklists:\n- {id: a, items: [{text: b, done_when: rain}]}", "nothing happens that is `rain`"),
        ("drills:\n- {id: a, on: {day: 9th fri}}", "this is no time"),
        ("drills:\n- {id: a, on: {day: 31, month: 2}}", "there is no such day in any year"),
        ("scenarios:\n- {id: a, first: [nowhere]}", "there is no diagnostic or mitigation `nowhere`"),
        ("scenarios:\n- {id: a, found: [gremlins]}", "there is no finding `gremlins`"),
        ("scenarios:\n- {id: a, severity: SEV-9}", "there is no severity `SEV-9`"),
        ("templates: {status_page: {resolved: '{% if'}}", "line 1 of it"),
        ("mitigations:\n- {id: a}", "`a` wants one of run, http, sql, tool and manual, and has none"),
        ("mitigations:\n- {id: a, run: kubectl get pods}", "changes nothing"),
        ("mitigations:\n- {id: a, run: 'kubectl scale deploy/a --replicas={n}'}", "uses {n}, and there is no such input"),
        ("mitigations:\n- {id: a, run: 'kubectl delete pod x | grep y'}", "takes no pipes"),
        ("mitigations:\n- {id: a, run: kubectl delete pod x, inputs: {n: {}}}", "the line has no {n}"),
        ("mitigations:\n- {id: a, run: 'kubectl delete pod {n}', inputs: {n: {type: choice}}}", "a choice wants choices"),
        ("mitigations:\n- {id: a, run: 'kubectl delete pod {n}', inputs: {n: {type: name, default: A}}}", "Kubernetes name"),
        ("mitigations:\n- {id: a, run: 'kubectl delete pod {n}', inputs: {n: {type: integer, min: 2, max: 1}}}", "min is larger than max"),
        ("mitigations:\n- {id: a, manual: x, verify: [b]}", "no diagnostic `b` (this runbook has no diagnostic yet"),
        ("scenarios:\n- {id: a, when: [x > 1]}", "`x` is no diagnostic that gives a number (add a promql diagnostic first)"),
        ("scenarios:\n- {id: a, try: [b]}", "no mitigation `b`"),
        ("drills:\n- {id: a, severity: P7}", "no severity `P7` (choose one of: P0)"),
        ("channels: {critical: {P7: '#x'}}", "no severity `P7`"),
        ("templates: {update: '{% for'}", "line 1 of it: unexpected 'end of template'"),
    ],
)  # fmt: skip
def test_what_would_fail_during_an_incident_is_an_error_when_it_is_read(rest: str, said: str) -> None:
    assert said in only(HEAD + rest)


@pytest.mark.parametrize(
    "rest",
    [
        "mitigations:\n- {id: a, run: 'kubectl patch deploy/a -p {n}', inputs: {n: {}}}",
        "mitigations:\n- {id: a, run: 'kubectl scale deploy/a --replicas={n}', inputs: {n: {type: integer}}}",
        "diagnostics:\n- {id: a, foreach: kubectl get pods -o name, run: 'kubectl describe pod {item}'}",
    ],
)
def test_a_line_that_a_value_may_still_make_right_is_no_error(rest: str) -> None:
    assert errors(HEAD + rest) == []


def test_every_error_of_a_file_is_gathered_in_order() -> None:
    text = HEAD + "diagnostics:\n- {id: a, run: ls}\n- {id: b}\nmitigations:\n- {id: c}\n"
    assert [one.split(":")[1] for one in errors(text)] == ["4", "5", "7"]


def test_a_multi_line_error_is_one_line() -> None:
    assert "\n" not in str(RunbookError("f", 1, "k", "a\nb", "c\nd"))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunbookError, match="cannot be read: No such file"):
        read_runbook(tmp_path / "none.yaml")


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RunbookError, match="not UTF-8"):
        read_runbook(tmp_path / "a.yaml")


def test_a_folder_adds_and_replaces_by_service(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("service: inferadb\ntitle: Ours\nseverities: [{key: P0}]\n", "utf-8")
    (tmp_path / "b.yml").write_text(HEAD, "utf-8")
    (tmp_path / "notes.txt").write_text("no runbook", "utf-8")
    known = library(tmp_path)
    assert known["inferadb"].title == "Ours"
    assert known["orders"].service == "orders"


def test_a_request_that_changes_nothing_may_say_so() -> None:
    assert errors(HEAD + "diagnostics:\n- {id: a, http: 'curl -X POST http://a', harmless: true}") == []


CHANGING = [
    ("kubectl exec web-0 -- curl -X DELETE http://localhost/jobs", "curl -X DELETE"),
    ("kubectl exec web-0 -- curl -sXPOST localhost/jobs", "curl -sXPOST"),
    ("kubectl exec web-0 -- redis-cli FLUSHALL", "FLUSHALL"),
    ("kubectl exec web-0 -- rm -rf /data", "rm -rf"),
    ("kubectl exec web-0 -- /bin/rm /data/a", "rm /data/a"),
    ("kubectl exec web-0 -- find /tmp -name a -delete", "-delete"),
    ("kubectl exec web-0 -- mysql -e 'delete from orders'", "delete from orders"),
    ("helm uninstall web", "helm uninstall web"),
    ("kubectl exec web-0 -- mysql -e 'KILL 12'", "KILL 12"),
    ("kubectl exec web-0 -- sh -c 'kill -9 1'", "kill -9"),
    ("aws s3 rm s3://x --recursive", "rm s3://x"),
    ("aws ec2 terminate-instances --instance-ids i-1", "terminate-instances"),
]


@pytest.mark.parametrize(("line", "found"), CHANGING)
def test_a_diagnostic_whose_program_changes_something_says_that_it_is_harmless(line: str, found: str) -> None:
    step = {"id": "a", "run" if line.startswith("kubectl") else "tool": line}
    (one,) = errors(f"{HEAD}diagnostics: {json.dumps([step])}")
    assert f"a diagnostic only reads, and `{found}` may change" in one
    assert errors(f"{HEAD}diagnostics: {json.dumps([{**step, 'harmless': True}])}") == []


@pytest.mark.parametrize(
    "line",
    [
        "kubectl exec web-0 -- grep -c 'DELETE FROM' /var/log/web.log",
        "kubectl exec web-0 -- sh -c 'dmesg | grep -i oom-kill'",
        "kubectl exec web-0 -- sh -c 'kill -0 1 && tail -9 /var/log/web.log | grep -i delete | wc -l'",
        "kubectl exec web-0 -- curl -X GET localhost/health",
        "kubectl exec web-0 -- redis-cli info",
        "kubectl exec db-0 -- psql -c \"SELECT pid FROM pg_stat_activity WHERE query LIKE 'DELETE FROM%'\"",
        "docker run --rm busybox df",
    ],
)
def test_a_diagnostic_whose_program_only_looks_is_left_alone(line: str) -> None:
    step = {"id": "a", "run" if line.startswith("kubectl") else "tool": line}
    assert errors(f"{HEAD}diagnostics: {json.dumps([step])}") == []


def test_a_runbook_knows_the_folder_of_its_manifests(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HEAD, "utf-8")
    assert read_runbook(tmp_path / "a.yaml").folder == tmp_path
    checked = check_text(HEAD, "a.yaml").runbook
    assert checked is not None
    assert checked.folder is None


def test_two_files_for_one_service_are_an_error(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(HEAD, "utf-8")
    with pytest.raises(RunbookError, match=r"a\.yaml is for `orders`, too"):
        library(tmp_path)


def test_a_folder_that_is_not_there_says_how_to_set_it(tmp_path: Path) -> None:
    with pytest.raises(RunbookError, match="RUNBOOKS_DIR"):
        library(tmp_path / "none")


def test_a_broken_file_in_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("service: a\n", "utf-8")
    with pytest.raises(RunbookError, match=r"a\.yaml:1: severities"):
        library(tmp_path)


def test_the_schema_accepts_the_library_and_refuses_a_misspelling() -> None:
    validator = jsonschema.Draft202012Validator(schema())
    jsonschema.Draft202012Validator.check_schema(schema())
    for file in own_files():
        assert [one.message for one in validator.iter_errors(document(file.read_text("utf-8")).value)] == []
    assert [one.message for one in validator.iter_errors(values(titel="x"))] != []


def test_an_editor_knows_the_findings_and_what_a_key_means() -> None:
    step = schema()["$defs"]["Diagnostic"]["properties"]
    assert "crash-looping" in step["find"]["items"]["enum"]
    assert step["otherwise"]["description"] == "What to say when it fails."
    wrong = values(diagnostics=[{"id": "a", "promql": "up", "find": ["ghosts"]}])
    assert [one.json_path for one in jsonschema.Draft202012Validator(schema()).iter_errors(wrong)] == [
        "$.diagnostics[0].find[0]"
    ]
