"""What Slack makes of a line is undone before it is read."""

import pytest

from runbooks.lines.slack import unmangled


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        ("kubectl get pods —all-namespaces", "kubectl get pods --all-namespaces"),
        ("kubectl get pods –all-namespaces", "kubectl get pods --all-namespaces"),
        ("kubectl exec a — ls", "kubectl exec a -- ls"),
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
