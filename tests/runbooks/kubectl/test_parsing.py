"""A line is read once, and what others were tricked with is refused."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooks.kubectl import Command, Refused, Usage, explain, parse
from runbooks.kubectl.flags import VERBS, duration
from runbooks.kubectl.refusals import IDENTITY

TRICKS = [
    ["-n", "x", "edit", "deploy", "web"],
    ["get", "pods", "--kubeconfig=/tmp/other"],
    ["get", "pods", "--kubeconfig", "/tmp/other"],
    ["get", "pods", "--kubeconf=/tmp/other"],
    ["get", "pods", "--insecure_skip_tls_verify"],
    ["get", "pods", "--insecure-skip-tls-verify=true"],
    ["get", "pods", "--insecure"],
    ["get", "pods", '"--kubeconfig=/tmp/other"'],
    ["get", "pods", "'--token=abc'"],
    ["get", "pods", " --token=abc"],
    ["get", "pods", "--TOKEN=abc"],
    ["get", "pods", "-o", "--token=abc"],
    ["get", "pods", "--", "--as=root"],
    ["--as=system:admin", "get", "pods"],
    ["--as-group", "system:masters", "get", "pods"],
    ["-s", "http://elsewhere", "get", "pods"],
    ["get", "pods", "-shttp://elsewhere"],
    ["--context=other", "get", "pods"],
    ["--user=admin", "get", "pods"],
    ["logs", "web", "--insecure-skip-tls-verify-backend"],
    ["exec", "pod/web", "--as=root", "--", "ls"],
    ["apply", "--token", "x"],
]


@pytest.mark.parametrize("words", TRICKS, ids=" ".join)
def test_another_cluster_identity_or_editor_is_refused_wherever_it_stands(words: list[str]) -> None:
    with pytest.raises(Refused):
        parse(words)


@pytest.mark.parametrize("name", IDENTITY)
def test_every_flag_of_identity_is_refused_with_a_value_beside_or_behind_it(name: str) -> None:
    for words in ([f"--{name}=x"], [f"--{name}", "x"]):
        with pytest.raises(Refused):
            parse(["get", "pods", *words])


ENDLESS = [
    ["port-forward", "web", "80"],
    ["proxy"],
]
FILES = [
    ["get", "-f", "/x.yaml"], ["get", "--filename=../x.yaml"], ["patch", "deploy", "web", "--patch-file", "x"],
    ["get", "pods", "-o", "jsonpath-file=/etc/passwd"], ["get", "pods", "-o", "custom-columns-file=/etc/passwd"],
    ["get", "pods", "-o", "go-template-file=/etc/passwd"],
    ["set", "env", "deploy/web", "--local", "A=1"], ["get", "-f", "http://x/y.yaml"],
    ["get", "-k", "folder"], ["apply", "-f", "-"],
    ["apply", "-f", "https://example.com/x.yaml"], ["apply", "-f", "/etc/x.yaml"], ["create", "-f", "../x.yaml"],
    ["apply", "-f", "a/../../x.yaml"], ["apply", "-k", "../folder"],
    ["apply", "-k", "https://example.com/x"], ["apply", "-f", "x.yaml,/etc/passwd"],
    ["apply", "-f", "x.yaml", "--prune"], ["create", "token", "x"],
    ["create", "role", "x"], ["create", "secret", "generic", "s"],
    ["run", "x", "--image=y"], ["replace", "-f", "x.yaml"], ["delete", "-f", "-"], ["delete", "-f", "~/x.yaml"],
]  # fmt: skip


@pytest.mark.parametrize("words", [*ENDLESS, *FILES], ids=" ".join)
def test_lines_without_an_end_and_files_of_this_machine_are_refused(words: list[str]) -> None:
    with pytest.raises((Refused, Usage)):
        parse(words)


@pytest.mark.parametrize(
    "line",
    [
        "apply -R -f folder", "delete -f folder --recursive", "create -Rf folder", "create configmap x --append-hash",
        "apply -f x.yaml --server-side --force-conflicts",
    ],
)  # fmt: skip
def test_a_flag_that_would_mean_other_objects_is_refused_and_never_dropped(line: str) -> None:
    with pytest.raises(Refused):
        parse(line.split())


SECRETS = [
    ["get", "secret", "db", "-o", "yaml"],
    ["get", "secrets", "-ojson"],
    ["get", "SECRETS", "--output=jsonpath={.items[*].data}"],
    ["get", "secret/db", "-o", "yaml"],
    ["get", "pods,secrets", "-o", "json"],
    ["get", "secrets.v1.", "-o", "yaml"],
    ["get", "pod/a", "secret/db", "-o", "json"],
    ["get", "secrets", "-o", "custom-columns=A:.data"],
    ["get", "secrets", "--sort-by=.data.password"],
    ["get", "--raw", "/api/v1/namespaces/x/secrets"],
    ["get", "--raw", "/api/v1/namespaces/x/%73ecrets"],
    ["get", "--raw", "/api/v1/namespaces/x/services/web/proxy/secrets"],
    ["label", "secret", "db", "a=b"],
    ["patch", "secret", "db", "-p", "{}", "-o", "yaml"],
    ["set", "env", "deploy/web", "--from=secret/db"],
    ["set", "env", "deploy/web", "--from=Secrets/db"],
]


@pytest.mark.parametrize("words", SECRETS, ids=" ".join)
def test_what_secrets_hold_is_never_asked_for(words: list[str]) -> None:
    with pytest.raises(Refused):
        parse(words)


def test_names_of_secrets_may_be_listed() -> None:
    assert parse(["get", "secrets", "-n", "x"]).verb == "get"
    assert parse(["get", "secrets", "-o", "name"]).verb == "get"


LARGE = [
    ["delete", "pods", "--all"],
    ["delete", "pods", "-A", "-l", "a=b"],
    ["delete", "ns", "x"],
    ["delete", "node/n1"],
]


@pytest.mark.parametrize("words", LARGE, ids=" ".join)
def test_what_deletes_more_than_an_incident_needs_is_refused(words: list[str]) -> None:
    with pytest.raises(Refused):
        parse(words)


def test_a_substitution_stays_a_word_and_is_no_flag() -> None:
    with pytest.raises(Usage, match="unknown flag"):
        parse(["get", "pods", "--foo=$(reboot)"])
    assert parse(["get", "pods", "$(reboot)"]).arguments == ("pods", "$(reboot)")


def test_exactly_the_checked_words_are_kept() -> None:
    words = ["-n", "lab", "scale", "deploy/web", "--replicas=3"]
    command = parse(words)
    assert command.words == tuple(words)
    assert (command.verb, command.namespace, command.flag("replicas"), command.changes) == ("scale", "lab", 3, True)


@pytest.mark.parametrize(
    "words", [["get", "pods"], ["label", "pod", "x", "--list"], ["set", "env", "deploy/x", "--list"]]
)
def test_reading_lines_change_nothing(words: list[str]) -> None:
    assert not parse(words).changes


def test_a_dry_run_changes_nothing_and_a_misspelt_one_is_no_change_either() -> None:
    assert not parse(["scale", "deploy/web", "--replicas=1", "--dry-run=server"]).changes
    assert not parse(["scale", "deploy/web", "--replicas=1", "--dry-run"]).changes
    with pytest.raises(Usage, match="Invalid dry-run value"):
        parse(["scale", "deploy/web", "--replicas=1", "--dry-run=sever"])


def test_exec_runs_programs_and_keeps_the_program_apart() -> None:
    command = parse(["exec", "web", "-c", "app", "--", "curl", "--token", "x"])
    assert command.runs_programs
    assert command.changes
    assert command.program == ("curl", "--token", "x")


def test_a_program_of_a_new_job_has_flags_of_its_own() -> None:
    command = parse(["create", "job", "x", "--image=y", "--", "curl", "-s", "--token=x", "--server", "z"])
    assert command.program == ("curl", "-s", "--token=x", "--server", "z")
    with pytest.raises(Refused, match="--token"):
        parse(["create", "job", "x", "--image=y", "--token=x", "--", "curl"])


@pytest.mark.parametrize(
    "asked", ["log?follow", "log?tailLines=5&FOLLOW&x", "log?%66ollow=1", "log?watch=1", "log?a&w%61tch"]
)
def test_a_plain_path_is_read_once_however_it_asks_for_more(asked: str) -> None:
    with pytest.raises(Refused, match="reads plain paths once"):
        parse(["get", "--raw", f"/api/v1/namespaces/x/pods/web/{asked}"])
    assert parse(["get", "--raw", "/api/v1/pods?labelSelector=app%3Dfollow&limit=5"]).verb == "get"


@pytest.mark.parametrize("written", ["-since=5m", "-sort-by=.a", "-selector=a=b"])
def test_one_dash_too_few_is_no_other_server_and_told(written: str) -> None:
    verb = "logs" if written.startswith("-since") else "get"
    with pytest.raises(Refused) as told:
        parse([verb, "web", written])
    assert "one dash" in told.value.reason
    assert told.value.instead == f"Write `-{written}`."


def test_a_kubelets_numbers_may_be_read_and_nothing_else_behind_it() -> None:
    for path in ("stats/summary", "metrics", "metrics/cadvisor", "healthz"):
        assert parse(["get", "--raw", f"/api/v1/nodes/n1/proxy/{path}"]).verb == "get"
    for path in ("", "run/x/y/z", "logs/", "metrics/../exec", "pods", "metrics?x=y", "configz"):
        with pytest.raises(Refused, match="--raw"):
            parse(["get", "--raw", f"/api/v1/nodes/n1/proxy/{path}"])


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        ("diff -f x.yaml", "kubectl apply -f"), ("kustomize .", "kubectl apply -k"),
        ("replace -f x.yaml", "kubectl patch"),
        ("certificate approve x", "kubectl get csr"), ("config current-context", "kubectl cluster-info"),
        ("cp a:/x .", "kubectl exec"), ("proxy", "kubectl get --raw"), ("debug x", "kubectl exec"),
        ("delete pods --field-selector=status.phase=Failed -A", "`-n`"), ("delete pods --all", "`-l`"),
        ("create cronjob x --image=y --schedule=x -- z", "kubectl create -f FILE"),
        ("create secret generic x --from-literal=a=b -- z", "made here"),
        ("scale -f x.yaml --replicas=1", "deployment/web"),
        ("set image deploy/web web=a:2 --record", "change-cause"),
        ("apply -f x.yaml --prune -l a=b", "Leave it out"), ("run x --image=y -- sh", "http step"),
    ],
)  # fmt: skip
def test_what_is_refused_names_the_nearest_thing_that_works(line: str, nearest: str) -> None:
    with pytest.raises(Refused) as told:
        parse(line.split())
    assert nearest in f"{told.value.reason} {told.value.instead}"


def test_a_drain_never_goes_past_disruption_budgets() -> None:
    with pytest.raises(Refused, match="disruption budgets"):
        parse(["drain", "n1", "--disable-eviction"])


def test_a_verb_that_is_not_run_says_so_and_an_unknown_one_is_kubectls_error() -> None:
    with pytest.raises(Refused, match="not run here"):
        parse(["set", "subject", "clusterrolebinding", "web"])
    with pytest.raises(Usage, match="unknown command"):
        parse(["frobnicate"])


def test_following_a_log_is_read_as_the_log_up_to_now() -> None:
    assert parse(["logs", "-f", "web"]).flag("follow") is True


@pytest.mark.parametrize(
    ("text", "seconds"), [("1h30m", 5400.0), ("10s", 10.0), ("1.5m", 90.0), ("0", 0.0), ("500ms", 0.5)]
)
def test_durations_are_gos(text: str, seconds: float) -> None:
    assert duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "exec"])
def test_every_verb_is_explained(verb: str) -> None:
    told = explain(Command(verb, tuple(verb.split())))
    assert len(told) > 3
    assert told[-1].startswith("this ")


WORD = st.one_of(
    st.sampled_from([*" ".join(VERBS).split(), "-n", "-o", "--", "-", "-A", "--tail", "=", "-l", "pods", "deploy/web"]),
    st.text(max_size=12),
    st.text("-=ansotk_\"' ", max_size=8),
)


@settings(max_examples=400)
@given(st.lists(WORD, max_size=8))
def test_any_words_are_a_command_or_are_refused(words: list[str]) -> None:
    with suppress(Refused, Usage):
        command = parse(words)
        assert command.words == tuple(words)
        assert command.verb in VERBS
        assert not set(command.flags) & set(IDENTITY)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("rollout satus deploy/web -n x", 'error: unknown command "satus deploy/web"'),
        ("-A get pods", "Error: flags cannot be placed before plugin name: -A"),
        ("top pdos --containers", "error: unknown flag: --containers"),
        ("set imge deploy/web a=b", 'error: unknown command "imge deploy/web a=b"'),
    ],
)
def test_a_misplaced_word_is_told_as_kubectl_tells_it(line: str, problem: str) -> None:
    with pytest.raises(Usage) as told:
        parse(line.split())
    assert told.value.stderr.startswith(f"{problem}\n")


@pytest.mark.parametrize(
    ("line", "output"), [("get pods -o JSON", "json"), ("get pods -oYaml", "yaml"), ("api-resources -o NAME", "NAME")]
)
def test_capitals_in_a_format_matter_only_where_they_do_to_kubectl(line: str, output: str) -> None:
    assert parse(line.split()).flag("output") == output
