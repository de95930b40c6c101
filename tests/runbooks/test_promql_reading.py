"""A query is read before it is asked."""

import pytest

from runbooks.lines.refusal import LineRefused
from runbooks.promql_reading import check, warnings

SEEDS = [
    'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
    "histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket[5m])) by (le))",
    'container_memory_usage_bytes{namespace="optimal-build"} / container_spec_memory_limit_bytes',
]


@pytest.mark.parametrize(
    "query",
    [
        *SEEDS,
        "up",
        "1 + 1",
        "time()",
        "x <y and y> 3",
        '"text"',
        "x offset 5m",
        "max_over_time(x[1h:5m])",
        "a_function_of_2030(x)",
    ],
)
def test_a_query_that_makes_sense_is_taken(query: str) -> None:
    check(query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("x{", "Count its brackets"),
        ("sum(x) by (le", "Count its brackets"),
        ("rate(x)", "wants a time"),
        ("up | head -3", "has no pipes"),
        ("rate(x[$__rate_interval])", "variable of Grafana"),
        ('up{namespace="$namespace"}', "a real name"),
        ('up{pod=~"${pod:regex}"}', "variable of Grafana"),
        ("x x", "Try it in Prometheus"),
        ('{a=""}', "at least one non-empty matcher"),
        ('x{pod="<pod-name>"}', "is a gap"),
        ("(" * 1000 + "1" + ")" * 1000, "too long or too deeply nested"),
        ("-" * 3000 + "1", "too long or too deeply nested"),
        ("+".join(["x"] * 1000), "too long or too deeply nested"),
        ("x" * 5000, "too long or too deeply nested"),
        ('\\"' * 100_000, "too long or too deeply nested"),
    ],
)
def test_a_query_that_makes_none_is_refused_with_the_mend(query: str, said: str) -> None:
    with pytest.raises(LineRefused, match=said):
        check(query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('{__name__=~".+"}', ["every metric"]),
        ('sum({job=~".*", __name__=~".+"})', ["every metric"]),
        ("container_memory_usage_bytes", ["every series"]),
        ("rate(http_requests_total[5m]) * 100", ["every series"]),
        ("x{", []),
        ("up == 0", []),
        ('up{job="a"}', []),
        ("1 + time()", []),
        ("topk(5, container_memory_usage_bytes)", []),
        *((seed, list[str]()) for seed in SEEDS),
    ],
)
def test_a_query_without_bounds_is_warned_of(query: str, said: list[str]) -> None:
    found = list(warnings(query))
    assert len(found) == len(said)
    assert all(one in text for one, text in zip(said, found, strict=True))
