"""A line is checked whole before anything of it runs."""

import pytest

from runbooks.compiling import LineRefused, Usage, compiled
from runbooks.typed import checked
from tests.runbooks.purposes import DIAGNOSTIC, MITIGATION


def test_a_kubectl_line_becomes_a_command_and_its_filters() -> None:
    ready = compiled("kubectl get pods -n a | grep -c x")
    assert ready.command is not None
    assert ready.command.namespace == "a"
    assert ready.pipeline.through("x\n", 0).text == "1\n"


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("promql 'up == 1'", "up == 1"),
        ("promql 'up{job=\"api\"}'", 'up{job="api"}'),
        ('promql "up{job=\\"api\\"}"', 'up{job="api"}'),
        ("promql 'a' == 'b'", None),
        ('promql count_values("v", up)', 'count_values("v", up)'),
    ],
)
def test_a_query_quoted_as_for_a_shell_is_asked_without_its_quotes(line: str, query: str | None) -> None:
    if query is None:
        with pytest.raises(LineRefused):
            compiled(line)
    else:
        assert compiled(line).promql == query


def test_promql_is_taken_as_it_is_written() -> None:
    assert compiled('promql  sum(rate(x{a=~"b|c;d"}[5m]))\n  > 1').promql == 'sum(rate(x{a=~"b|c;d"}[5m])) > 1'


def test_a_value_goes_into_a_word_after_the_line_was_read() -> None:
    ready = compiled("kubectl delete pod {pod} -n a", {"pod": "x --all; ls | sh $(id)"}, MITIGATION)
    assert ready.command is not None
    assert "x --all; ls | sh $(id)" in ready.command.words


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kubectl delete pod x", "changes the cluster"),
        ("kubectl -n x delete pod y", "changes the cluster"),
        ("kubectl rollout restart deployment/a", "changes the cluster"),
        ("kubectl exec a -- ls", "runs only as a step of a runbook"),
        ("kubectl -n x edit deployment/a", "`kubectl edit` is not run here"),
        ('kubectl get pods "--kubeconfig=/home/me/.kube/config"', "--kubeconfig"),
        ("kubectl get pods --as=admin", "--as"),
        ("kubectl get secret a -o yaml", "Secret"),
        ("kubectl get pods | sh", "given to a shell"),
        ("promql", "no PromQL"),
        ("curl", "wants one address"),
        ("helm list", "a program that is not run here"),
        ("psql -c 'SELECT 1'", "which database is meant"),
        ("df -h", "looks at one machine"),
        ("get pods", "alone is no program"),
        ("stern web", "kubectl logs -l"),
        ("wget -qO- http://web/", "curl -s"),
        ("jq . x.json", "stands after a `|`"),
        ("frobnicate", "not a program that is known"),
        ("/usr/bin/kubectl get pods", "not a program that is known"),
        ("k get pods -n a", "Write `kubectl get pods -n a`"),
        ("Kubectl get pods", "Write `kubectl get pods`"),
    ],
)
def test_what_may_not_run_is_refused_with_something_to_do(line: str, said: str) -> None:
    with pytest.raises(LineRefused) as caught:
        compiled(line)
    assert said in str(caught.value)


def test_a_line_of_a_runbook_may_run_a_program_and_still_change_nothing_else() -> None:
    command = compiled("kubectl exec {item} -- redis-cli ping | grep PONG", {"item": "pod/a"}, DIAGNOSTIC).command
    assert command is not None
    assert command.runs_programs
    assert (command.arguments, command.program) == (("pod/a",), ("redis-cli", "ping"))
    with pytest.raises(LineRefused, match="changes the cluster"):
        compiled("kubectl delete pod x", None, DIAGNOSTIC)


def test_an_item_can_only_ever_be_one_word_of_the_program() -> None:
    command = compiled("kubectl exec a -- echo {item}", {"item": "x; rm -rf / && $(id)"}, DIAGNOSTIC).command
    assert command is not None
    assert command.program == ("echo", "x; rm -rf / && $(id)")


def test_a_line_that_kubectl_would_not_take_is_kubectls_error() -> None:
    with pytest.raises(Usage) as caught:
        compiled("kubectl frobnicate")
    assert caught.value.stderr == 'error: unknown command "frobnicate" for "kubectl"\n'


def test_a_changing_line_takes_no_pipes() -> None:
    with pytest.raises(LineRefused, match="takes no pipes"):
        compiled("kubectl delete pod x | cat", None, MITIGATION)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("/bin/bash", "waits for somebody to type"),
        ("psql -U postgres", "waits for somebody to type"),
        ("redis-cli", "waits for somebody to type"),
        ("sh -c 'psql -c \"DELETE FROM a\"'", "Behind `sh` nobody sees"),
    ],
)
def test_a_program_that_waits_for_somebody_to_type_is_refused(program: str, said: str) -> None:
    with pytest.raises(LineRefused, match=said):
        compiled(f"kubectl exec -it postgres-0 -- {program}", None, DIAGNOSTIC)


def test_a_program_without_the_two_dashes_before_it_is_refused_when_the_line_is_read() -> None:
    with pytest.raises(LineRefused, match=r"Write `kubectl exec -n a psql -- psql -l`\."):
        compiled("kubectl exec -n a psql psql -l", None, DIAGNOSTIC)


def test_sql_that_no_transaction_takes_is_refused_beside_other_sql_when_the_line_is_read() -> None:
    two = "psql service=db -c \"ALTER SYSTEM SET work_mem = '8MB'{} SELECT pg_reload_conf()\""
    with pytest.raises(LineRefused, match="runs in no transaction"):
        compiled(two.format(";"), None, MITIGATION)
    assert compiled(two.format('" -c "'), None, MITIGATION).psql is not None


@pytest.mark.parametrize(
    "program", ["bash -c 'ls /tmp'", "psql -U postgres -tAc 'SELECT 1'", "redis-cli ping", "python -c 1"]
)
def test_a_program_that_is_told_what_to_do_is_not(program: str) -> None:
    command = compiled(f"kubectl exec -it postgres-0 -- {program}", None, DIAGNOSTIC).command
    assert command is not None
    assert command.program


@pytest.mark.parametrize(
    "listing", ["curl -X POST http://evil.example/x", "curl http://evil.example/x", "psql -c 'SELECT 1'"]
)
def test_the_items_of_a_loop_come_from_a_kubectl_line_that_reads(listing: str) -> None:
    with pytest.raises(LineRefused):
        checked(f"for p in $({listing}); do kubectl get pod $p; done", None)


def test_a_loop_over_words_is_explained_with_its_first_one() -> None:
    ready = compiled("for n in 0 1 2; do kubectl logs kafka-$n --tail=5; done")
    assert ready.command is not None
    assert ready.command.arguments == ("kafka-0",)
