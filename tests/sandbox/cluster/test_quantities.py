"""Amounts of CPU and memory, in every form that a real server takes."""

import pytest

from sandbox.cluster.quantities import amount


@pytest.mark.parametrize(
    ("text", "value"),
    [("500m", 0.5), ("2", 2), (0.5, 0.5), ("512Mi", 2**29), ("1G", 10**9), ("1e3", 1000), ("1Ei", 2**60)],
)
def test_a_quantity_is_read(text: str | float, value: float) -> None:
    assert amount(text) == value


@pytest.mark.parametrize("text", ["", "x", "Mi", "nan", "1.2.3"])
def test_what_is_no_quantity_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        amount(text)
