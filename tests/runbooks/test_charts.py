"""A chart is a picture, whatever was measured."""

import math
import struct
import sys
from datetime import UTC, datetime, timedelta

import pytest

from runbooks.charts import chart, names, tick
from runbooks.promql import Series

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def series(*values: float, **labels: str) -> Series:
    return Series(labels, [(START + timedelta(minutes=at), value) for at, value in enumerate(values)])


def size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize(
    "measured",
    [
        [series(0.1, 0.2, 0.3)],
        [series(0.1)],
        [series(math.nan, math.inf, 1.0)],
        [series(math.nan)],
        [series()],
        [],
        [series(0, 0, 0)],
        [series(n, n, pod=f"pod-{n}") for n in range(12)],
        [series(1, 2, pod="$x_{y}$")],
    ],
)
def test_anything_measured_becomes_a_picture(measured: list[Series]) -> None:
    picture = chart(measured, title="Error $ratio", unit="ratio", start=START, threshold=0.01)
    assert size(picture) == (990, 462)


def test_start_and_threshold_are_drawn() -> None:
    plain = chart([series(1, 2, 3)], title="x", unit="", start=None, threshold=None)
    marked = chart([series(1, 2, 3)], title="x", unit="", start=START + timedelta(minutes=1), threshold=2.0)
    assert plain != marked


@pytest.mark.parametrize("unit", ["ratio", "seconds", "bytes", "requests/s", ""])
def test_every_unit_can_be_written(unit: str) -> None:
    assert size(chart([series(0.001, 20_000)], title="x", unit=unit, start=None, threshold=None))


def test_the_same_measurement_gives_the_same_picture() -> None:
    pictures = {chart([series(1, 2)], title="x", unit="", start=START, threshold=1.0) for _ in range(2)}
    assert len(pictures) == 1


def test_no_window_system_and_no_global_state_is_used() -> None:
    chart([series(1)], title="x", unit="", start=None, threshold=None)
    assert "matplotlib.pyplot" not in sys.modules


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ([series(1, state="ready", job="a"), series(1, state="desired", job="a")], ["ready", "desired"]),
        ([series(1, pod="a", node="n", container="x"), series(1, pod="a", node="n", container="y"),
          series(1, pod="b", node="m", container="x")], ["a, x", "a, y", "b, x"]),
        ([series(1, pod="a", instance="1"), series(1, pod="b", instance="2")], ["a", "b"]),
        ([series(1, code="500"), series(1)], ["500", "-"]),
        ([series(1, __name__="up"), series(1, __name__="down")], ["up", "down"]),
        ([series(1, job="a", pod="b")], ["job=a, pod=b"]),
        ([series(1)], [""]),
    ],
)  # fmt: skip
def test_a_series_is_named_by_as_few_labels_as_set_it_apart(measured: list[Series], said: list[str]) -> None:
    name = names(measured)
    assert [name(one) for one in measured] == said


@pytest.mark.parametrize(
    ("ticks", "word", "said"),
    [
        ([99.91, 99.92, 99.93], "%", ["99.91 %", "99.92 %", "99.93 %"]),
        ([0.0, 0.25, 0.5], "GiB", ["0.00 GiB", "0.25 GiB", "0.50 GiB"]),
        ([0.0, 10_000.0, 20_000.0], "", ["0", "10,000", "20,000"]),
        ([5.0], "s", ["5 s"]),
    ],
)
def test_each_tick_says_something_else(ticks: list[float], word: str, said: list[str]) -> None:
    assert [tick(one, ticks, word) for one in ticks] == said
