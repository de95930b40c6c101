"""When a drill comes next, as APScheduler's cron trigger computes it."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from runbooks.parts.drill import DrillTime


def next_time(on: DrillTime, after: datetime) -> datetime | None:
    """Return the first time after that moment; None if it never comes. ValueError says what cannot be read."""
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - most runbooks have no drill, and it loads slowly

    try:
        zone = ZoneInfo(on.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone `{on.zone}`; write it like Europe/Berlin") from None
    fields = {name: value for name, value in on if name != "zone"}
    found: datetime | None = CronTrigger(second=0, timezone=zone, **fields).get_next_fire_time(after, after)
    return found
