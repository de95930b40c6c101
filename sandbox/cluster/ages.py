"""Ages as kubectl and the API server write them (k8s.io/apimachinery/pkg/util/duration)."""

from collections.abc import Mapping
from typing import Any

from sandbox.cluster.clock import moment_of

MINUTE, HOUR, DAY = 60, 3600, 86400


def human(seconds: float) -> str:
    """Shorten a duration: `57s`, `5m12s`, `3h4m`, `2d5h`, `14d`, `3y10d`."""
    whole = int(seconds)
    if whole < -1:
        return "<invalid>"
    if whole < 0:
        return "0s"
    if whole < 2 * MINUTE:
        return f"{whole}s"
    if whole < 3 * HOUR:
        big, small = divmod(whole, MINUTE)
        return f"{big}m{small}s" if big < 10 and small else f"{big}m"
    if whole < 8 * DAY:
        return _hours(whole)
    return _days(whole // DAY)


def _hours(whole: int) -> str:
    hours, minutes = whole // HOUR, whole % HOUR // MINUTE
    if hours < 8:
        return f"{hours}h{minutes}m" if minutes else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    days, rest = divmod(hours, 24)
    return f"{days}d{rest}h" if rest else f"{days}d"


def _days(days: int) -> str:
    if days < 2 * 365:
        return f"{days}d"
    years, rest = divmod(days, 365)
    return f"{years}y{rest}d" if days < 8 * 365 and rest else f"{years}y"


def age(timestamp: str | None, now: float) -> str:
    """Write how long ago a time was."""
    return human(now - moment_of(timestamp)) if timestamp else "<unknown>"


def age_of(thing: Mapping[str, Any], now: float) -> str:
    """Write how long ago an object was made."""
    return age(thing["metadata"].get("creationTimestamp"), now)
