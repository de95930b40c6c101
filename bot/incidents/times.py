"""Times as people write and read them: `14:05`, `10m ago`, `1h 5m`."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.errors import BadInput
from runbooks.parts.durations import spelled

AHEAD = timedelta(minutes=2)
"""A clock on a phone may be this far ahead; anything later was meant for yesterday."""
_OF_DAY = re.compile(r"(\d{1,2})[:.](\d{2})\s*([ap]m)?|(\d{1,2})\s*([ap]m)", re.IGNORECASE)
_AGO = re.compile(r"(?:(\d+)\s*h(?:ours?)?\s*)?(?:(\d+)\s*m(?:in(?:utes?)?)?)?\s*ago", re.IGNORECASE)


def moment(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Return the last time it was `14:05` in that zone, or `10m ago`; raise BadInput with how to write it."""
    written = text.strip()
    if (ago := _AGO.fullmatch(written)) and (ago[1] or ago[2]):
        return now - _length(ago)
    found = _OF_DAY.fullmatch(written)
    if found is None:
        raise BadInput(f"`{written}` is not a time. Write it like 14:05, 2:05pm or 10m ago.", field="at")
    today, clock = now.astimezone(zone).date(), _of_day(found)
    days = (today + timedelta(days=1), today, today - timedelta(days=1))  # a clock that is ahead may show tomorrow
    times = [_at(day, clock.replace(fold=fold), zone) for day in days for fold in (1, 0)]
    return next(one for one in times if one <= now + AHEAD).astimezone(now.tzinfo)


def lasted(since: datetime, until: datetime) -> str:
    """Say how long it was: seconds below a minute, minutes from there on."""
    seconds = max(0, int((until - since).total_seconds()))
    return spelled(timedelta(seconds=seconds if seconds < 60 else seconds - seconds % 60))


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return a moment of a day; in the hour that comes twice, `fold` tells which."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)


def _length(ago: re.Match[str]) -> timedelta:
    try:
        return timedelta(hours=int(ago[1] or 0), minutes=int(ago[2] or 0))
    except OverflowError:
        raise BadInput("That is too long ago. Write a time like 14:05.", field="at") from None


def _of_day(found: re.Match[str]) -> time:
    hour, minute = int(found[1] or found[4]), int(found[2] or 0)
    half = (found[3] or found[5] or "").lower()
    if half and not 1 <= hour <= 12:
        raise BadInput(f"There is no {hour} {half}. Write it like 14:05 or 2:05pm.", field="at")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise BadInput(f"There is no {hour}:{minute:02}. Write it like 14:05.", field="at")
    return time(hour, minute)
