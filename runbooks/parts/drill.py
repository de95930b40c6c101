"""An exercise: an incident that is marked as one, now or at set times."""

from datetime import timedelta

from pydantic import model_validator

from runbooks.parts.durations import Duration
from runbooks.parts.part import Named, Part, Text


class DrillTime(Part):
    """When a drill begins, as APScheduler's CronTrigger reads it: `{day: 1st fri, hour: 10, zone: Europe/Berlin}`."""

    month: str | int = "*"
    day: str | int = "*"
    day_of_week: str | int = "*"
    hour: str | int = 10
    minute: str | int = 0
    zone: str = "UTC"

    @model_validator(mode="before")
    @classmethod
    def _no_cron_line(cls, value: object) -> object:
        if isinstance(value, str):
            raise ValueError(  # noqa: TRY004  # pydantic gathers these, and no TypeError
                f"`{value[:40]}` is no drill's time; write {{day: 1st fri, hour: 10, zone: Europe/Berlin}}"
            )
        return value


class Drill(Named):
    """An exercise: an incident that is marked as one."""

    about: Text = ""
    on: DrillTime | None = None
    announce_before: Duration = timedelta(days=1)
    scenario: str = ""
    severity: str = ""
    steps: tuple[Text, ...] = ()
    """What to play through, in order."""
