"""Metrics as Prometheus reads them."""

import math

from hypothesis import given
from hypothesis import strategies as st

from sandbox.metrics import BUCKETS, Family, Histogram, Past, exposition


def test_the_exposition_has_help_type_and_samples() -> None:
    requests = Family("requests_total", "counter", "Requests.")
    requests.add(1.9, method="check", path='a"b\\c\n')
    ratio = Family("ratio", "gauge", "A ratio.")
    ratio.put(0.25)
    assert exposition([requests, ratio]).splitlines() == [
        "# HELP requests_total Requests.", "# TYPE requests_total counter",
        'requests_total{method="check",path="a\\"b\\\\c\\n"} 1',
        "# HELP ratio A ratio.", "# TYPE ratio gauge", "ratio 0.25",
    ]  # fmt: skip


@given(st.floats(1, 1e6), st.floats(0.001, 2), st.floats(1.1, 100))
def test_a_histogram_only_grows_from_bucket_to_bucket(count: float, median: float, times: float) -> None:
    histogram = Histogram("seconds", "Time.")
    histogram.add(count, median, median * times)
    assert histogram.buckets == sorted(histogram.buckets)
    assert math.isclose(histogram.buckets[-1], count)
    assert histogram.total > 0


def test_a_histogram_has_its_quantiles_where_it_was_told() -> None:
    histogram = Histogram("seconds", "Time.")
    histogram.add(1000, 0.01, 0.05)
    shares = dict(zip(BUCKETS, histogram.buckets, strict=True))
    assert math.isclose(shares[0.01], 500, rel_tol=0.01)
    assert math.isclose(shares[0.05], 990, rel_tol=0.001)


def test_a_past_is_grouped_by_metric_and_ended() -> None:
    requests, ratio = Family("requests_total", "counter", ""), Family("ratio", "gauge", "")
    past = Past()
    for moment in (1.0, 2.0):
        requests.add(1)
        ratio.put(moment)
        past.note(moment, [requests, ratio], {"job": "x"})
    assert past.text().splitlines() == [
        "# TYPE requests counter", 'requests_total{job="x"} 1 1.000', 'requests_total{job="x"} 2 2.000',
        "# TYPE ratio gauge", 'ratio{job="x"} 1 1.000', 'ratio{job="x"} 2 2.000', "# EOF",
    ]  # fmt: skip
