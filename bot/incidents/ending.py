"""Ending an incident, and opening it again."""

from collections.abc import Sequence

from bot.incidents import deadlines
from bot.incidents.telling import Telling, number
from bot.incidents.times import lasted
from bot.incidents.transitions import required
from bot.incidents.values import FollowUpWanted, Resolution
from bot.store.store import Change
from bot.store.tables import FollowUp, Kind, RunState, Status, Update
from bot.views import resolution
from bot.views.filling import ending
from runbooks.model import Severity
from runbooks.parts.durations import Cadence


async def resolve(telling: Telling, change: Change, said: Resolution) -> None:
    """Record the cause, the fix and what is left to do; tell how long it lasted."""
    incident = change.incident
    incident.root_cause = required(said.root_cause, "root_cause", "Say what caused it, in a sentence.")
    incident.fix = said.fix.strip() or await _done(change)
    incident.status = Status.RESOLVED
    incident.resolved_at = change.now
    await deadlines.end(change)
    follow_ups = [await change.add(_follow_up(wanted, number(incident))) for wanted in said.follow_ups]
    lasting = lasted(incident.started_at, change.now)
    change.write(Kind.RESOLVED, f"Resolved after {lasting}: {incident.root_cause}")
    text = telling.text(change, "resolution", **ending(incident, follow_ups))
    on_time = kept(await change.updates(number(incident)))
    telling.say(change, "resolution", resolution.resolution(incident, text, change.by.person, on_time))
    telling.outside(change, "resolution", resolution.outside(incident, text))


async def _done(change: Change) -> str:
    """Name the mitigations that helped or are still being looked at, in order: the fix, as far as the record knows."""
    id_ = number(change.incident)
    helped = {entry.detail["run"] for entry in await change.entries(id_) if entry.detail.get("helped")}
    runs = await change.mitigations(id_)
    return ", ".join(dict.fromkeys(run.title for run in runs if run.id in helped or run.state is RunState.RUNNING))


def reopen(change: Change, reason: str) -> None:
    """Go on where it was not the end: whether somebody is on it, and whether it is worse, is asked anew."""
    incident = change.incident
    incident.status = Status.INVESTIGATING
    incident.resolved_at = None
    incident.acknowledged_at = incident.mitigated_at = None
    incident.automatic_updates = 0
    incident.suggested = []
    change.write(Kind.REOPENED, f"Reopened: {reason}")


async def cancel(change: Change, reason: str) -> None:
    """End one that was none."""
    change.incident.status = Status.CANCELLED
    change.incident.resolved_at = change.now
    await deadlines.end(change)
    change.write(Kind.CANCELLED, f"Cancelled: {reason}")


def kept(updates: Sequence[Update]) -> str:
    """Say how many updates came on time: `4 of 5`."""
    if not updates:
        return "none was due"
    return f"{sum(update.on_time for update in updates)} of {len(updates)}"


def rhythm(severity: Severity | None) -> Cadence:
    """Return how often stakeholders are told."""
    return severity.update if severity else Cadence()


def _follow_up(wanted: FollowUpWanted | str, incident: int) -> FollowUp:
    item = FollowUpWanted(wanted) if isinstance(wanted, str) else wanted
    return FollowUp(incident=incident, text=item.text.strip(), person=item.person, due_on=item.due_on)
