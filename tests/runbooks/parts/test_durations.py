"""Durations and cadences are read as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from runbooks.parts.durations import Cadence, Within, duration, spelled


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("15m", 900), ("2h", 7200), ("1d", 86400), ("1h30m", 5400), ("0s", 0), (" 5m ", 300)],
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "15", "m", "1.5h", "-5m", "five minutes", "5 m", None, 15, "9" * 30 + "d"])
def test_what_is_no_duration_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match=r"; write (30s, 15m, 2h or 1d|15m for minutes|5m|1h30m)"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("5 minutes", "write 5m"),
        ("5min", "write 5m"),
        ("2 Hours", "write 2h"),
        ("30 sec.", "write 30s"),
        ("1 week", "write 7d"),
        (90, "write 90m for minutes, 90s for seconds"),
        ("3 months", "write 30s, 15m, 2h or 1d"),
    ],
)
def test_a_wrong_unit_is_mended(text: object, mend: str) -> None:
    with pytest.raises(ValueError, match=f"is not a duration; {mend}$"):
        duration(text)


@given(st.integers(min_value=0, max_value=10**8))
def test_what_is_spelled_is_read_again(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert duration(spelled(length).replace(" ", "")) == length


def test_a_range_reminds_at_its_start_and_is_due_at_its_end() -> None:
    cadence = Cadence.model_validate("15m-30m")
    assert (cadence.remind_after, cadence.due_after) == (timedelta(minutes=15), timedelta(minutes=30))


def test_a_single_value_reminds_at_four_fifths() -> None:
    assert Cadence.model_validate("30m").remind_after == timedelta(minutes=24)


@pytest.mark.parametrize("text", ["30m-15m", "0s", "0s-5m", "15m-", "x"])
def test_a_cadence_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write|duration"):
        Cadence.model_validate(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("15m", "15m"),
        (0, "at once"),
        ("0s", "at once"),
        ("4h business", "4h of business hours"),
        ("Next  business day", "next business day"),
    ],
)
def test_a_time_limit_may_count_only_business_hours(text: object, said: str) -> None:
    assert str(Within.model_validate(text)) == said


@pytest.mark.parametrize("text", ["soon", "4 hours business", "15m weekend", None, 15, "next day"])
def test_what_is_no_time_limit_says_how_to_write_one(text: object) -> None:
    with pytest.raises(ValidationError, match="next business day"):
        Within.model_validate(text)
