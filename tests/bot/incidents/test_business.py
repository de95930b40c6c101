"""Business hours as tables: weekends, holidays, the nights and the days when clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.business import Hours, by_when, hours_of
from bot.settings import BusinessHours
from runbooks.parts.durations import Within

BERLIN = Hours(
    ZoneInfo("Europe/Berlin"), start=time(9), end=time(17), holidays=frozenset({date(2026, 12, 25), date(2026, 4, 6)})
)
NIGHT = Hours(start=time(22), end=time(6))


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def within(text: str) -> Within:
    return Within.model_validate(text)


# 2026-03-06 is a Friday; clocks go forward on Sunday 2026-03-29 and back on Sunday 2026-10-25.
@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-06T10:00", "2026-03-06T10:00"),
        ("2026-03-06T09:00", "2026-03-06T09:00"),
        ("2026-03-06T08:59", "2026-03-06T09:00"),
        ("2026-03-06T17:00", "2026-03-09T09:00"),
        ("2026-03-06T03:00", "2026-03-06T09:00"),
        ("2026-03-07T12:00", "2026-03-09T09:00"),
        ("2026-12-24T18:00", "2026-12-28T09:00"),  # the 25th is a holiday, then a weekend
        ("2026-04-03T20:00", "2026-04-07T09:00"),  # Easter Monday
        ("2026-03-28T23:00", "2026-03-30T09:00"),  # summer time begins meanwhile
        ("2026-10-24T23:00", "2026-10-26T09:00"),  # and ends
    ],
)
def test_a_level_for_business_hours_waits_for_the_opening(now: str, opens: str) -> None:
    assert BERLIN.opening(at(now)) == at(opens)
    assert BERLIN.is_open(at(now)) == (now == opens)


@pytest.mark.parametrize(
    ("said", "now", "due"),
    [
        ("15m", "2026-03-07T03:00", "2026-03-07T03:15"),
        ("2d", "2026-03-28T12:00", "2026-03-30T13:00"),  # 48 hours, over the lost one
        ("4h business", "2026-03-06T10:00", "2026-03-06T14:00"),
        ("8h business", "2026-03-06T09:00", "2026-03-06T17:00"),
        ("4h business", "2026-03-06T15:00", "2026-03-09T11:00"),
        ("4h business", "2026-03-07T15:00", "2026-03-09T13:00"),
        ("20h business", "2026-03-06T16:00", "2026-03-11T12:00"),
        ("4h business", "2026-12-24T15:00", "2026-12-28T11:00"),
        ("9h business", "2026-03-27T16:00", "2026-03-30T17:00"),  # summer time begins on that weekend
        ("9h business", "2026-10-23T16:00", "2026-10-26T17:00"),
        ("next business day", "2026-03-06T10:00", "2026-03-09T17:00"),
        ("next business day", "2026-03-08T10:00", "2026-03-09T17:00"),
        ("next business day", "2026-03-10T03:00", "2026-03-10T17:00"),  # before that day has begun
        ("next business day", "2026-03-10T18:00", "2026-03-11T17:00"),
        ("next business day", "2026-12-24T10:00", "2026-12-28T17:00"),
    ],
)
def test_a_promise_in_business_time_is_due_while_people_are_at_work(said: str, now: str, due: str) -> None:
    assert by_when(within(said), at(now), BERLIN) == at(due)


@pytest.mark.parametrize(
    ("now", "opens", "due"),
    [
        ("2026-03-06T23:00", "2026-03-06T23:00", "2026-03-07T02:00"),
        ("2026-03-07T05:00", "2026-03-07T05:00", "2026-03-10T00:00"),
        ("2026-03-07T07:00", "2026-03-09T22:00", "2026-03-10T01:00"),
    ],
)
def test_who_works_at_night_works_past_midnight(now: str, opens: str, due: str) -> None:
    assert NIGHT.opening(at(now, "UTC")) == at(opens, "UTC")
    assert by_when(within("3h business"), at(now, "UTC"), NIGHT) == at(due, "UTC")


@pytest.mark.parametrize(
    ("said", "days"),
    [("mon-fri", {0, 1, 2, 3, 4}), ("mon,wed, sat", {0, 2, 5}), ("fri-mon", {4, 5, 6, 0}), ("sun", {6})],
)
def test_days_are_read_as_they_are_written(said: str, days: set[int]) -> None:
    assert hours_of(BusinessHours(days=said)).days == days


def test_unsaid_hours_are_those_of_an_office() -> None:
    assert hours_of(None) == Hours()
    assert hours_of(BusinessHours(zone="Asia/Tokyo")).opening(at("2026-03-06T01:00", "UTC")) == at(
        "2026-03-06T01:00", "UTC"
    )


def test_who_is_closed_for_ever_is_called_at_once() -> None:
    closed = Hours(holidays=frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(900)))
    now = at("2026-03-06T10:00")
    assert closed.opening(now) == now
    assert by_when(within("4h business"), now, closed) == now + timedelta(hours=4)
    assert by_when(within("next business day"), now, closed) == now + timedelta(days=1)


@given(
    past=st.integers(0, 365 * 24 * 60),
    minutes=st.integers(1, 5_000),
    more=st.integers(1, 500),
)
def test_more_time_is_later_and_never_outside_the_hours(past: int, minutes: int, more: int) -> None:
    now = at("2026-01-01T00:00") + timedelta(minutes=past)
    sooner, later = (BERLIN.after(now, timedelta(minutes=length)) for length in (minutes, minutes + more))
    assert now < sooner < later
    local = sooner.astimezone(BERLIN.zone)
    assert time(9) <= local.time() <= time(17)
    assert local.weekday() < 5
