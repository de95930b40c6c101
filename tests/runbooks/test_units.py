"""A number is written with its unit, as people read it."""

import pytest

from runbooks.units import measured


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0625, "ratio", "6.25 %"),
        (0.013689, "ratio", "1.37 %"),
        (0.15793, "seconds", "158 ms"),
        (1.2345, "seconds", "1.23 s"),
        (0, "seconds", "0 s"),
        (1234.5, "requests/s", "1234 requests/s"),
        (4_048_953_000.5, "bytes", "3.77 GiB"),
        (512, "bytes", "512 B"),
        (-1536, "bytes", "-1.5 KiB"),
        (2.0**70, "bytes", "1048576 PiB"),
        (12, "lines", "12 lines"),
        (1, "lines", "1 line"),
        (3, "", "3"),
    ],
)
def test_a_value_is_written_with_its_unit(value: float, unit: str, text: str) -> None:
    assert measured(value, unit).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("limit", "unit", "text"), [(0.9995, "ratio", "99.95 %"), (0.07, "ratio", "7 %"), (0.5, "seconds", "500 ms")]
)
def test_a_limit_is_not_rounded(limit: float, unit: str, text: str) -> None:
    assert measured(limit, unit, exactly=True).replace("\N{NO-BREAK SPACE}", " ") == text
