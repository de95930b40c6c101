"""What Slack makes of a line is undone before it is read."""
# ruff: noqa: E501  # one row of a table is one line

import pytest

from runbooks.lines.pipes import read
from runbooks.lines.refusal import LineRefused
from runbooks.lines.slack import unmangled


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ("kubectl get pods —all-namespaces", "kubectl get pods --all-namespaces"),
        ("kubectl get pods –all-namespaces", "kubectl get pods --all-namespaces"),
        ("kubectl exec a — ls", "kubectl exec a -- ls"),
        ("kubectl exec a – ls", "kubectl exec a -- ls"),
        ("kubectl get pods –n inferadb", "kubectl get pods -n inferadb"),
        ("kubectl get pods —A", "kubectl get pods -A"),
        ("kubectl get pods | head –20", "kubectl get pods | head -20"),
        ("kubectl logs a ––tail=5", "kubectl logs a --tail=5"),
        ("kubectl logs a | grep “a — b”", 'kubectl logs a | grep "a — b"'),
        ("kubectl logs a | grep ’it—is’", "kubectl logs a | grep 'it—is'"),
        ("kubectl logs a −−previous", "kubectl logs a --previous"),
        ("kubectl get pods -l <http://app.kubernetes.io/name|app.kubernetes.io/name>=web", "kubectl get pods -l app.kubernetes.io/name=web"),
        ("curl <http://evil.example/x.com|x.com>", "curl http://evil.example/x.com"),
        ("echo <@U012AB3CD|sam> <@U012AB3CD> <!subteam^S012|@oncall> <!here> <#C1>", "echo @sam @U012AB3CD @oncall @here #C1"),
        ("kubectl get\u200b pods", "kubectl get pods"),
        ("kubectl get «pods»", 'kubectl get "pods"'),
        ("kubectl get pods | grep “a b”", 'kubectl get pods | grep "a b"'),
        ("kubectl get pods | grep ‘a b’", "kubectl get pods | grep 'a b'"),
        ("a &amp;&amp; b &lt;c&gt;", "a && b <c>"),
        ("a &amp;lt; b", "a &lt; b"),
        ("curl <http://inferadb:8080/metrics>", "curl http://inferadb:8080/metrics"),
        ("curl <http://example.com|example.com>", "curl example.com"),
        ("curl <http://example.com/a|http://example.com/a>", "curl http://example.com/a"),
        ("curl <http://evil.example|http://good.example>", "curl http://evil.example"),
        ("ping <mailto:a@b.c|a@b.c>", "ping a@b.c"),
        ("echo <#C1|general>", "echo #general"),
        ("`kubectl get pods`", "kubectl get pods"),
        ("```kubectl get pods```", "kubectl get pods"),
        ("```\nkubectl get pods\n```", "kubectl get pods"),
        ("$ kubectl get pods", "kubectl get pods"),
        ("kubectl\u00a0get pods", "kubectl get pods"),
        ("echo --field-selector=a!=b", "echo --field-selector=a!=b"),
        ("kubectl logs a—b", "kubectl logs a—b"),
    ],
)  # fmt: skip
def test_a_line_comes_back_as_it_was_typed(given: str, typed: str) -> None:
    assert unmangled(given) == typed


def test_a_line_of_a_runbook_is_taken_as_it_stands() -> None:
    with pytest.raises(LineRefused, match="quotation mark"):
        read("kubectl get pods | grep “a”")
    with pytest.raises(LineRefused, match="printer's dash"):
        read("kubectl get pods —all-namespaces")


@pytest.mark.parametrize("piece", ['\\"', "<!here|", "<@A|", "<#A|", "<http://a|", "' \"", " —", "&lt;", "`"])
def test_a_long_text_is_read_in_one_pass(piece: str) -> None:
    for end in ("", "\\", "\\\n"):
        assert unmangled('"' + piece * 100_000 + end)
