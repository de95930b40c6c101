"""What is said when a deadline has passed."""

from slack_sdk.models.blocks import Block

from bot.store.tables import Incident
from bot.views.buttons import on_it
from bot.views.message import Message, context, message, section
from bot.views.people import DRILL, to
from runbooks.parts.durations import Within


def unanswered(incident: Incident, within: Within, whom: str | None) -> Message:
    """Ask the on-call to say that they are on it, with the button."""
    limit = f"within {within}" if within.length else "by the end of the business day" if within.business else "yet"
    text = f":bell: {to(whom, f'nobody has acknowledged {incident.ref} {limit}. Are you on it?')}"
    blocks: list[Block] = [section(text), *([context(DRILL)] if incident.drill else [])]
    return message(text, [*blocks, on_it(incident)])
