"""Updates in a channel, and the reminder that one is due."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from bot.store.tables import Incident
from bot.views import actions
from bot.views.message import Message, context, escaped, message, section, sections, when
from bot.views.people import person, to

SNOOZE_MINUTES = 10


def posted(incident: Incident, text: str, by: str | None) -> Message:
    """Show an update in the runbook's words; one without an author was posted by the clock."""
    note = f"Update by {person(by)}" if by else ":robot_face: Automatic update: nobody wrote in time"
    summary = f"{incident.ref} {incident.status}: {escaped(incident.known) or 'no change'}"
    return message(summary, [*sections(text), context(f"{note} · {incident.ref}")])


def unchanged(incident: Incident) -> str:
    """Say that there is no news, with what was last known."""
    return f"No change. {escaped(incident.known)}".strip()


def reminder(incident: Incident, due_at: datetime, who: str | None) -> Message:
    """Remind the one who writes the updates, with what they can do about it."""
    text = to(who, f"the next update on {incident.ref} is due at {when(due_at)}.")
    value = str(incident.id)
    buttons = ActionsBlock(
        elements=[
            ButtonElement(text="Post update", action_id=actions.POST_UPDATE, value=value, style="primary"),
            ButtonElement(text="No change", action_id=actions.NO_CHANGE, value=value),
            ButtonElement(text="Snooze", action_id=actions.SNOOZE, value=value),
        ]
    )
    hint = "If nobody writes, Muster posts what it knows by then."
    return message(text, [section(f":alarm_clock: {text}"), context(hint), buttons])


def snoozed(incident: Incident, remind_at: datetime | None) -> Message:
    """Answer the one who pressed Snooze."""
    due = when(incident.next_update_at) if incident.next_update_at else "now"
    if remind_at is None:
        return message(f"The update on {incident.ref} is due at {due}: too soon to remind you again before it.")
    return message(f"I will remind you again at {when(remind_at)}. The update stays due at {due}.")
