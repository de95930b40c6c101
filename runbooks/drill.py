"""An exercise: an incident that is marked as one, now or at set times."""

from datetime import timedelta

from runbooks.durations import Duration
from runbooks.part import Named, Part, Text


class DrillTime(Part):
    """When a drill begins, as APScheduler's CronTrigger reads it: `{day: 1st fri, hour: 10, zone: Europe/Berlin}`."""

    month: str | int = "*"
    day: str | int = "*"
    day_of_week: str | int = "*"
    hour: str | int = 10
    minute: str | int = 0
    zone: str = "UTC"


class Drill(Named):
    """An exercise: an incident that is marked as one."""

    about: Text = ""
    on: DrillTime | None = None
    announce_before: Duration = timedelta(days=1)
    scenario: str = ""
    severity: str = ""
    steps: tuple[Text, ...] = ()
    """What to play through, in order."""
