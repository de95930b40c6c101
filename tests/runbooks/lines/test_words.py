"""A line is read as a shell would read it, and nothing else a shell does is done."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooks.lines.refusal import LineRefused
from runbooks.lines.words import pipeline


def refused(line: str) -> LineRefused:
    with pytest.raises(LineRefused) as caught:
        pipeline(line)
    return caught.value


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("kubectl get pods", ["kubectl", "get", "pods"]),
        ("  kubectl\tget   pods  ", ["kubectl", "get", "pods"]),
        ("kubectl get 'a b'", ["kubectl", "get", "a b"]),
        ('kubectl get "a b"', ["kubectl", "get", "a b"]),
        (r"kubectl get a\ b", ["kubectl", "get", "a b"]),
        ("echo 'a'\"b\"c", ["echo", "abc"]),
        ("echo ''", ["echo", ""]),
        (r'echo "a\"b\\c\$d\e"', ["echo", 'a"b\\c$d\\e']),
        (r"echo 'a\b$(c)`d`;|&<>'", ["echo", r"a\b$(c)`d`;|&<>"]),
        ('echo "a;b|c&d<e>f(g)*"', ["echo", "a;b|c&d<e>f(g)*"]),
        ("kubectl get pods \\\n  -n inferadb", ["kubectl", "get", "pods", "-n", "inferadb"]),
        ("kubectl get pods # the pods", ["kubectl", "get", "pods"]),
        ("# the pods\nkubectl get pods\n# done", ["kubectl", "get", "pods"]),
        ("kubectl get pod#1", ["kubectl", "get", "pod#1"]),
        ("echo --field-selector=a!=b", ["echo", "--field-selector=a!=b"]),
        ("echo -o jsonpath={.items[*].a}", ["echo", "-o", "jsonpath={.items[*].a}"]),
        ("kubectl set env deployment/a B=c", ["kubectl", "set", "env", "deployment/a", "B=c"]),
        ("kubectl scale --replicas={replicas}", ["kubectl", "scale", "--replicas={replicas}"]),
        ("kubectl get pods;", ["kubectl", "get", "pods"]),
        (r"grep $'a\tb\x41\u00e9\'\\'", ["grep", "a\tbAé'\\"]),
        ("kubectl get -o jsonpath={..name}", ["kubectl", "get", "-o", "jsonpath={..name}"]),
        ("curl http://a/b?c=d", ["curl", "http://a/b?c=d"]),
        ("jq -r .items[].spec.containers[0].name", ["jq", "-r", ".items[].spec.containers[0].name"]),
        ('echo "a$" b$ $', ["echo", "a$", "b$", "$"]),
    ],
)  # fmt: skip
def test_words_are_those_of_a_shell(line: str, words: list[str]) -> None:
    assert pipeline(line) == (tuple(words),)


def test_a_pipe_separates_commands_and_a_quoted_one_does_not() -> None:
    assert pipeline("a 'x|y' |b|  c") == (("a", "x|y"), ("b",), ("c",))


def test_a_pipe_at_the_end_of_a_line_goes_on_in_the_next() -> None:
    assert pipeline("a |\n b") == (("a",), ("b",))


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1), min_size=1, max_size=6)
)
def test_what_is_quoted_comes_back_as_it_was(words: list[str]) -> None:
    assert pipeline(f"kubectl {shlex.join(words)}") == (("kubectl", *words),)


@pytest.mark.parametrize(
    ("line", "said", "instead"),
    [
        ("", "nothing to run", "kubectl get pods"),
        ("kubectl get pods; rm -rf /", "`;`", "Run `kubectl get pods`."),
        ("kubectl get pods && ls", "`&&`", "Run `kubectl get pods`."),
        ("kubectl get pods &", "`&`", "Run `kubectl get pods`."),
        ("kubectl get pods || rm x", "`||`", "Run `kubectl get pods`."),
        ("kubectl logs $(kubectl get pods -o name)", "`$(`", "foreach"),
        ('kubectl logs "$(id)"', "`$(`", "foreach"),
        ("kubectl logs `id`", "backtick", "foreach"),
        ('kubectl logs "`id`"', "backtick", "foreach"),
        ("kubectl get pods -n $NS", "variable", "its value"),
        ("kubectl get pods -n ${NS}", "variable", "its value"),
        ("kubectl get pods | grep -q a; echo $?", "how the line before it ended", "exit code is told"),
        ("kubectl apply -f - <<EOF\na: b\nEOF", "the text below it", "manifest beside the runbook"),
        ("kubectl delete pod <pod-name> -n a", "`<pod-name>` is a gap", "real name"),
        ("aws rds restore --restore-time [last-known-good-time]", "is a gap", "real value"),
        ("(kubectl get pods)", "subshell", "quotes"),
        ("kubectl get pods web-*", "pattern for file names", "'web-*'"),
        ("kubectl get pods {a,b}", "braces", "'{a,b}'"),
        ("kubectl get pods ~/x", "home", "quotes"),
        ("kubectl get 'pods", "never closed", "Close it"),
        ('kubectl get "pods', "never closed", "Close it"),
        ("kubectl get pods \\", "backslash", "Run `kubectl get pods`."),
        ("kubectl get pods |", "after the last `|`", "Run `kubectl get pods`."),
        ("| grep x", "before a `|`", ""),
        ("a | | b", "before a `|`", ""),
        ("kubectl get pods\nkubectl get nodes", "several lines", "Run `kubectl get pods`."),
        ("for p in a b; do echo $p; done", "`for` needs a shell", "foreach"),
        ("sudo kubectl get pods", "`sudo`", "Run `kubectl get pods`."),
        ("watch kubectl get pods", "`watch`", "Run `kubectl get pods`."),
        ("sudo -u root kubectl get pods", "another person", "Run `kubectl get pods`."),
        ("psql <<EOF\nSELECT 1;\nEOF", "the text below it", "psql -c"),
        ("watch -n 2 kubectl get pods", "for ever", "Run `kubectl get pods`."),
        ("time kubectl get pods", "how long", "Run `kubectl get pods`."),
        ("timeout 10s kubectl get pods", "timeout:", "Run `kubectl get pods`."),
        ("watch -n 5 'kubectl get pods -n a'", "for ever", "Run `kubectl get pods -n a`."),
        ("sudo timeout 5 watch -n 2 kubectl get pods", "another person", "Run `kubectl get pods`."),
        ("$ kubectl get pods", "prompt", "Run `kubectl get pods`."),
        ("root@host:~# kubectl get pods", "prompt", "Run `kubectl get pods`."),
        ("kubectl get pods –n a", "printer's dash", "Write `-n`."),
        ("kubectl get pods -n {a,b}", "braces", "a line for each"),
        ("kubectl get pod [POD_NAME]", "is a gap", "real value"),
        ("kubectl logs a --since-time=$(date -d '1 hour ago' +%FT%TZ)", "`$(`", "--since=1h"),
        ("a | while read x; do echo $x; done", "`while read`", "Run `a`."),
        ("a | while read -r x y; do kubectl logs $x; done", "`while read`", "foreach"),
        ("a | b | while read p; do kubectl logs $p; done", "`while read`",
         "Write `for p in $(a | b); do kubectl logs $p; done`."),
        ("nohup kubectl get pods", "running", "Run `kubectl get pods`."),
        ("bash -c 'kubectl get pods'", "shell", "Run `kubectl get pods`."),
        ("sh -lc \"kubectl get pods\"", "shell", "Run `kubectl get pods`."),
        ("/bin/sh -c 'kubectl get pods'", "shell", "Run `kubectl get pods`."),
        ("eval kubectl get pods", "shell", "Run `kubectl get pods`."),
        ("ssh node-1 uptime", "another machine", "manual:"),
        ("env A=b kubectl get pods", "variables", "Leave it out"),
        ("xargs kubectl get", "each line", "foreach"),
        (". ./env.sh", "file of lines", "steps"),
        ("source env.sh", "file of lines", "steps"),
        ("cd /tmp", "directory", "muster.yaml"),
        ("cd tests && npx playwright test", "`&&`", "Run `npx playwright test`."),
        ("export A=b", "set a variable", "declares"),
        ("if kubectl get pods; then echo x; fi", "needs a shell", "two steps"),
        ("while true; do kubectl get pods; done", "needs a shell", "foreach"),
        ("[ -f x ] && kubectl get pods", "needs a shell", "answer"),
        ("! kubectl get pods", "needs a shell", "echo"),
        ("{ kubectl get pods; }", "needs a shell", "one line"),
        ("kubectl get pods $[1+2]", "variable", "its value"),
        ("kubectl get pods ${A:-b}", "variable", "its value"),
        ("kubectl get pods $1", "variable", "its value"),
        ("kubectl get pods <(kubectl get nodes)", "another line", "that one first"),
        ("kubectl get pods < x", "read a file", "quotes"),
        ("kubectl get pods <<< x", "from a text", "into the line"),
        ("kubectl exec a -- rm -rf /tmp/*", "no shell is there", "find /tmp"),
        ("kubectl exec a -- rm --dir=/tmp/*", "no shell is there", "find /tmp"),
        ("kubectl get pods {1..3}", "braces", "'{1..3}'"),
        ("kubectl get pods {a,{b}}", "braces", "'{a,{b}}'"),
        ("kubectl set env deploy/a P=~/x", "home", "quotes"),
        ("kubectl get pods\u00a0-A", "U+00A0", "Type it anew"),
        ("kubectl get pods \ud800", "U+D800", "Type it anew"),
        ("KUBECONFIG=x kubectl get pods", "set a variable", "Run `kubectl get pods`."),
        ("kubectl get\u200b pods", "U+200B", "Type it anew"),
        ("kubectl get\x00 pods", "U+0000", "Type it anew"),
        ("kubectl get \u202epods", "U+202E", "Type it anew"),
        ("x" * 5000, "5,000 characters", "4,000"),
    ],
)  # fmt: skip
def test_what_only_a_shell_can_do_is_refused_with_what_works(line: str, said: str, instead: str) -> None:
    error = refused(line)
    assert said in error.reason
    assert instead in error.instead


def test_a_flag_hidden_in_quotes_is_the_same_word_as_without() -> None:
    assert pipeline('kubectl "--kubeconfig=x" get pods')[0][1] == "--kubeconfig=x"


def test_a_refusal_never_advises_to_leave_out_a_name_that_was_meant() -> None:
    assert "Run" not in refused("kubectl delete pod <name>").instead
