"""Ages and times as kubectl prints them."""

from datetime import UTC, datetime


def parsed(text: str | None) -> datetime | None:
    """An RFC 3339 time of the API, with or without fractions."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


def age(text: str | None, now: datetime) -> str:
    """How long ago, as `5m12s`."""
    at = parsed(text)
    return "<unknown>" if at is None else human((now - at).total_seconds())


def human(seconds: float) -> str:
    """kubectl's HumanDuration: `59s`, `5m12s`, `3h4m`, `2d3h`, `400d`, `2y30d`."""
    if seconds < 120:
        return "<invalid>" if seconds < -1 else f"{max(int(seconds), 0)}s"
    seconds = int(seconds)
    minutes, hours = seconds // 60, seconds // 3600
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 192:
        return _two(hours // 24, "d", hours % 24, "h")
    return _years(hours)


def _years(hours: int) -> str:
    if hours < 24 * 365 * 2:
        return f"{hours // 24}d"
    if hours < 24 * 365 * 8:
        return _two(hours // 24 // 365, "y", hours // 24 % 365, "d")
    return f"{hours // 24 // 365}y"


def _two(big: int, big_unit: str, small: int, small_unit: str) -> str:
    return f"{big}{big_unit}" + (f"{small}{small_unit}" if small else "")


def rfc1123(text: str | None) -> str:
    """`Sat, 21 Nov 2026 11:08:22 +0000`; `<unset>` for none."""
    at = parsed(text)
    return "<unset>" if at is None else at.strftime("%a, %d %b %Y %H:%M:%S +0000")
