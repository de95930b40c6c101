"""When a drill comes next."""

from datetime import UTC, datetime

import pytest

from runbooks.parts.calendar import next_time
from runbooks.parts.drill import DrillTime

NOVEMBER = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "wanted"),
    [
        ({"day": "1st fri", "hour": 10, "zone": "Europe/Berlin"}, "2026-12-04T09:00:00+00:00"),
        ({"day": "4th fri"}, "2026-11-27T10:00:00+00:00"),
        ({"day": "5th fri"}, "2027-01-29T10:00:00+00:00"),
        ({"month": "1-12/3", "day": 1, "hour": 9, "minute": 30}, "2027-01-01T09:30:00+00:00"),
        ({"day_of_week": "mon"}, "2026-11-23T10:00:00+00:00"),
        (
            {"month": 3, "day": "last sun", "hour": 2, "minute": 30, "zone": "Europe/Berlin"},
            "2027-03-28T01:30:00+00:00",
        ),
    ],
)
def test_a_drill_comes_at_the_time_that_people_mean(on: dict[str, object], wanted: str) -> None:
    found = next_time(DrillTime.model_validate(on), NOVEMBER)
    assert found is not None
    assert found.astimezone(UTC).isoformat() == wanted


def test_a_day_that_no_year_has_never_comes() -> None:
    assert next_time(DrillTime(day=31, month=2), NOVEMBER) is None


@pytest.mark.parametrize("on", [{"day": "9th fri"}, {"hour": 25}, {"zone": "Berlin/Mitte"}, {"zone": "../etc/passwd"}])
def test_what_is_no_time_is_said(on: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        next_time(DrillTime.model_validate(on), NOVEMBER)
