"""By when somebody answers and it is over, and what is said when that has passed."""

from datetime import timedelta

from bot.incidents import cadence, watching
from bot.incidents.business import by_when
from bot.incidents.telling import Telling, number
from bot.incidents.times import lasted
from bot.store.store import Change
from bot.store.tables import DueKind, Kind
from bot.views import deadline as views

AT_ONCE = timedelta(minutes=1)
"""Who shall answer at once is given so long."""
ENDING = (DueKind.REMIND, DueKind.UPDATE, DueKind.RESPOND, DueKind.RESOLVE, DueKind.ESCALATE)
"""What ends with the incident; what is still to be said outside Slack, and what follows on the checklist, does not."""


def begin(telling: Telling, change: Change) -> None:
    """Count from now: it was declared, reopened, or is as bad as it is since now."""
    incident, severity = change.incident, telling.severity(change.incident)
    incident.resolve_by = None
    if severity:
        answer_by = max(by_when(severity.respond_within, change.now, telling.hours), change.now + AT_ONCE)
        change.due(DueKind.RESPOND, None if incident.acknowledged_at else answer_by)
        if severity.resolve_within:
            incident.resolve_by = by_when(severity.resolve_within, change.now, telling.hours)
        change.due(DueKind.RESOLVE, incident.resolve_by)
    watching.begin(change, telling.runbook(incident))


async def end(change: Change) -> None:
    """Expect nothing more: it is over."""
    change.incident.next_update_at = change.incident.resolve_by = None
    await change.nothing_due(*ENDING)


def promise(change: Change, plan: cadence.Next) -> None:
    """Promise the next update, with a reminder before it."""
    change.incident.next_update_at = plan.due_at
    change.due(DueKind.REMIND, plan.remind_at)
    change.due(DueKind.UPDATE, plan.due_at)


async def answered(change: Change) -> str:
    """Record that somebody is on it; return how long after the declaration, or after it was last reopened."""
    incident = change.incident
    incident.acknowledged_at = change.now
    change.due(DueKind.RESPOND, None)
    reopened = [entry.at for entry in await change.entries(number(incident)) if entry.kind is Kind.REOPENED]
    after = lasted(reopened[-1] if reopened else incident.started_at, change.now)
    change.write(Kind.ACKNOWLEDGED, f"Acknowledged after {after}")
    return after


def nobody_answered(telling: Telling, change: Change) -> None:
    """Say once that nobody has acknowledged in time, to the on-call."""
    incident, severity = change.incident, telling.severity(change.incident)
    if severity is None or incident.acknowledged_at is not None:
        return
    whom = telling.on_call(telling.runbook(incident)) or incident.commander or incident.declared_by
    telling.say(change, "unanswered", views.unanswered(incident, severity.respond_within, whom))
    change.write(Kind.DEADLINE, f"Nobody has acknowledged ({severity.respond_within})")


def not_over(telling: Telling, change: Change) -> None:
    """Mark on the card that it should be over by now."""
    severity = telling.severity(change.incident)
    limit = severity.resolve_within if severity and severity.resolve_within else "in time"
    change.write(Kind.DEADLINE, f"Not resolved in time ({limit})")
    telling.card(change)
