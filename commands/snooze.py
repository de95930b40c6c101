"""`/incident snooze [MINUTES]`: be reminded of the update later."""

import re

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput
from bot.incidents.updates import Updates
from bot.listening import Answer, Asked
from bot.store.tables import Incident
from bot.views import actions
from bot.views import update as views
from bot.views.update import SNOOZE_MINUTES
from commands.verb import Verb, click

VERB = Verb(
    "snooze",
    "snooze [MINUTES]",
    "reminds you of the update later",
    "/incident snooze 10",
)
MINUTES = re.compile(r"(\d{1,3})\s*(?:m|min|minutes?)?", re.IGNORECASE)


def register(app: AsyncApp) -> None:
    VERB.on(app, snooze)
    click(app, actions.SNOOZE, snooze)


async def snooze(asked: Asked, incident: Incident, updates: Updates) -> Answer:
    put_off, remind_at = await updates.snooze(incident.id or 0, read_minutes(asked.text), by=asked.by)
    return views.snoozed(put_off, remind_at)


def read_minutes(text: str) -> int:
    """Read `15` or `15m`; nothing means ten minutes."""
    if not text.strip():
        return SNOOZE_MINUTES
    found = MINUTES.fullmatch(text.strip())
    if found is None or not 1 <= int(found[1]) <= 240:
        raise BadInput("Say how many minutes, from 1 to 240: `/incident snooze 15`.")
    return int(found[1])
