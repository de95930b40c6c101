"""When the next update is due: the pure rules of being on time (docs: the cadence of a severity is `update_every`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from runbooks.parts.durations import Cadence

REMIND_AT = 0.8
"""Of a time that a person chose: the reminder comes when so much of it has passed."""
LAST_CALL = timedelta(minutes=1)
"""A snoozed reminder comes at least so long before the update is due."""
ESCALATE_AFTER = 2
"""So many automatic updates in a row mean that nobody is writing."""
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=7)


@dataclass(frozen=True)
class Next:
    """When to remind (None: not any more) and when the update is due."""

    remind_at: datetime | None
    due_at: datetime


def after_update(now: datetime, cadence: Cadence, chosen: timedelta | None = None) -> Next:
    """Count from now, which also is the one catch-up after a pause: what was missed meanwhile is not made up for."""
    if chosen is None:
        return Next(now + cadence.remind_after, now + cadence.due_after)
    length = min(max(chosen, SHORTEST), LONGEST)
    return Next(now + length * REMIND_AT, now + length)


def at_new_severity(
    now: datetime, cadence: Cadence, due_at: datetime | None, first_update: timedelta | None = None
) -> Next | None:
    """A worse severity pulls the promise nearer; a milder one leaves it, and its reminder, as they are (None)."""
    fresh = after_update(now, cadence, first_update)
    return fresh if due_at is None or fresh.due_at <= due_at else None


def snoozed(now: datetime, due_at: datetime, minutes: int) -> Next:
    """Put the reminder off, never the promise: what is due goes out on time, written or not."""
    later = min(now + timedelta(minutes=max(1, minutes)), due_at - LAST_CALL)
    return Next(later if later > now else None, due_at)


def on_time(now: datetime, due_at: datetime | None) -> bool:
    """Whether a person's update came before it was due."""
    return due_at is None or now <= due_at


def must_escalate(automatic_updates: int) -> bool:
    """Whether so many automatic updates in a row mean that somebody else must be called."""
    return automatic_updates > 0 and automatic_updates % ESCALATE_AFTER == 0
