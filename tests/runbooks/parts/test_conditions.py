"""Conditions compare a diagnostic's value with a limit."""

import math

import pytest

from runbooks.parts.conditions import Condition


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("error_ratio > 0.05", 0.06, True),
        ("error_ratio > 0.05", 0.05, False),
        ("error_ratio >= 5%", 0.05, True),
        ("pods<3", 2, True),
        ("> 1e-3", 0.002, True),
        ("x == 0", 0, True),
        ("x != 0", 0, False),
        ("x <= -1.5", -2, True),
        ("> 0", math.nan, False),
        ("< 0", math.nan, False),
        ("!= 0", math.nan, False),
        ("> 0", math.inf, True),
    ],
)
def test_a_condition_holds_past_its_limit(text: str, value: float, holds: bool) -> None:
    assert Condition.read(text).holds(value) is holds


@pytest.mark.parametrize(
    "text", ["", "error_ratio", "error_ratio > x", "> ", "a b > 1", "error_ratio => 1", "1 > 2 > 3"]
)
def test_what_is_no_condition_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="write a diagnostic's id"):
        Condition.read(text)
